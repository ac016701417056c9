"""Exchange rates of one pair of currencies and one kind, each from a day on until the next one that is said."""

from datetime import date
from decimal import Decimal

from events.domain import Decider, Refused, Value

RATE_MAX = Decimal(10) ** 12
"""No unit of any currency is worth more of another."""


class RateSet(Value):
    """One unit of `base` is so many of `quote` from this day on. `reason` is why the day's rate was corrected."""

    base: str
    quote: str
    kind: str
    effective_on: date
    rate: Decimal
    source: str
    reason: str | None = None


class SetRate(Value):
    """Say what a currency is worth from a day on; with a reason, correct what was said of that day."""

    base: str
    quote: str
    kind: str
    effective_on: date
    rate: Decimal
    source: str
    reason: str | None = None


class Rates(Value):
    """What was said, in the order in which it was."""

    said: tuple[RateSet, ...] = ()

    def on(self, day: date) -> RateSet | None:
        """Return what was said last of a day."""
        return next((each for each in reversed(self.said) if each.effective_on == day), None)


class CurrenciesAreTheSame(Refused):
    """A rate is between two currencies."""


class RateIsNotAboveZero(Refused):
    """A rate is above zero."""


class RateIsTooLarge(Refused):
    """A rate is a trillion at most."""


class RateIsSetAlready(Refused):
    """This day has another rate, or the same from another source. Say why it is corrected."""


class RateIsNotSet(Refused):
    """This day has no rate that could be corrected. Set it without a reason."""


def rate_id_of(base: str, quote: str, kind: str) -> str:
    """Return the id of a pair's rates of one kind. A currency is three letters, so that no two share one."""
    return f"{base}-{quote}-{kind}"


def decide(command: SetRate, rates: Rates) -> list[RateSet]:
    """Set a day's rate, or correct it."""
    check(command)
    new = RateSet(
        base=command.base,
        quote=command.quote,
        kind=command.kind,
        effective_on=command.effective_on,
        rate=command.rate,
        source=command.source,
        reason=command.reason,
    )
    before = rates.on(command.effective_on)
    if before is not None and (before.rate, before.source) == (new.rate, new.source):
        return []
    if before is None and new.reason is not None:
        raise RateIsNotSet(base=new.base, quote=new.quote, effective_on=new.effective_on)
    if before is not None and new.reason is None:
        raise RateIsSetAlready(
            base=new.base,
            quote=new.quote,
            effective_on=new.effective_on,
            rate=format(before.rate, "f"),
            source=before.source,
        )
    return [new]


def check(command: SetRate) -> None:
    """Refuse what no rate is."""
    if command.base == command.quote:
        raise CurrenciesAreTheSame(quote=command.quote)
    if not command.rate > 0:
        raise RateIsNotAboveZero(rate=format(command.rate, "f"))
    if command.rate > RATE_MAX:
        raise RateIsTooLarge(rate=format(command.rate, "f"))


def evolve(rates: Rates, event: RateSet) -> Rates:
    """Say what an event means. Never refuses: it has happened."""
    return Rates(said=(*rates.said, event))


RATE = Decider[SetRate, Rates, RateSet](kind="rate", initial=Rates(), decide=decide, evolve=evolve, events=(RateSet,))
