"""Credits follow from won deals and what is billed and paid of them, their shares and lines, who has claimed their
owners, and the calendar.
"""

from collections.abc import Iterable, Sequence

import msgspec

from compensation.deriving.billed_credits import billed_rows
from compensation.deriving.given import given_rows
from compensation.domain.billing import settled_by
from compensation.domain.crediting import Credited, CreditFacts, DealFacts, credit
from compensation.domain.engine.settling import Settlement
from compensation.domain.engine.version import with_engine
from compensation.projections.assignments import AssignmentRow
from compensation.projections.calendars import CalendarRow
from compensation.projections.credit_sums import CREDIT_SUMS
from compensation.projections.credits import CreditRow, as_json, credits_table, said_by
from compensation.projections.custom_fields import written_fields
from compensation.projections.deal_facts import credit_facts
from compensation.projections.deal_lines import deals_of_product
from compensation.projections.deals import deals_of_owner, won_deals
from compensation.projections.descriptions import AccountRow, ProductRow
from compensation.projections.entitled import credits_others
from compensation.projections.hand_credits import all_given
from compensation.projections.known import asked_by, deals_asking_person
from compensation.projections.lines import (
    deals_below,
    deals_of_account,
    deals_of_line_plan,
    deals_of_person,
    deals_of_team,
    deals_of_territory,
)
from compensation.projections.people import OwnerRow, PersonRow, ReportRow
from compensation.projections.plans import PUBLISHED, PlanVersionRow, billed_kinds, document_of, settling_kinds
from compensation.projections.relationships import RelationshipRow
from compensation.projections.stages import deals_staged_by_name
from compensation.projections.territories import HolderRow, PlacementRow, TerritoryRow
from events.deriving import EVERYONE, GROUP, Derivation, Derived, InColumn, group
from events.store.session import Reading

DEALS_AT_ONCE = 2_000
"""A deal has few facts of its own, and asks much that others ask too."""


def derive(facts: CreditFacts) -> Derived[CreditRow]:
    """Return the credits of a won deal, of what is billed and paid of it, and what is credited by hand."""
    of_deal = () if facts.deal is None else rows_of(facts.deal)
    return Derived(rows=(*of_deal, *given_rows(facts)))


def rows_of(facts: DealFacts) -> tuple[CreditRow, ...]:
    """Return the credits of a won deal, and of what is billed and paid of it."""
    said = Said(facts)
    booked = with_overlaps([said.row_of(each) for each in credit(facts)])
    return (*booked, *billed_rows(facts, booked))


def with_overlaps(rows: list[CreditRow]) -> list[CreditRow]:
    """Return rows, those marked whose person is credited with the deal from several sources."""
    first: dict[str | None, str] = {None: ""}
    several = {row.person_id for row in rows if first.setdefault(row.person_id, row.source) != row.source} - {None}
    if not several:
        return rows
    return [msgspec.structs.replace(row, overlaps=True) if row.person_id in several else row for row in rows]


class Said:
    """What the rows of a deal have in common, written once."""

    def __init__(self, facts: DealFacts) -> None:
        self._deal = facts.deal
        self._of_deal = as_json(said_by(facts.deal))
        self._of_lines = {each.line_id: as_json(each) for each in facts.lines}
        settled = settled_by(facts.settling, facts.deal.currency, facts.amounts)
        self._settled = {line_id: written_settled(several) for line_id, several in settled.items()}

    def row_of(self, credited: Credited) -> CreditRow:
        """Return a share of a line as a row, with the event that made the deal worth what it is."""
        line, deal, share = credited.line, self._deal, credited.share
        line_id = None if line is None else line.line_id
        return CreditRow(
            deal_id=deal.deal_id,
            source=credited.source,
            number=share.number,
            line_number=0 if line is None else line.number,
            document_kind="deal",
            document_id=deal.deal_id,
            person_year=credited.person_year,
            person_id=credited.person_id,
            owner_hash=share.owner_hash,
            booked_on=deal.booked_on,
            amount=credited.amount,
            currency=deal.currency,
            percent=share.percent,
            cancelled_on=deal.ended_on,
            line_id=line_id,
            deal=self._of_deal,
            line=None if line_id is None else self._of_lines[line_id],
            credited_as=credited.credited_as,
            known=written_fields(credited.known),
            by_hand=share.by_hand,
            given=None,
            excluded=credited.excluded,
            document=None,
            settled=self._settled.get(line_id),
            overlaps=None,
            problem=credited.problem,
        )


def owner_keys(row: OwnerRow) -> Iterable[str]:
    """Return the deals that a claimed owner shares."""
    return (group("owner", row.owner_hash),)


def report_keys(row: ReportRow) -> Iterable[str]:
    """Return the deals of somebody who is placed elsewhere, of those below, and of the team."""
    mine = (group("below", row.person_id), group("asking_person", row.person_id))
    return (*mine, *([] if row.team_id is None else [group("team", row.team_id)]))


def assignment_keys(row: AssignmentRow) -> Iterable[str]:
    """Return the deals of the line of somebody whose plan may pay for them."""
    return (group("line_plan", f"{row.plan_id}{GROUP}{row.person_id}"),)


def version_keys(row: PlanVersionRow) -> Iterable[str]:
    """Return all won deals when a plan that pays for others' deals, or by bills, or asks more than deals say, holds."""
    document = document_of(row.document)
    by_bills = billed_kinds([document]) | settling_kinds([document])
    counts_more = credits_others(document) or asked_by(row.document) or by_bills
    return (group(EVERYONE, "all"),) if row.status == PUBLISHED and counts_more else ()


def relationship_keys(row: RelationshipRow) -> Iterable[str]:
    """Return the deals in which somebody shares."""
    return (group("person", row.to_person_id),)


def territory_keys(row: TerritoryRow | HolderRow) -> Iterable[str]:
    """Return the deals of a territory and of those below it."""
    return (group("territory", row.territory_id),)


def person_keys(row: PersonRow) -> Iterable[str]:
    """Return the deals of a person, if plans ask who that is."""
    return (group("asking_person", row.person_id),)


def account_keys(row: AccountRow) -> Iterable[str]:
    """Return the deals of an account."""
    return (group("account", row.account_id),)


def product_keys(row: ProductRow) -> Iterable[str]:
    """Return the deals of a product."""
    return (group("product", row.product_id),)


def placement_keys(row: PlacementRow) -> Iterable[str]:
    """Return the deals of an account."""
    return (group("account", row.account),)


def calendar_keys(_row: CalendarRow) -> Iterable[str]:
    """Return all won deals: each falls in another year, perhaps."""
    return (group(EVERYONE, "all"),)


def written_settled(several: Sequence[Settlement]) -> str | None:
    """Return what settles a line as JSON; none if there is nothing."""
    return msgspec.json.encode(several).decode() if several else None


def deals_claimed(reading: Reading, owner_hash: str) -> Iterable[str]:
    """Return the deals that an owner shares, or owned in one of their stages."""
    return {*deals_of_owner(reading, owner_hash), *deals_staged_by_name(reading, owner_hash)}


def all_credited(reading: Reading, everyone: str) -> Iterable[str]:
    """Return all won deals, and the names under which there are credits by hand."""
    return {*won_deals(reading, everyone), *all_given(reading)}


CREDITS = Derivation(
    table=credits_table,
    row=CreditRow,
    version=with_engine(11),
    facts=credit_facts,
    derive=derive,
    keys={
        "deals": InColumn("deal_id"),
        "shares": InColumn("deal_id"),
        "hand_shares": InColumn("deal_id"),
        "exclusions": InColumn("deal_id"),
        "hand_credits": InColumn("credited_under"),
        "stage_owners": InColumn("deal_id"),
        "deal_lines": InColumn("deal_id"),
        "owners": owner_keys,
        "calendars": calendar_keys,
        "invoices": InColumn("deal_id"),
        "payments": InColumn("deal_id"),
        "refunds": InColumn("deal_id"),
        "reports": report_keys,
        "assignments": assignment_keys,
        "plan_versions": version_keys,
        "relationships": relationship_keys,
        "territories": territory_keys,
        "holders": territory_keys,
        "placements": placement_keys,
        "people": person_keys,
        "accounts": account_keys,
        "products": product_keys,
    },
    groups={
        "owner": deals_claimed,
        EVERYONE: all_credited,
        "below": deals_below,
        "line_plan": deals_of_line_plan,
        "person": deals_of_person,
        "team": deals_of_team,
        "territory": deals_of_territory,
        "account": deals_of_account,
        "product": deals_of_product,
        "asking_person": deals_asking_person,
    },
    totals=(CREDIT_SUMS,),
    keys_at_once=DEALS_AT_ONCE,
)
