"""What else is known of a credit that conditions of published plans ask: of account, products, territory, person."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import select

from compensation.domain.deal import Deal, DealLine
from compensation.domain.document.described import ACCOUNT, PERSON, PRODUCT, TERRITORY, asked_in
from compensation.domain.engine.line import Fields
from compensation.projections import people, territories
from compensation.projections.descriptions import accounts_among, products_among
from compensation.projections.hand_credits import given_to
from compensation.projections.lines import deals_below, deals_reached_by
from compensation.projections.plans import PUBLISHED, document_of, plan_versions
from compensation.projections.teams import Teams
from events.store.session import Reading

By: TypeAlias = dict[str, dict[str, Fields]]
"""Fields of the products or people of each deal."""


@lru_cache(maxsize=1_024)
def asked_by(document: str) -> frozenset[str]:
    """Return what the conditions of a stored document ask beside the deal."""
    return asked_in(document_of(document))


def asked(reading: Reading) -> frozenset[str]:
    """Return what the conditions of published plans ask beside the deal."""
    wanted = select(plan_versions.c.document).where(plan_versions.c.status == PUBLISHED)
    return frozenset[str]().union(*(asked_by(document) for (document,) in reading.tuples(wanted)))


def asks_of_people(wanted: frozenset[str]) -> bool:
    """Say whether anything that is asked is about a person."""
    return any(each.startswith(PERSON) for each in wanted)


def only(fields: Fields, wanted: frozenset[str]) -> Fields:
    """Return the fields that somebody asks."""
    return tuple(each for each in fields if each[0] in wanted)


def known_of_deals(reading: Reading, wanted: frozenset[str], deals: Iterable[Deal]) -> dict[str, Fields]:
    """Return what is asked of the accounts of deals, and of the territories in which they fall on the booking day."""
    of = [each for each in deals if each.account is not None]
    described = (
        accounts_among(reading, [each.account or "" for each in of])
        if any(each.startswith(ACCOUNT) for each in wanted)
        else {}
    )
    days = [(each.account or "", each.booked_on) for each in of if each.booked_on is not None]
    placed = territories.placed_on(reading, days) if TERRITORY in wanted else {}
    found: dict[str, Fields] = {}
    for deal in of:
        territory = None if deal.booked_on is None else placed.get((deal.account or "", deal.booked_on))
        falls = () if territory is None else ((TERRITORY, territory),)
        found[deal.deal_id] = (*only(described.get(deal.account or "", ()), wanted), *falls)
    return found


def known_of_products(
    reading: Reading, wanted: frozenset[str], deals: Iterable[Deal], lines: Mapping[str, tuple[DealLine, ...]]
) -> By:
    """Return what is asked of the products of deals: of each line's, and of the deal's own."""
    if not any(each.startswith(PRODUCT) for each in wanted):
        return {}
    of = {
        deal.deal_id: {
            each for each in (deal.product, *(line.product_id for line in lines.get(deal.deal_id, ()))) if each
        }
        for deal in deals
    }
    described = products_among(reading, [each for several in of.values() for each in several])
    return {
        deal_id: {each: only(described[each], wanted) for each in sorted(several) if each in described}
        for deal_id, several in of.items()
    }


def known_of_people(
    reading: Reading, wanted: frozenset[str], whose: Callable[[], Mapping[str, tuple[date, frozenset[str]]]]
) -> By:
    """Return what is asked of the people who are credited with deals, as it was on the booking day.

    `whose` finds out who that is; it is called where anything is asked.
    """
    if not asks_of_people(wanted):
        return {}
    credited = whose()
    everyone = {each for _, several in credited.values() for each in several}
    hired, teams = people.hired_on(reading, everyone), Teams(reading, everyone)
    return {
        deal_id: {each: only(of_person(hired.get(each), teams.on(each, day), day), wanted) for each in sorted(several)}
        for deal_id, (day, several) in credited.items()
    }


def of_person(hired_on: date | None, team: str | None, day: date) -> Fields:
    """Return what is known of a person on a day."""
    in_team: Fields = () if team is None else (("person.team", team),)
    if hired_on is None:
        return in_team
    months = (day.year - hired_on.year) * 12 + day.month - hired_on.month - (day.day < hired_on.day)
    return (("person.hired_on", hired_on), *in_team, ("person.tenure_months", Decimal(max(months, 0))))


def deals_asking_person(reading: Reading, person_id: str) -> Iterable[str]:
    """Return what a person may be credited with, won deals and credits by hand, if some plan asks who that is."""
    if not asks_of_people(asked(reading)):
        return []
    by_hand = given_to(reading, [person_id])
    return {*deals_reached_by(reading, [person_id]), *deals_below(reading, person_id), *by_hand}
