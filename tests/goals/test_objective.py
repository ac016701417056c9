"""Rules of objectives: somebody's in a period, scored once or corrected, serving others but never themselves."""

from decimal import Decimal

import pytest
from msgspec.structs import asdict, replace

from events.testing import given
from fiscal.calendar import FiscalCalendar, Period, parse_period
from goals.domain.objective import (
    OBJECTIVE,
    ObjectiveIsForNobody,
    ObjectiveIsNotScored,
    ObjectiveIsScoredAlready,
    ObjectiveIsUnknown,
    ObjectiveScored,
    ObjectiveServesItself,
    ObjectiveServesNothing,
    ObjectiveSet,
    ObjectiveStaysWhoseItIs,
    ScoreIsOutOfRange,
    ScoreObjective,
    SetObjective,
    WeightIsOutOfRange,
)
from goals.domain.subject import Subject, person

FIRST = parse_period(FiscalCalendar(), "2025-Q1")
SHIFTED = parse_period(FiscalCalendar(first_month=2, year_named_by="end"), "2025-Q1")
ANNA, EAST = person("anna"), Subject(kind="team", id="east")


def sets(
    name: str = "Win three",
    subject: Subject = ANNA,
    period: Period = FIRST,
    weight: str | None = "40",
    serves: str | None = None,
    above: tuple[str, ...] = (),
) -> SetObjective:
    return SetObjective(
        objective_id="o-7",
        subject=subject,
        name=name,
        period=period,
        weight=None if weight is None else Decimal(weight),
        serves=serves,
        above=above,
        subject_is_known=True,
    )


SET = ObjectiveSet(
    subject_kind="person",
    subject_id="anna",
    name="Win three",
    period="2025-Q1",
    starts_on=FIRST.starts_on,
    ends_on=FIRST.ends_on,
    weight=Decimal(40),
)


def scores(percent: str, reason: str | None = None) -> ScoreObjective:
    return ScoreObjective(percent=Decimal(percent), reason=reason)


def scored(percent: str, reason: str | None = None, terms: ObjectiveSet = SET) -> ObjectiveScored:
    return ObjectiveScored(percent=Decimal(percent), reason=reason, **asdict(terms))


def test_an_objective_is_set_with_its_period_s_days() -> None:
    given(OBJECTIVE).when(sets()).then(SET)
    given(OBJECTIVE).when(sets(subject=EAST, weight=None)).then(
        replace(SET, subject_kind="team", subject_id="east", weight=None)
    )


def test_an_objective_is_set_anew_in_other_words_and_the_same_is_already_so() -> None:
    given(OBJECTIVE, SET).when(sets()).then_nothing()
    given(OBJECTIVE, SET).when(sets("Win four")).then(replace(SET, name="Win four"))
    given(OBJECTIVE, SET).when(sets(weight="50.5")).then(replace(SET, weight=Decimal("50.5")))


def test_an_objective_takes_its_period_s_new_days_after_the_calendar_has_changed() -> None:
    given(OBJECTIVE, SET).when(sets(period=SHIFTED)).then(
        replace(SET, starts_on=SHIFTED.starts_on, ends_on=SHIFTED.ends_on)
    )


def test_an_objective_stays_whose_it_is_and_in_its_period() -> None:
    given(OBJECTIVE, SET).when(sets(subject=EAST)).then_refused(ObjectiveStaysWhoseItIs)
    other = parse_period(FiscalCalendar(), "2025-Q2")
    given(OBJECTIVE, SET).when(sets(period=other)).then_refused(ObjectiveStaysWhoseItIs)


def test_an_objective_serves_one_that_is_there_and_never_itself() -> None:
    given(OBJECTIVE).when(sets(serves="o-1", above=("o-1", "o-0"))).then(replace(SET, serves="o-1"))
    given(OBJECTIVE).when(sets(serves="o-1")).then_refused(ObjectiveServesNothing, serves="o-1")
    given(OBJECTIVE).when(sets(serves="o-7")).then_refused(ObjectiveServesItself, serves="o-7")
    given(OBJECTIVE, SET).when(sets(serves="o-1", above=("o-1", "o-7"))).then_refused(ObjectiveServesItself)


def test_nobody_who_is_unknown_has_an_objective() -> None:
    given(OBJECTIVE).when(replace(sets(subject=EAST), subject_is_known=False)).then_refused(
        ObjectiveIsForNobody, team_id="east"
    )


@pytest.mark.parametrize("weight", ["-1", "100.01"])
def test_a_weight_is_a_share_of_all(weight: str) -> None:
    given(OBJECTIVE).when(sets(weight=weight)).then_refused(WeightIsOutOfRange, weight=weight)


def test_an_objective_is_scored_with_every_digit_and_what_a_subscriber_needs() -> None:
    given(OBJECTIVE, SET).when(scores("87.12345678")).then(scored("87.12345678"))
    given(OBJECTIVE, SET).when(scores("0")).then(scored("0"))
    given(OBJECTIVE, SET).when(scores("1000")).then(scored("1000"))


@pytest.mark.parametrize("percent", ["-0.5", "1000.1"])
def test_a_score_is_from_nothing_to_ten_times_all(percent: str) -> None:
    given(OBJECTIVE, SET).when(scores(percent)).then_refused(ScoreIsOutOfRange, percent=percent)


def test_a_score_is_corrected_only_with_a_reason() -> None:
    given(OBJECTIVE, SET, scored("85")).when(scores("85.0")).then_nothing()
    given(OBJECTIVE, SET, scored("85")).when(scores("90")).then_refused(ObjectiveIsScoredAlready, scored_percent="85")
    given(OBJECTIVE, SET, scored("85")).when(scores("90", "late contract")).then(scored("90", "late contract"))
    given(OBJECTIVE, SET).when(scores("90", "late contract")).then_refused(ObjectiveIsNotScored)


def test_a_score_outlives_better_words_and_later_scores_carry_them() -> None:
    better = replace(SET, name="Win four")
    given(OBJECTIVE, SET, scored("85"), better).when(scores("85")).then_nothing()
    given(OBJECTIVE, SET, scored("85"), better).when(scores("90", "late")).then(scored("90", "late", better))


def test_an_objective_that_is_not_there_is_never_scored() -> None:
    given(OBJECTIVE).when(scores("85")).then_refused(ObjectiveIsUnknown)
