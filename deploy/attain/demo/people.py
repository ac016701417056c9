"""The demonstration company's people: who they are, how senior, in which team, how good, and since when."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from attain.demo.names import FAMILY_NAMES, FIRST_NAMES, TEAMS

YEAR = 2025
"""The year that the demonstration is about: fixed, so that the company never depends on the day it is drawn."""

HEAD_ID = "p-01"
DOMAIN = "tidewater.example"
STARS_EVERY = 11
"""One in so many sells far more than the others."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """A seniority: the quarter's quota in dollars, how large deals are beside the usual, how many have it."""

    name: str
    quota: int
    size: float
    weight: int


LEVELS = (
    Level(name="associate", quota=88_000, size=0.70, weight=25),
    Level(name="representative", quota=130_000, size=1.00, weight=40),
    Level(name="senior", quota=200_000, size=1.35, weight=25),
    Level(name="principal", quota=300_000, size=1.75, weight=10),
)


@dataclass(frozen=True, kw_only=True)
class Rep:
    """Somebody who sells. `skill` is 1 for most, more for a star; `late`: their place in the CRM is claimed last."""

    person_id: str
    name: str
    owner: str
    team_id: str
    manager_id: str
    level: Level
    skill: float
    hired_on: date
    left_on: date | None = None
    moved_on: date | None = None
    late: bool = False

    @property
    def quota(self) -> int:
        """What a quarter asks of them in dollars, before the year's shape; less of those who sell through others."""
        return self.level.quota // 4 if self.late else self.level.quota

    def sells_on(self, day: date) -> bool:
        """Say whether they work here on a day."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, kw_only=True)
class Boss:
    """A team's manager, or the head of sales, who has no team and nobody above."""

    person_id: str
    name: str
    hired_on: date
    team_id: str | None = None
    manager_id: str | None = None


def draw_people(random: Random, reps: int, teams: int) -> tuple[tuple[Boss, ...], tuple[Rep, ...]]:
    """Draw the head of sales, a manager for each team, and those who sell; the last two of these are claimed late."""
    names = draw_names(random, 1 + teams + reps)
    head = Boss(person_id=HEAD_ID, name=names[0], hired_on=date(YEAR - 9, 2, 1))
    managers = [
        Boss(
            person_id=f"p-{number + 2:02}",
            name=names[number + 1],
            hired_on=early(random),
            team_id=TEAMS[number][0],
            manager_id=HEAD_ID,
        )
        for number in range(teams)
    ]
    selling = [
        draw_rep(random, number, names[1 + teams + number], managers, late=number >= reps - 2) for number in range(reps)
    ]
    return (head, *managers), tuple(selling)


def draw_rep(random: Random, number: int, name: str, managers: list[Boss], *, late: bool) -> Rep:
    """Draw one who sells. One in twelve joins during the year, one in thirty leaves, one in thirty changes teams."""
    boss = managers[number % len(managers)]
    star = number % STARS_EVERY == STARS_EVERY // 2
    joins = number % 12 == 7
    hired_on = date(YEAR, 1, 1) + timedelta(days=random.randint(40, 150)) if joins else early(random)
    return Rep(
        person_id=f"p-{number + 2 + len(managers):02}",
        name=name,
        owner=f"{name.lower().replace(' ', '.')}@{DOMAIN}",
        team_id=str(boss.team_id),
        manager_id=boss.person_id,
        level=random.choices(LEVELS, [level.weight for level in LEVELS])[0],
        skill=random.lognormvariate(0, 0.22) * (1.7 if star else 1),
        hired_on=hired_on,
        left_on=date(YEAR, 9, 30) if number % 30 == 20 else None,
        moved_on=date(YEAR, 7, 1) if number % 30 == 3 else None,
        late=late,
    )


def early(random: Random) -> date:
    """Return a day some years before."""
    return date(YEAR - random.randint(1, 8), random.randint(1, 12), random.choice((1, 15)))


def draw_names(random: Random, count: int) -> list[str]:
    """Draw as many different names; no first name and no family name twice while there are any left."""
    first = random.sample(FIRST_NAMES, len(FIRST_NAMES))
    family = random.sample(FAMILY_NAMES, len(FAMILY_NAMES))
    return [f"{first[number % len(first)]} {family[number % len(family)]}" for number in range(count)]
