"""The company that every run sends: the same people, plan and deals each time, drawn from a fixed seed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from attain.company import (
    CURRENCY,
    Company,
    Delivery,
    Request,
    Stage,
    assign,
    draft_plan,
    hire,
    make_team,
    publish_plan,
    set_calendar,
    set_quota,
)

SEED = 20_25
YEAR = 2025
PERIODS = (f"{YEAR}-Q1", f"{YEAR}-Q2")
SOURCE = "crm"
PLAN_ID = "steps"
TIERS: tuple[tuple[str | None, str], ...] = (("50", "4"), ("100", "6.5"), (None, "9.25"))
TEAMS = ("north", "south")
PEOPLE_COUNT = 8
JOINER_COUNT = 6
DEAL_COUNT = 120
FIRST_DAY = date(YEAR, 1, 2)
DAYS = 170
QUOTA = 150_000

Story = tuple[Delivery, ...]


def firm() -> Company:
    """Return the company without its deals: what is there before anything goes wrong."""
    people = [person(number) for number in range(PEOPLE_COUNT)]
    return Company(
        name="faults",
        before=(
            Stage(name="calendar", requests=(set_calendar("UTC"),)),
            Stage(name="teams", requests=tuple(make_team(team, team.title()) for team in TEAMS)),
            Stage(name="people", requests=tuple(hired(each, number) for number, each in enumerate(people))),
            Stage(name="plan", requests=(draft_plan(PLAN_ID, "Three steps", TIERS),)),
            Stage(name="plan", requests=(publish_plan(PLAN_ID, date(YEAR, 1, 1)),)),
            Stage(
                name="quotas", requests=tuple(set_quota(each, period, QUOTA) for each in people for period in PERIODS)
            ),
            Stage(name="assignments", requests=tuple(assign(each, PLAN_ID, date(YEAR, 1, 1)) for each in people)),
        ),
        source=SOURCE,
        deliveries=(),
        after=(),
        last="/compensation/v1/assignments",
    )


def person(number: int) -> str:
    """Return a person's id."""
    return f"person-{number}"


def hired(person_id: str, number: int) -> Request:
    """Take somebody on, whom the CRM calls by their id."""
    return hire(
        person_id=person_id,
        name=f"Somebody {number}",
        hired_on=date(YEAR - 1, 3, 1),
        owners=(person_id,),
        team_id=TEAMS[number % len(TEAMS)],
        source=SOURCE,
    )


def joiners() -> tuple[tuple[Request, ...], ...]:
    """Return, for each who joins while things go wrong, what is sent of them one after the other."""
    return tuple(
        (
            hired(person_id := f"joiner-{number}", number),
            set_quota(person_id, PERIODS[0], QUOTA),
            assign(person_id, PLAN_ID, date(YEAR, 1, 1)),
        )
        for number in range(JOINER_COUNT)
    )


def refused() -> tuple[Request, ...]:
    """Return requests that no rule allows: what is published is not published again."""
    return tuple(publish_plan(PLAN_ID, date(YEAR, 2, 1 + number)) for number in range(5))


def stories() -> tuple[Story, ...]:
    """Return what the CRM says of each deal, one word after the other."""
    random = Random(SEED)
    return tuple(tuple(story(random, number)) for number in range(DEAL_COUNT))


def story(random: Random, number: int) -> Iterator[Delivery]:
    """Tell a deal: opened, worked on, split or handed over, then won, lost, or won again for another amount."""
    day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(minutes=number)
    owner, other = random.sample(range(PEOPLE_COUNT), 2)
    words: list[tuple[str, dict[str, Any]]] = [
        ("opened", {"owner": person(owner), "account": f"account-{number % 37}", "stage": "Talking"}),
        ("updated", {"stage": "Offer", **worth(random)}),
    ]
    if random.random() < 0.2:
        words.append(("updated", {"owner": person(other)}))
    if random.random() < 0.2:
        shares = [{"owner": person(owner), "percent": "62.5"}, {"owner": person(other), "percent": "37.5"}]
        words.append(("updated", {"splits": shares}))
    words += endings(random, day)
    for place, (kind, said) in enumerate(words):
        data = {"deal_id": f"F-{number:04}"} | said
        yield Delivery(type=f"deal.{kind}", timestamp=at + timedelta(hours=place), data=data)


def endings(random: Random, day: date) -> list[tuple[str, dict[str, Any]]]:
    """Return how a deal ends."""
    closed = {"closed_on": (day + timedelta(days=random.randrange(10))).isoformat()}
    chance = random.random()
    if chance < 0.1:
        return [("lost", closed)]
    won = ("won", closed | worth(random))
    if chance < 0.2:
        return [won, ("reopened", {}), ("won", closed | worth(random))]
    return [won, ("cancelled", {})] if chance < 0.25 else [won]


def worth(random: Random) -> dict[str, Any]:
    """Return an amount to the cent."""
    return {"amount": str(Decimal(random.randrange(50_000, 2_500_000)) / 100), "currency": CURRENCY}
