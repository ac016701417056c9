"""Plans: what may be drafted, how versions follow each other, and how they read in plain words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from compensation.domain.document.faults import PlanIsFaulty, faults_of
from compensation.domain.document.shape import PlanDocument, Tier
from compensation.domain.document.words import in_words
from compensation.domain.plan import (
    PLAN,
    DraftPlan,
    EffectiveDayIsNotLater,
    PlanDrafted,
    PlanExists,
    PlanIsNotDraft,
    PlanIsUnknown,
    PlanPublished,
    PlanRevised,
    PublishPlan,
    RevisePlan,
)
from events.testing import given
from tests.compensation.years import document, tiers

JANUARY, JULY = date(2017, 1, 1), date(2017, 7, 1)
PLAIN = document()
STEEP = document(tiers(("100", "5"), (None, "12")))

drafted = PlanDrafted(version=1, document=PLAIN)
published = PlanPublished(version=1, name="Accelerated", effective_on=JANUARY)
revised = PlanRevised(version=2, document=STEEP)


def test_a_plan_is_drafted() -> None:
    given(PLAN).when(DraftPlan(document=PLAIN)).then(drafted)


def test_the_same_draft_again_is_already_so() -> None:
    given(PLAN, drafted).when(DraftPlan(document=PLAIN)).then_nothing()


def test_another_draft_under_the_same_id_is_refused() -> None:
    given(PLAN, drafted).when(DraftPlan(document=STEEP)).then_refused(PlanExists)


def test_a_draft_is_revised_in_place() -> None:
    given(PLAN, drafted).when(RevisePlan(document=STEEP)).then(PlanRevised(version=1, document=STEEP))


def test_a_draft_is_published() -> None:
    given(PLAN, drafted).when(PublishPlan(effective_on=JANUARY)).then(published)


def test_publishing_again_for_the_same_day_is_already_so() -> None:
    given(PLAN, drafted, published).when(PublishPlan(effective_on=JANUARY)).then_nothing()


def test_a_published_version_is_never_published_for_another_day() -> None:
    given(PLAN, drafted, published).when(PublishPlan(effective_on=JULY)).then_refused(PlanIsNotDraft)


def test_revising_a_published_plan_begins_its_next_version() -> None:
    given(PLAN, drafted, published).when(RevisePlan(document=STEEP)).then(revised)


def test_the_next_version_holds_from_a_later_day() -> None:
    history = (drafted, published, revised)
    given(PLAN, *history).when(PublishPlan(effective_on=JANUARY)).then_refused(
        EffectiveDayIsNotLater, follows_on="2017-01-01"
    )
    given(PLAN, *history).when(PublishPlan(effective_on=JULY)).then(
        PlanPublished(version=2, name="Accelerated", effective_on=JULY)
    )


def test_a_next_draft_revised_again_still_follows_the_published_version() -> None:
    history = (drafted, published, revised, PlanRevised(version=2, document=document(name="Third thoughts")))
    given(PLAN, *history).when(PublishPlan(effective_on=JANUARY)).then_refused(EffectiveDayIsNotLater)


@pytest.mark.parametrize("command", [RevisePlan(document=PLAIN), PublishPlan(effective_on=JULY)])
def test_what_was_never_drafted_is_unknown(command: RevisePlan | PublishPlan) -> None:
    given(PLAN).when(command).then_refused(PlanIsUnknown)


@dataclass(frozen=True)
class Wrong:
    """A document that is wrong in one way, and the place that is named."""

    document: PlanDocument
    pointer: str


def rated(*pairs: tuple[str | None, str]) -> PlanDocument:
    return document(tiers(*pairs))


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong(document(currency="XYZ"), "/currency"),
        Wrong(document(()), "/components/0/table/tiers"),
        Wrong(
            document(tuple(Tier(up_to=Decimal(n + 1), rate=Decimal(1)) for n in range(50)) + tiers((None, "1"))),
            "/components/0/table/tiers",
        ),
        Wrong(rated(("100", "-1"), (None, "8")), "/components/0/table/tiers/0/rate"),
        Wrong(rated(("100", "5"), (None, "100.01")), "/components/0/table/tiers/1/rate"),
        Wrong(rated(("100", "5"), (None, "0.0000001")), "/components/0/table/tiers/1/rate"),
        Wrong(rated(("100", "NaN"), (None, "8")), "/components/0/table/tiers/0/rate"),
        Wrong(rated(("100", "5"), ("100", "6"), (None, "8")), "/components/0/table/tiers/1/up_to"),
        Wrong(rated(("100", "5"), ("90", "6"), (None, "8")), "/components/0/table/tiers/1/up_to"),
        Wrong(rated(("0", "5"), (None, "8")), "/components/0/table/tiers/0/up_to"),
        Wrong(rated(("100001", "5"), (None, "8")), "/components/0/table/tiers/0/up_to"),
        Wrong(rated(("33.3333333", "5"), (None, "8")), "/components/0/table/tiers/0/up_to"),
        Wrong(rated((None, "5"), (None, "8")), "/components/0/table/tiers/0/up_to"),
        Wrong(rated(("100", "5"), ("120", "8")), "/components/0/table/tiers/1/up_to"),
    ],
    ids=lambda wrong: f"{wrong.pointer}",
)
def test_a_fault_is_named_with_its_place(wrong: Wrong) -> None:
    assert [fault.pointer for fault in faults_of(wrong.document)] == [wrong.pointer]
    given(PLAN).when(DraftPlan(document=wrong.document)).then_refused(
        PlanIsFaulty, errors=[{"in": "body"} | msgspec.to_builtins(each) for each in faults_of(wrong.document)]
    )
    given(PLAN, drafted).when(RevisePlan(document=wrong.document)).then_refused(PlanIsFaulty)


def test_all_faults_are_named_at_once() -> None:
    wrong = document(tiers(("100", "-1"), ("50", "200"), ("150", "1")), currency="ABC")
    assert [fault.pointer for fault in faults_of(wrong)] == [
        "/currency",
        "/components/0/table/tiers/0/rate",
        "/components/0/table/tiers/1/rate",
        "/components/0/table/tiers/1/up_to",
        "/components/0/table/tiers/2/up_to",
    ]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            PLAIN,
            "5% of bookings up to 100% of the quarter's quota, 8% above. "
            "Paid in USD by quarter, rounded once a period, half a cent up.",
        ),
        (
            document(
                tiers(("80", "0"), ("100", "4.50"), (None, "6")), interval="year", at="each_line", rule="half_even"
            ),
            "0% of bookings up to 80% of the year's quota, 4.5% up to 100%, 6% above. "
            "Paid in USD by year, rounded deal by deal, half a cent to the even cent.",
        ),
        (
            document(tiers((None, "10")), interval="month", currency="EUR"),
            "10% of bookings by month. Paid in EUR by month, rounded once a period, half a cent up.",
        ),
    ],
)
def test_a_plan_reads_in_plain_words(plan: PlanDocument, words: str) -> None:
    assert in_words(plan) == words
