"""A small company to test with, in the words of the domain."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from events.domain import Personal
from goals.domain.person import HirePerson, PersonHired
from goals.domain.placement import FOR_EVER, Company, Reporting
from money.money import Money

JANUARY = date(2025, 1, 1)
MARCH = date(2025, 3, 1)
APRIL = date(2025, 4, 1)
JULY = date(2025, 7, 1)
DECEMBER = date(2025, 12, 31)

EAST_AND_WEST = Company(teams=("east", "west"))


def name(text: str, person_id: str = "anna") -> Personal:
    """Return a name as a fake seal holds it: another box each time is what the MAC is for."""
    return Personal(person_id=person_id, box=f"box of {text}", mac=f"mac of {text}")


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def hired(team_id: str | None = "east", manager_id: str | None = None, hired_on: date = JANUARY) -> PersonHired:
    return PersonHired(
        name=name("Anna"),
        hired_on=hired_on,
        team_id=team_id,
        manager_id=manager_id,
        user_name_hash="u-1",
        owner_hashes=("o-1", "o-2"),
    )


def hire(
    team_id: str | None = "east",
    manager_id: str | None = None,
    company: Company = EAST_AND_WEST,
    called: Personal | None = None,
) -> HirePerson:
    return HirePerson(
        person_id="anna",
        name=called or name("Anna"),
        hired_on=JANUARY,
        team_id=team_id,
        manager_id=manager_id,
        user_name_hash="u-1",
        owner_hashes=("o-2", "o-1"),
        company=company,
    )


def line(managers: Mapping[str, str | None], starts_on: date = JANUARY, ends_on: date = FOR_EVER) -> Company:
    """Return a company in which these people report to those, on some days."""
    reportings = tuple(
        Reporting(person_id=person_id, starts_on=starts_on, ends_on=ends_on, manager_id=manager_id)
        for person_id, manager_id in managers.items()
    )
    return Company(teams=("east", "west"), line=reportings)
