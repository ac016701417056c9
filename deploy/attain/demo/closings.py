"""When deals close: on working days, more of them in strong months, and a rush at the end of each quarter."""

from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from attain.demo.people import YEAR

MONTH_WEIGHTS = (0.80, 0.90, 1.15, 0.85, 0.95, 1.20, 0.70, 0.75, 1.05, 1.20, 1.25, 1.85)
"""How strong each month is; the last of a quarter and the end of the year are strongest."""

RUSH_DAYS = 9
RUSH_WEIGHT = 3.2
"""The last days of a quarter's last month weigh so much more."""

SATURDAY = 5


@lru_cache(maxsize=1)
def working_days() -> tuple[tuple[date, ...], tuple[float, ...]]:
    """Return the year's working days, and the sums of their weights."""
    first = date(YEAR, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(YEAR + 1, 1, 1) - first).days)]
    worked = tuple(day for day in days if day.weekday() < SATURDAY)
    return worked, tuple(accumulate(weight_of(day) for day in worked))


def weight_of(day: date) -> float:
    """Return how likely a deal closes on a day."""
    weight = MONTH_WEIGHTS[day.month - 1]
    month_end = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    rushed = day.month % 3 == 0 and (month_end - day).days <= RUSH_DAYS
    return weight * RUSH_WEIGHT if rushed else weight


def draw_day(random: Random) -> date:
    """Draw the day on which a deal closes."""
    days, sums = working_days()
    return random.choices(days, cum_weights=sums)[0]
