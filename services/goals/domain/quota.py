"""A quota: what is expected of a person, a team or a territory in one measure and one fiscal period.

Its amount is the effective one: money, or a plain number of what the measure counts. A person's quota in money has
events of its own; all others have one that says whose it is and in what.
"""

from datetime import date
from decimal import Decimal
from typing import TypeAlias, assert_never

import msgspec

from events.domain import Decider, Refused, Value
from fiscal.calendar import Period
from goals.domain.subject import Subject, SubjectKind, person
from money.money import AMOUNT_MAX, Money

Expected: TypeAlias = Money | Decimal
"""Money, or a plain number."""


class QuotaTerms(Value, tag=False):
    """Of whom what is expected in which days, both of which belong to the period."""

    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Money


class QuotaSet(Value):
    """So much money is expected of a person."""

    terms: QuotaTerms


class QuotaAdjusted(Value):
    """Another amount is expected of a person, for a reason."""

    terms: QuotaTerms
    reason: str


class SubjectQuotaSet(Value):
    """So much is expected: money where there is a currency, else a number. `reason` is why another amount is."""

    subject_kind: SubjectKind
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None = None
    reason: str | None = None


QuotaEvent: TypeAlias = QuotaSet | QuotaAdjusted | SubjectQuotaSet

EVENTS: tuple[type[QuotaEvent], ...] = (QuotaSet, QuotaAdjusted, SubjectQuotaSet)


class SetQuota(Value):
    """Say what is expected in a period of today's calendar."""

    subject: Subject
    measure: str
    period: Period
    amount: Expected
    subject_is_known: bool


class AdjustQuota(Value):
    """Expect another amount, for a reason."""

    amount: Expected
    reason: str


QuotaCommand: TypeAlias = SetQuota | AdjustQuota


class NotSet(Value):
    """Nothing is expected yet."""


class Set(Value):
    """So much is expected of a subject; both days belong to the period."""

    subject: Subject
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Expected


Quota: TypeAlias = NotSet | Set


class QuotaIsUnknown(Refused):
    """There is no such quota."""


class QuotaIsForNobody(Refused):
    """The quota is for somebody whom the company does not know. Hire the person first."""


class QuotaIsForNothing(Refused):
    """The quota is for a team or territory that is not there. Form or define it first."""


class QuotaIsSetAlready(Refused):
    """This quota is set to another amount. Adjust it, and say why."""


class QuotaIsNotAboveZero(Refused):
    """A quota is above zero."""


class QuotaIsTooLarge(Refused):
    """A quota is a trillion at most."""


class QuotaHasOneCurrency(Refused):
    """A quota stays in the currency in which it was set, or the plain number that it was."""


def quota_id_of(subject: Subject, measure: str, period: str) -> str:
    """Return the id of a quota. No measure and no period has a tilde, so that no two quotas share one.

    A person's ends in a period, all others in the kind of their subject.
    """
    quota_id = f"{subject.id}~{measure}~{period}"
    return quota_id if subject.kind == "person" else f"{quota_id}~{subject.kind}"


def decide(command: QuotaCommand, quota: Quota) -> list[QuotaEvent]:
    """Say what a command brings about."""
    match command:
        case SetQuota():
            return set_quota(command, quota)
        case AdjustQuota():
            return adjust(command, quota)
        case _:
            assert_never(command)


def set_quota(command: SetQuota, quota: Quota) -> list[QuotaEvent]:
    """Set a quota. Set again after the calendar has changed, it takes the period's days as they are now."""
    check_amount(command.amount)
    if not command.subject_is_known:
        nobody = QuotaIsForNobody if command.subject.kind == "person" else QuotaIsForNothing
        raise nobody(**{command.subject.member: command.subject.id})
    new = Set(
        subject=command.subject,
        measure=command.measure,
        period=command.period.name,
        starts_on=command.period.starts_on,
        ends_on=command.period.ends_on,
        amount=command.amount,
    )
    if quota == new:
        return []
    if isinstance(quota, Set) and quota.amount != new.amount:
        raise QuotaIsSetAlready(amount=shown(quota.amount))
    return [event_of(new)]


def adjust(command: AdjustQuota, quota: Quota) -> list[QuotaEvent]:
    """Expect another amount."""
    if isinstance(quota, NotSet):
        raise QuotaIsUnknown
    check_amount(command.amount)
    if command.amount == quota.amount:
        return []
    if currency_of(command.amount) != currency_of(quota.amount):
        raise QuotaHasOneCurrency(currency=currency_of(quota.amount))
    return [event_of(msgspec.structs.replace(quota, amount=command.amount), command.reason)]


def check_amount(amount: Expected) -> None:
    """Refuse what nobody is expected to reach."""
    number = amount_of(amount)
    if number <= 0:
        raise QuotaIsNotAboveZero
    if number > AMOUNT_MAX:
        raise QuotaIsTooLarge


def amount_of(amount: Expected) -> Decimal:
    """Return how much it is, of whatever."""
    return amount.amount if isinstance(amount, Money) else amount


def currency_of(amount: Expected) -> str | None:
    """Return the currency of money, nothing for a number."""
    return amount.currency if isinstance(amount, Money) else None


def shown(amount: Expected) -> Money | str:
    """Return an amount as a refusal names it."""
    return amount if isinstance(amount, Money) else format(amount, "f")


def event_of(quota: Set, reason: str | None = None) -> QuotaEvent:
    """Return what is said of a quota that is set, or adjusted for a reason."""
    if quota.subject.kind == "person" and isinstance(quota.amount, Money):
        terms = QuotaTerms(
            person_id=quota.subject.id,
            measure=quota.measure,
            period=quota.period,
            starts_on=quota.starts_on,
            ends_on=quota.ends_on,
            amount=quota.amount,
        )
        return QuotaSet(terms=terms) if reason is None else QuotaAdjusted(terms=terms, reason=reason)
    return SubjectQuotaSet(
        subject_kind=quota.subject.kind,
        subject_id=quota.subject.id,
        measure=quota.measure,
        period=quota.period,
        starts_on=quota.starts_on,
        ends_on=quota.ends_on,
        amount=amount_of(quota.amount),
        currency=currency_of(quota.amount),
        reason=reason,
    )


def evolve(_quota: Quota, event: QuotaEvent) -> Set:
    """Say what an event means. Never refuses: it has happened."""
    if isinstance(event, SubjectQuotaSet):
        subject = Subject(kind=event.subject_kind, id=event.subject_id)
        amount = event.amount if event.currency is None else Money(amount=event.amount, currency=event.currency)
        terms = event
    else:
        subject, amount, terms = person(event.terms.person_id), event.terms.amount, event.terms
    return Set(
        subject=subject,
        measure=terms.measure,
        period=terms.period,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        amount=amount,
    )


QUOTA = Decider[QuotaCommand, Quota, QuotaEvent](
    kind="quota", initial=NotSet(), decide=decide, evolve=evolve, events=EVENTS
)
