"""Credits follow from won deals, their shares, who has claimed their owners, and the calendar."""

from collections.abc import Iterable

from compensation.domain.crediting import Credited, Deal, DealFacts, Share, credit
from compensation.projections.calendars import CalendarRow
from compensation.projections.credits import CreditRow, credits_table
from compensation.projections.deals import deal_facts, deals_of_owner, won_deals
from compensation.projections.people import OwnerRow
from events.deriving import Derivation, Derived, group


def derive(facts: DealFacts) -> Derived[CreditRow]:
    """Return the credits of a won deal."""
    return Derived(rows=tuple(row_of(facts.deal, each) for each in credit(facts)))


def row_of(deal: Deal, credited: Credited) -> CreditRow:
    """Return a share as a row, with the event that made the deal worth what it is."""
    return CreditRow(
        deal_id=deal.deal_id,
        number=credited.share.number,
        person_year=credited.person_year,
        person_id=credited.person_id,
        owner_hash=credited.share.owner_hash,
        booked_on=deal.booked_on,
        source_at=deal.source_at,
        amount=credited.amount,
        currency=deal.currency,
        percent=credited.share.percent,
        deal_amount=deal.amount,
        account=deal.account,
        product=deal.product,
        problem=credited.problem,
        event_id=deal.event_id,
        event_type=deal.event_type,
        event_version=deal.event_version,
        event_source=deal.event_source,
        event_at=deal.event_at,
        event_position=deal.event_position,
    )


def deal_keys(row: Deal) -> Iterable[str]:
    """Return the deal that a row is about."""
    return (row.deal_id,)


def share_keys(row: Share) -> Iterable[str]:
    """Return the deal that a share belongs to."""
    return (row.deal_id,)


def owner_keys(row: OwnerRow) -> Iterable[str]:
    """Return the deals that a claimed owner shares."""
    return (group("owner", row.owner_hash),)


def calendar_keys(_row: CalendarRow) -> Iterable[str]:
    """Return all won deals: each falls in another year, perhaps."""
    return (group("everyone", "all"),)


CREDITS = Derivation(
    table=credits_table,
    row=CreditRow,
    facts=deal_facts,
    derive=derive,
    keys={"deals": deal_keys, "shares": share_keys, "owners": owner_keys, "calendars": calendar_keys},
    groups={"owner": deals_of_owner, "everyone": won_deals},
)
