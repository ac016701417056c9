"""What happened at one small company, as events of today's classes: the source of the samples.

`WHOLE` has every member of every event set. `LEAST` has again the events that may lack something, without it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

from compensation.domain.assignment import AssignmentEnded, LeaveSet, PersonAssigned
from compensation.domain.attainment import AttainmentMeasured
from compensation.domain.exclusion import CreditExcluded, ExclusionWithdrawn
from compensation.domain.hand_credit import CreditGivenByHand, GivenTerms, HandCreditWithdrawn
from compensation.domain.leave import Leave
from compensation.domain.plan import PlanDrafted, PlanPublished, PlanRevised
from compensation.domain.split import DealSplitByHand, HandShare, HandSplitWithdrawn
from events.domain import Personal, Value
from feedback.domain.note import NoteRevised, NoteShared, NoteWithdrawn, NoteWritten
from fiscal.calendar import FiscalCalendar
from goals.domain.calendar import CalendarSet
from goals.domain.person import OwnersClaimed, PersonErased, PersonHired, PersonLeft, PersonMoved, PersonRenamed
from goals.domain.quota import QuotaAdjusted, QuotaSet, QuotaTerms
from goals.domain.team import TeamChanged, TeamFormed
from money.money import Money
from performance.domain import deal
from performance.domain.terms import KnownOwner, Split, Stamp, Terms, UnmatchedOwner
from tests.stored_events import cash, planning, records
from tests.stored_events.plans import plan

Story: TypeAlias = Mapping[str, tuple[tuple[str, Value], ...]]
"""By service: the keys of streams, each with an event of that stream."""

INGRID, OMAR, MANAGER = "p-0417", "p-0533", "p-0020"
QUOTA = f"{INGRID}~bookings~2026-Q1"
JANUARY, MARCH, JULY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 7, 1)

USER_NAME_HASH = "0b6a7e1d4f8c2935ae70d1c46b98f2e3570c8d9ba1e64f2370d5c8b9e6a1f04c"
OWNER_HASH = "5d2c9f7b10e84a36b7f1d05e93c2a8467e0b9d1cf35a6248d7c0e1b9a4f36d82"
OTHER_HASH = "e7104bd95c3f8a26d0b1c7f4925e6a83f19d0c57b48e2a6390f5d1c8e7b4a029"

NAME = Personal(
    person_id=INGRID,
    box="hGhGGsusVeIiLSk5Bvo+C+/GW6Mz3cFFeuYPhyNJInfvFcq2vU0Pxvin",
    mac="8ToffeIS24DCSfPNEadz8xkj00OyfVCAUKSZZTU+3e0=",
)
NEW_NAME = Personal(
    person_id=INGRID,
    box="ghQS5R0l3ZkElRmfV+2dhcKFR+3slF31izzc7lqtbIIYMXRZd7rs7wncvaega77LOw==",
    mac="4ysfwj/+g15lu5Ofq46TEcXiEQ8mww1OKRZDQTKwUMY=",
)
TEXT = Personal(
    person_id=INGRID,
    box=(
        "6aZ6juJrrWt1KIvIYRMtyN82rud8+/qMyV97SqbKwOmiihrfkxMRE0w0Zew2MZ6HI4++rDDkdJ8klmLq//EHxZEiUbrn5bmtSx8d"
        "eu9uOCixxhToq7fjHGIP//maqm7QiXHwjZAVgTJx86PUecnSrZMjJqvodUbOJTuUdTb4"
    ),
    mac="NPJYMiAi5yOR4RM+XlneP51/zHSDmVgp/Jm4U/Saq4M=",
)
OTHER_NAME = Personal(
    person_id=OMAR,
    box="+hjoxeY6JpYKmutwx2whSbgbpDmDyQSLwvpDjcScVWAs4RMILF5+",
    mac="XYRX8UXRhynKywrvkT19Oqx50vmsQzkdL9DtxV62CgA=",
)


def usd(amount: str) -> Money:
    """Return an amount of dollars."""
    return Money(amount=Decimal(amount), currency="USD")


def split(owner: KnownOwner | UnmatchedOwner, percent: str) -> Split:
    """Return an owner's share."""
    return Split(owner=owner, percent=Decimal(percent))


PROPOSED = Terms(
    owner=KnownOwner(person_id=INGRID),
    amount=usd("48000.00"),
    splits=(split(KnownOwner(person_id=INGRID), "62.5"), split(UnmatchedOwner(owner_hash=OWNER_HASH), "37.5")),
    stage="Proposal",
    account="Initech",
    product="GTX Pro",
    opened_on=date(2026, 1, 19),
    booked_on=MARCH,
)
UNCLAIMED = Terms(
    owner=UnmatchedOwner(owner_hash=OWNER_HASH),
    amount=usd("48000.00"),
    splits=(split(UnmatchedOwner(owner_hash=OWNER_HASH), "60"), split(UnmatchedOwner(owner_hash=OTHER_HASH), "40")),
    stage="Qualified",
    account="Initech",
    product="GTX Pro",
    opened_on=date(2026, 1, 19),
    booked_on=MARCH,
)
BOOKED = Terms(amount=usd("45500.00"), booked_on=MARCH)

DEALS: tuple[tuple[type[deal.DealFact], Terms, Terms, tuple[str, ...]], ...] = (
    (deal.DealOpened, UNCLAIMED, Terms(), ("status", "owner", "stage", "amount", "currency")),
    (deal.DealStageMoved, PROPOSED, Terms(), ("stage",)),
    (deal.DealAmended, PROPOSED, Terms(), ("amount", "currency")),
    (deal.DealSplitSet, PROPOSED, Terms(), ("splits",)),
    (deal.DealOwnerChanged, PROPOSED, Terms(), ("owner",)),
    (deal.DealWon, PROPOSED, BOOKED, ("status", "amount", "currency", "booked_on")),
    (deal.DealLost, UNCLAIMED, Terms(), ("status",)),
    (deal.DealReopened, PROPOSED, BOOKED, ("status",)),
    (deal.DealCancelled, PROPOSED, BOOKED, ("status",)),
    (deal.DealDeleted, UNCLAIMED, Terms(), ("status",)),
)
"""Each event of a deal, its terms with all members and with few, and what it tells."""


def stamp(number: int) -> Stamp:
    """Return when the source said something, and in which delivery."""
    return Stamp(source_at=datetime(2026, 3, 2 + number, 17, 30, tzinfo=UTC), delivery_id=f"msg_2KW{number:04}.0")


def deals(*, whole: bool) -> tuple[tuple[str, Value], ...]:
    """Return all events of a deal, with all that they may say or with the least."""
    return tuple(
        (
            "crm.D-1042",
            kind(stamp=stamp(number), terms=all_terms, told=told, changed=told, reason="The customer signed anew")
            if whole
            else kind(stamp=stamp(number), terms=few_terms, told=told, changed=()),
        )
        for number, (kind, all_terms, few_terms, told) in enumerate(DEALS)
    )


def quota(amount: str) -> QuotaTerms:
    """Return what is expected of Ingrid in the first quarter."""
    return QuotaTerms(
        person_id=INGRID, measure="bookings", period="2026-Q1", starts_on=JANUARY, ends_on=MARCH, amount=usd(amount)
    )


def measured(quota_amount: Money | None, percent: Decimal | None) -> AttainmentMeasured:
    """Return what Ingrid was credited with in the first quarter."""
    return AttainmentMeasured(
        subject_kind="person",
        subject_id=INGRID,
        measure="bookings",
        period="2026-Q1",
        starts_on=JANUARY,
        ends_on=MARCH,
        credit=usd("28437.50"),
        quota=quota_amount,
        percent=percent,
    )


GIVEN = GivenTerms(
    person_id=INGRID,
    rule="own",
    booked_on=MARCH,
    amount=usd("500.00"),
    margin=Decimal("120.00"),
    units=Decimal(3),
    deals=Decimal(1),
    value_per_year=Decimal("250.00"),
    deal_id="crm.2",
)
GIVEN_LEAST = GivenTerms(person_id=INGRID, rule="own", booked_on=MARCH, amount=usd("500.00"))

WHOLE: Story = {
    "goals": (
        (
            INGRID,
            PersonHired(
                name=NAME,
                hired_on=date(2025, 11, 3),
                team_id="west",
                manager_id=MANAGER,
                user_name_hash=USER_NAME_HASH,
                owner_hashes=(OWNER_HASH, OTHER_HASH),
            ),
        ),
        (INGRID, PersonRenamed(name=NEW_NAME)),
        (INGRID, PersonMoved(effective_on=JULY, team_id="east", manager_id="p-0021")),
        (INGRID, PersonLeft(left_on=date(2026, 12, 31))),
        (INGRID, OwnersClaimed(owner_hashes=(OWNER_HASH,))),
        (INGRID, PersonErased()),
        ("west", TeamFormed(name="West", parent_id="americas")),
        ("west", TeamChanged(name="West Coast", parent_id="americas")),
        (
            "main",
            CalendarSet(calendar=FiscalCalendar(time_zone="America/Los_Angeles", first_month=2, year_named_by="start")),
        ),
        (QUOTA, QuotaSet(terms=quota("90000.00"))),
        (QUOTA, QuotaAdjusted(terms=quota("80000.00"), reason="Two accounts went to another territory")),
        *planning.WHOLE,
    ),
    "performance": (*deals(whole=True), *cash.WHOLE, *records.WHOLE),
    "compensation": (
        ("accelerated", PlanDrafted(version=1, document=plan("100", whole=True))),
        ("accelerated", PlanRevised(version=2, document=plan("80", "100.5", whole=True))),
        ("accelerated", PlanPublished(version=2, name="Accelerated 2026", effective_on=JANUARY)),
        (
            f"{INGRID}~accelerated",
            PersonAssigned(
                person_id=INGRID,
                plan_id="accelerated",
                starts_on=JANUARY,
                ends_on=MARCH,
                target_pay=usd("60000.00"),
            ),
        ),
        (
            f"{INGRID}~accelerated",
            AssignmentEnded(person_id=INGRID, plan_id="accelerated", starts_on=JANUARY, ends_on=date(2026, 2, 28)),
        ),
        (
            "crm.1",
            DealSplitByHand(
                shares=(
                    HandShare(person_id=INGRID, percent=Decimal(100)),
                    HandShare(person_id=OMAR, percent=Decimal(50)),
                ),
                reason="Omar's team helped",
                split_by=MANAGER,
                is_overlay=True,
            ),
        ),
        ("crm.1", HandSplitWithdrawn(reason="The CRM is right now", withdrawn_by=MANAGER)),
        ("crm.2", CreditExcluded(reason="A house account", excluded_by=MANAGER, person_id=INGRID)),
        ("c-17", CreditGivenByHand(terms=GIVEN, reason="Closed it on her own", given_by=MANAGER)),
        ("c-17", HandCreditWithdrawn(reason="The CRM says so now", withdrawn_by=MANAGER)),
        ("crm.2", ExclusionWithdrawn(reason="It was hers", withdrawn_by=MANAGER, person_id=INGRID)),
        (
            f"{INGRID}~accelerated",
            LeaveSet(
                person_id=INGRID,
                plan_id="accelerated",
                starts_on=JANUARY,
                leaves=(Leave(first_on=date(2026, 2, 2), last_on=date(2026, 2, 6), reason="family"),),
            ),
        ),
        (QUOTA, measured(usd("80000.00"), Decimal("35.546875"))),
    ),
    "feedback": (
        (
            "n-31",
            NoteWritten(
                about_id=INGRID,
                author_id=MANAGER,
                text=TEXT,
                noted_on=date(2026, 2, 6),
                shared_with=(OMAR, "p-0021"),
                shared_with_subject=True,
            ),
        ),
        ("n-31", NoteRevised(text=TEXT)),
        ("n-31", NoteShared(shared_with=(OMAR,), shared_with_subject=True)),
        ("n-31", NoteWithdrawn(about_id=INGRID)),
    ),
}

LEAST: Story = {
    "goals": (
        (
            OMAR,
            PersonHired(
                name=OTHER_NAME,
                hired_on=date(2025, 11, 3),
                team_id=None,
                manager_id=None,
                user_name_hash=None,
                owner_hashes=(),
            ),
        ),
        (OMAR, PersonMoved(effective_on=JULY, team_id=None, manager_id=None)),
        ("all", TeamFormed(name="All", parent_id=None)),
        ("all", TeamChanged(name="Everybody", parent_id=None)),
        ("main", CalendarSet(calendar=FiscalCalendar())),
        *planning.LEAST,
    ),
    "performance": (*deals(whole=False), *cash.LEAST, *records.LEAST),
    "compensation": (
        ("flat", PlanDrafted(version=1, document=plan())),
        ("flat", PlanRevised(version=2, document=plan())),
        (f"{OMAR}~accelerated", PersonAssigned(person_id=OMAR, plan_id="accelerated", starts_on=JANUARY)),
        (
            "crm.1",
            DealSplitByHand(
                shares=(HandShare(person_id=INGRID, percent=Decimal(100)),), reason="A stand-in", split_by=MANAGER
            ),
        ),
        ("crm.2", CreditExcluded(reason="A house account", excluded_by=MANAGER)),
        ("c-18", CreditGivenByHand(terms=GIVEN_LEAST, reason="A referral", given_by=MANAGER)),
        ("crm.2", ExclusionWithdrawn(reason="It was not", withdrawn_by=MANAGER)),
        (QUOTA, measured(None, None)),
    ),
    "feedback": (),
}
