"""Who is credited with which activity? Derived, for plans that pay for some; and those that are nobody's yet."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from compensation.domain.activities import ActivityFacts
from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity
from compensation.projections import calendars, people
from compensation.projections.activities import done_among
from compensation.projections.custom_fields import fields_in
from compensation.projections.origins import origin_columns, origin_of
from compensation.projections.plans import published_documents
from events.domain import Value
from events.store.session import Reading

HUNDRED = Decimal(100)

activity_credits = Table(
    "activity_credits",
    MetaData(),
    Column("activity_id", Text, primary_key=True),
    Column("person_year", Text),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("kind", Text, nullable=False),
    Column("done_on", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("deal_id", Text),
    Column("account", Text),
    Column("fields", Text),
    Column("problem", Text),
    *origin_columns(),
    Index("activity_credits_by_person_year", "person_year"),
    Index("activity_credits_by_person", "person_id"),
    Index("activity_credits_by_problem", "problem"),
)


class ActivityCreditRow(Value, tag=False):
    """An activity and whose it is. Without a person's year it is nobody's credit yet, and `problem` says why."""

    activity_id: str
    person_year: str | None
    person_id: str | None
    owner_hash: str | None
    kind: str
    done_on: date
    count: int
    deal_id: str | None
    account: str | None
    fields: str | None
    problem: str | None
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int


def credit_of(row: ActivityCreditRow) -> Credit | None:
    """Return a row as the pay engine reads it; none if it is nobody's credit yet."""
    if row.person_id is None or row.person_year is None:
        return None
    return Credit(
        deal_id=row.deal_id or "",
        number=1,
        source="own",
        person_id=row.person_id,
        booked_on=row.done_on,
        source_at=row.event_at,
        amount=Decimal(0),
        currency="",
        percent=HUNDRED,
        deal_amount=Decimal(0),
        account=row.account,
        product=None,
        origin=origin_of(row),
        fields=fields_in(row.fields),
        document=Activity(document_id=row.activity_id, activity_kind=row.kind, count=row.count),
    )


def activity_facts(reading: Reading, activity_ids: Sequence[str]) -> dict[str, ActivityFacts]:
    """Return the facts of activities among some; none as long as no plan pays for any."""
    if not any(pays_for_activities(each) for each in published_documents(reading)):
        return {}
    found = done_among(reading, activity_ids)
    claims = people.claims_of(reading, sorted({each.owner_hash for each in found if each.owner_hash is not None}))
    calendar = calendars.calendar(reading)
    return {
        each.activity_id: ActivityFacts(done=each, claimants=claims.get(each.owner_hash or "", ()), calendar=calendar)
        for each in found
    }


def pays_for_activities(document: PlanDocument) -> bool:
    """Say whether a plan counts activities."""
    return any(rule.trigger == "activity" for rule in document.credit_rules)


def activities_of_years(reading: Reading, keys: Iterable[str]) -> dict[str, list[Credit]]:
    """Return the activities of people's fiscal years as credits, by the year's key."""
    found: dict[str, list[Credit]] = {}
    statement = select(activity_credits).where(reading.among(activity_credits.c.person_year, keys))
    for row in reading.rows(statement, ActivityCreditRow):
        credit = credit_of(row)
        if credit is not None and row.person_year is not None:
            found.setdefault(row.person_year, []).append(credit)
    return found


def years_with_activities(reading: Reading, person_ids: Iterable[str] | None = None) -> list[str]:
    """Return the fiscal years in which people, or anybody, have activities."""
    year, person = activity_credits.c.person_year, activity_credits.c.person_id
    wanted = select(year).distinct().where(year.is_not(None))
    mine = wanted if person_ids is None else wanted.where(reading.among(person, person_ids))
    return sorted(key for (key,) in reading.tuples(mine))
