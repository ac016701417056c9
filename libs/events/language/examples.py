"""One example at least of every contract, as it happens in the story of one small company. Subscribers see them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from msgspec.structs import replace

from events.contracts.compensation import AttainmentMeasuredV1, PlanPublishedV1
from events.contracts.feedback import CoachingNoteAddedV1, CoachingNoteWithdrawnV1
from events.contracts.goals import (
    CalendarSetV1,
    OwnersClaimedV1,
    PersonHiredV1,
    PersonLeftV1,
    PersonMovedV1,
    PersonRenamedV1,
    QuotaAdjustedV1,
    QuotaSetV1,
    TeamChangedV1,
)
from events.contracts.performance import (
    DayField,
    DealAmendedV1,
    DealCancelledV1,
    DealDeletedV1,
    DealEventV1,
    DealLostV1,
    DealOpenedV1,
    DealOwnerChangedV1,
    DealReopenedV1,
    DealSplitSetV1,
    DealStageMovedV1,
    DealTermsV1,
    DealWonV1,
    FlagField,
    KnownOwner,
    LineV1,
    NumberField,
    SplitV1,
    TextField,
    UnmatchedOwner,
)
from events.domain import Personal, Value
from events.language.cash import CASH
from events.language.planning import PLANNED
from events.language.records import RECORDS
from money.money import Money

GRACE = "p-07"
ALAN = "p-12"
OWNER_HASH = "5f0c9ed6f54a2d8b1f1f40e3c8a49d2d4c9f0c6f2f5d0a5d6a7a4c1f8b3e9d27"
USER_NAME_HASH = "c41d7a90be3f52e86d10f97a3b8c25e4f06d9b1a7e35c8240f91d6be73a5c028"
NAME = Personal(
    person_id=GRACE,
    box="ZGVmZ2hpamtsbW5v89qsHEZRJm89HobjS1UTDhxarPvbE6n4e/8WhQ==",
    mac="oUw9L7U93uasCjyCZvJmNBnlw4UQmQBSZZsSYhzGl4g=",
)
FULL_NAME = Personal(
    person_id=GRACE,
    box="ZGVmZ2hpamtsbW5v89qsHEZRLHIoGZDl1K4Gq7sI776S1Y33HUY+1og4o+mxNWFD6e2vERP0Dbo=",
    mac="gh5qgZoZi97vMEY+9VqDcHFP+zSzltLBzFix1Tq0MuA=",
)


class Example(Value, tag=False):
    """A contract, the stream whose news it is, and its place in that stream."""

    stream: str
    sequence: int
    contract: Value


def usd(amount: str) -> Money:
    """Return an amount of dollars."""
    return Money(amount=Decimal(amount), currency="USD")


def at(month: int, day: int, hour: int) -> datetime:
    """Return an instant of the year of the story."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def said(
    event: type[DealEventV1],
    deal_id: str,
    source_at: datetime,
    terms: DealTermsV1,
    changed: tuple[str, ...],
    reason: str | None = None,
) -> DealEventV1:
    """Return what becomes of a deal when a delivery says so."""
    return event(
        deal_id=deal_id,
        source_at=source_at,
        terms=terms,
        changed=changed,
        delivery_id=f"msg_{deal_id}_{source_at:%m%d%H}",
        told=changed,
        reason=reason,
    )


QUALIFIED = DealTermsV1(
    owner=UnmatchedOwner(owner_hash=OWNER_HASH),
    amount=usd("48000.00"),
    stage="Qualified",
    account="Initech",
    product="GTX Pro",
    opened_on=date(2026, 1, 19),
)
PROPOSED = replace(QUALIFIED, stage="Proposal")
OWNED = replace(PROPOSED, owner=KnownOwner(person_id=GRACE))
REDUCED = replace(OWNED, amount=usd("45500.00"))
SHARED = replace(
    REDUCED,
    splits=(
        SplitV1(owner=KnownOwner(person_id=GRACE), percent=Decimal("62.5")),
        SplitV1(owner=KnownOwner(person_id=ALAN), percent=Decimal("37.5")),
    ),
)
BOOKED = replace(
    SHARED,
    stage="Closed won",
    booked_on=date(2026, 3, 31),
    lines=(
        LineV1(
            line_id="1",
            amount=Decimal("36000.00"),
            product_id="gtx-pro",
            type="license",
            quantity=Decimal(25),
            margin=Decimal("14400.00"),
            value_per_year=Decimal("12000.00"),
            term_months=36,
            renewal=False,
        ),
        LineV1(line_id="2", amount=Decimal("9500.00"), type="services"),
    ),
    fields=(
        NumberField(name="discount", value=Decimal("12.5")),
        DayField(name="go_live_on", value=date(2026, 6, 1)),
        TextField(name="region", value="EMEA"),
        FlagField(name="strategic", value=True),
    ),
)
CANCELLED = replace(BOOKED, cancelled_on=date(2026, 5, 15))
LOST = replace(QUALIFIED, booked_on=date(2026, 2, 27))

QUOTA = f"{GRACE}~bookings~2026-Q1"
STARTS_ON, ENDS_ON = date(2026, 1, 1), date(2026, 3, 31)

STORY: Mapping[str, tuple[Value, ...]] = {
    "calendar-main": (CalendarSetV1(time_zone="America/Los_Angeles", first_month=1, year_named_by="end"),),
    "team-west": (TeamChangedV1(team_id="west", name="West", parent_id="americas"),),
    f"person-{GRACE}": (
        PersonHiredV1(
            person_id=GRACE,
            name=NAME,
            hired_on=date(2026, 1, 5),
            team_id="west",
            manager_id="p-02",
            owner_hashes=(OWNER_HASH,),
            user_name_hash=USER_NAME_HASH,
        ),
        OwnersClaimedV1(person_id=GRACE, owner_hashes=(OWNER_HASH,)),
        PersonRenamedV1(person_id=GRACE, name=FULL_NAME),
        PersonMovedV1(person_id=GRACE, effective_on=date(2026, 7, 1), team_id="east", manager_id="p-03"),
        PersonLeftV1(person_id=GRACE, left_on=date(2026, 12, 31)),
    ),
    f"quota-{QUOTA}": (
        QuotaSetV1(
            quota_id=QUOTA,
            person_id=GRACE,
            measure="bookings",
            period="2026-Q1",
            starts_on=STARTS_ON,
            ends_on=ENDS_ON,
            amount=usd("90000.00"),
        ),
        QuotaAdjustedV1(
            quota_id=QUOTA,
            person_id=GRACE,
            measure="bookings",
            period="2026-Q1",
            starts_on=STARTS_ON,
            ends_on=ENDS_ON,
            amount=usd("80000.00"),
            reason="Two accounts went to another territory",
        ),
    ),
    **PLANNED,
    "deal-D-1042": (
        said(DealOpenedV1, "D-1042", at(1, 19, 17), QUALIFIED, ("status", "owner", "amount")),
        said(DealStageMovedV1, "D-1042", at(2, 3, 9), PROPOSED, ("stage",)),
        said(DealOwnerChangedV1, "D-1042", at(2, 3, 10), OWNED, ("owner",)),
        said(DealAmendedV1, "D-1042", at(3, 12, 16), REDUCED, ("amount",)),
        said(DealSplitSetV1, "D-1042", at(3, 12, 18), SHARED, ("splits",)),
        said(DealWonV1, "D-1042", at(4, 1, 6), BOOKED, ("status", "stage", "booked_on")),
        said(DealReopenedV1, "D-1042", at(4, 2, 8), BOOKED, ("status",)),
        said(DealWonV1, "D-1042", at(4, 2, 15), BOOKED, ("status",)),
        said(DealCancelledV1, "D-1042", at(5, 20, 11), CANCELLED, ("status", "cancelled_on"), "the customer withdrew"),
    ),
    "deal-D-1043": (said(DealLostV1, "D-1043", at(2, 27, 12), LOST, ("status", "booked_on"), "no budget this year"),),
    "deal-D-1044": (said(DealDeletedV1, "D-1044", at(2, 28, 7), QUALIFIED, ("status",)),),
    **CASH,
    **RECORDS,
    "plan-accelerated": (
        PlanPublishedV1(plan_id="accelerated", name="Accelerated 2026", plan_version=1, effective_on=date(2026, 1, 1)),
    ),
    f"attainment-{QUOTA}": (
        AttainmentMeasuredV1(
            subject_kind="person",
            subject_id=GRACE,
            measure="bookings",
            period="2026-Q1",
            starts_on=STARTS_ON,
            ends_on=ENDS_ON,
            credit=usd("28437.50"),
            quota=usd("80000.00"),
            percent=Decimal("35.546875"),
            position=4_711,
        ),
    ),
    "note-n-31": (
        CoachingNoteAddedV1(note_id="n-31", about_id=GRACE, author_id="p-02", noted_on=date(2026, 2, 6)),
        CoachingNoteWithdrawnV1(note_id="n-31", about_id=GRACE),
    ),
}


def examples_of(contract: type[Value]) -> list[Example]:
    """Return the examples of a contract."""
    return [
        Example(stream=stream, sequence=sequence, contract=each)
        for stream, told in STORY.items()
        for sequence, each in enumerate(told, 1)
        if type(each) is contract
    ]
