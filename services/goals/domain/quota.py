"""A quota: what a person is expected to reach in one measure and one fiscal period; its amount is the effective one."""

from datetime import date
from typing import TypeAlias, assert_never

import msgspec

from events.domain import Decider, Refused, Value
from fiscal.calendar import Period
from money.money import AMOUNT_MAX, Money


class QuotaTerms(Value, tag=False):
    """Of whom what is expected in which days, both of which belong to the period."""

    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Money


class QuotaSet(Value):
    """So much is expected."""

    terms: QuotaTerms


class QuotaAdjusted(Value):
    """Another amount is expected, for a reason."""

    terms: QuotaTerms
    reason: str


QuotaEvent: TypeAlias = QuotaSet | QuotaAdjusted

EVENTS: tuple[type[QuotaEvent], ...] = (QuotaSet, QuotaAdjusted)


class SetQuota(Value):
    """Say what is expected of a person in a period of today's calendar."""

    person_id: str
    measure: str
    period: Period
    amount: Money
    person_is_known: bool


class AdjustQuota(Value):
    """Expect another amount, for a reason."""

    amount: Money
    reason: str


QuotaCommand: TypeAlias = SetQuota | AdjustQuota


class NotSet(Value):
    """Nothing is expected yet."""


class Set(Value):
    """So much is expected."""

    terms: QuotaTerms


Quota: TypeAlias = NotSet | Set


class QuotaIsUnknown(Refused):
    """There is no such quota."""


class QuotaIsForNobody(Refused):
    """The quota is for somebody whom the company does not know. Hire the person first."""


class QuotaIsSetAlready(Refused):
    """This quota is set to another amount. Adjust it, and say why."""


class QuotaIsNotAboveZero(Refused):
    """A quota is above zero."""


class QuotaIsTooLarge(Refused):
    """A quota is a trillion at most."""


class QuotaHasOneCurrency(Refused):
    """A quota stays in the currency in which it was set."""


def quota_id_of(person_id: str, measure: str, period: str) -> str:
    """Return the id of a quota. No measure and no period has a tilde, so that no two quotas share one."""
    return f"{person_id}~{measure}~{period}"


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
    if not command.person_is_known:
        raise QuotaIsForNobody(person_id=command.person_id)
    period = command.period
    terms = QuotaTerms(
        person_id=command.person_id,
        measure=command.measure,
        period=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        amount=command.amount,
    )
    if isinstance(quota, Set) and quota.terms == terms:
        return []
    if isinstance(quota, Set) and quota.terms.amount != terms.amount:
        raise QuotaIsSetAlready(amount=quota.terms.amount)
    return [QuotaSet(terms=terms)]


def adjust(command: AdjustQuota, quota: Quota) -> list[QuotaEvent]:
    """Expect another amount."""
    if isinstance(quota, NotSet):
        raise QuotaIsUnknown
    check_amount(command.amount)
    if command.amount == quota.terms.amount:
        return []
    if command.amount.currency != quota.terms.amount.currency:
        raise QuotaHasOneCurrency(currency=quota.terms.amount.currency)
    terms = msgspec.structs.replace(quota.terms, amount=command.amount)
    return [QuotaAdjusted(terms=terms, reason=command.reason)]


def check_amount(amount: Money) -> None:
    """Refuse what nobody is expected to reach."""
    if amount.amount <= 0:
        raise QuotaIsNotAboveZero
    if amount.amount > AMOUNT_MAX:
        raise QuotaIsTooLarge


def evolve(_quota: Quota, event: QuotaEvent) -> Quota:
    """Say what an event means. Never refuses: it has happened."""
    return Set(terms=event.terms)


QUOTA = Decider[QuotaCommand, Quota, QuotaEvent](
    kind="quota", initial=NotSet(), decide=decide, evolve=evolve, events=EVENTS
)
