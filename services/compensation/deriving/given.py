"""Credits by hand as rows: whose, of which fiscal year, how much, and by whom and why they were given."""

from collections.abc import Iterator
from typing import Any

from compensation.domain.crediting import CreditFacts
from compensation.domain.deal import Deal
from compensation.domain.engine.exact import HUNDRED
from compensation.domain.engine.facts import person_year
from compensation.domain.engine.given import Given
from compensation.domain.engine.line import Fields
from compensation.domain.hand_credit import HandCredit
from compensation.projections.credits import CreditRow, DealSaid, as_json
from compensation.projections.custom_fields import written_fields
from fiscal.calendar import year_of

OWN_LOG = "/services/compensation"
"""Where the event stands that gives a credit by hand."""


def given_rows(facts: CreditFacts) -> Iterator[CreditRow]:
    """Return the rows of credits by hand of one deal, or of one that is for no deal."""
    for number, given in enumerate(facts.given, 1):
        yield given_row(facts, given, number)


def given_row(facts: CreditFacts, given: HandCredit, number: int) -> CreditRow:
    """Return a credit by hand as a row: its deal says what conditions ask, and whether the customer cancelled later."""
    calendar, deal = facts.calendar, None if facts.deal is None else facts.deal.deal
    cancelled_on = None if deal is None else deal.ended_on
    year = None if calendar is None else person_year(given.person_id, year_of(calendar, given.booked_on).name)
    nothing: dict[str, Any] = dict.fromkeys(CreditRow.__struct_fields__)
    said: dict[str, Any] = {
        "deal_id": given.credited_under,
        "source": "by_hand",
        "number": number,
        "line_number": 0,
        "document_kind": "credit",
        "document_id": given.credit_id,
        "person_year": year,
        "person_id": given.person_id,
        "booked_on": given.booked_on,
        "amount": given.amount,
        "currency": given.currency,
        "percent": HUNDRED,
        "cancelled_on": None if cancelled_on is None or cancelled_on < given.booked_on else cancelled_on,
        "deal": as_json(said_of(given, deal)),
        "known": written_fields((*known_of(facts), *facts.people.get(given.credit_id, ()))),
        "by_hand": f"{given.given_by}: {given.reason}",
        "given": as_json(given_in(given)),
        "problem": "no_calendar" if year is None else None,
    }
    return CreditRow(**(nothing | said))


def said_of(given: HandCredit, deal: Deal | None) -> DealSaid:
    """Return what is said of a credit by hand: its own amount, and what its deal says that conditions ask."""
    return DealSaid(
        source_at=given.event_at,
        amount=given.amount,
        account=None if deal is None else deal.account,
        product=None if deal is None else deal.product,
        fields=None if deal is None else deal.fields,
        event_id=given.event_id,
        event_type="CreditGivenByHand",
        event_version=given.event_version,
        event_source=OWN_LOG,
        event_at=given.event_at,
        event_position=given.event_position,
    )


def known_of(facts: CreditFacts) -> Fields:
    """Return what is known of the deal that a credit by hand is for: its account, and its product."""
    if facts.deal is None:
        return ()
    return (*facts.deal.known, *facts.deal.products.get(facts.deal.deal.product or "", ()))


def given_in(credit: HandCredit) -> Given:
    """Return what a credit by hand says, as the pay engine reads it."""
    return Given(
        credit_id=credit.credit_id,
        rule=credit.rule,
        is_of_deal=credit.deal_id is not None,
        margin=credit.margin,
        units=credit.units,
        deals=credit.deals,
        value_per_year=credit.value_per_year,
    )
