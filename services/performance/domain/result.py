"""A posted result: what the company, a team, a territory or a person reached of something in a fiscal period.

It comes from elsewhere, such as operating income from the books, with its target if there is one.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Decider, Refused, Value
from fiscal.calendar import Period
from money.money import round_to_currency

SubjectKind: TypeAlias = Literal["company", "team", "territory", "person"]

COMPANY = "company"
"""The id of the one company that there is."""


class ResultRecorded(Value):
    """So much was reached, of so much; in a currency, or plain numbers. A reason says why it differs from before."""

    name: str
    subject_kind: SubjectKind
    subject_id: str
    period: str
    starts_on: date
    ends_on: date
    value: Decimal
    target: Decimal | None = None
    currency: str | None = None
    reason: str | None = None


EVENTS: tuple[type[ResultRecorded], ...] = (ResultRecorded,)


class RecordResult(Value):
    """Post a result in a period of today's calendar, or correct it."""

    name: str
    subject_kind: SubjectKind
    subject_id: str
    period: Period
    value: Decimal
    target: Decimal | None
    currency: str | None
    reason: str | None
    subject_is_known: bool


class NotPosted(Value):
    """Nothing is posted yet."""


Result: TypeAlias = NotPosted | ResultRecorded


class ResultIsUnknown(Refused):
    """There is no such result."""


class ResultIsOfNobody(Refused):
    """The result is of a person or a team whom goals has not told of. The company is called company."""


class ResultHasNoTarget(Refused):
    """A target is not zero: nothing can be divided by it. Leave it out where there is none."""


class ResultHasTooManyDigits(Refused):
    """The number has more digits after the point than its currency."""


class ResultIsRecordedAlready(Refused):
    """This result was posted with other numbers. Post it with a reason, and it is corrected."""


def result_id_of(name: str, subject_kind: SubjectKind, subject_id: str, period: str) -> str:
    """Return the id of a result. No name, kind or period has a tilde, so that no two results share one."""
    return f"{name}~{subject_kind}~{subject_id}~{period}"


def decide(command: RecordResult, result: Result) -> list[ResultRecorded]:
    """Post a result, or correct it for a reason. Posted again as it is, it is done already."""
    if not command.subject_is_known:
        raise ResultIsOfNobody(subject_id=command.subject_id)
    if command.target is not None and not command.target:
        raise ResultHasNoTarget(target=format(command.target, "f"))
    posted = ResultRecorded(
        name=command.name,
        subject_kind=command.subject_kind,
        subject_id=command.subject_id,
        period=command.period.name,
        starts_on=command.period.starts_on,
        ends_on=command.period.ends_on,
        value=digits_of("value", command.value, command.currency),
        target=None if command.target is None else digits_of("target", command.target, command.currency),
        currency=command.currency,
        reason=command.reason,
    )
    if isinstance(result, NotPosted):
        return [posted]
    if same(result, posted):
        return []
    if command.reason is None:
        raise ResultIsRecordedAlready(value=format(result.value, "f"))
    return [posted]


def digits_of(name: str, number: Decimal, currency: str | None) -> Decimal:
    """Return a number with its currency's digits. Refuses `ResultHasTooManyDigits`."""
    if currency is None:
        return number
    rounded = round_to_currency(number, currency)
    if rounded != number:
        raise ResultHasTooManyDigits(**{name: format(number, "f")})
    return rounded


def same(before: ResultRecorded, after: ResultRecorded) -> bool:
    """Say whether two results have the same numbers for the same days."""
    return all(
        getattr(before, name) == getattr(after, name)
        for name in ("value", "target", "currency", "starts_on", "ends_on")
    )


def evolve(_result: Result, event: ResultRecorded) -> Result:
    """Say what an event means. Never refuses: it has happened."""
    return event


RESULT = Decider[RecordResult, Result, ResultRecorded](
    kind="result", initial=NotPosted(), decide=decide, evolve=evolve, events=EVENTS
)
