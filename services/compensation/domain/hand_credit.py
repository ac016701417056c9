"""A credit by hand: what somebody is credited with beside what deals bring, for a reason. It may be withdrawn."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from compensation.domain.assignment import PersonIsUnknown
from events.domain import Decider, Refused, Value
from money.money import Money


class GivenTerms(Value, tag=False):
    """Who is credited with what, on which day, and by which credit rule of the person's plan of that day.

    Measures that count amounts, margins, units, deals or yearly values have of it what it says of these. `deal_id` is
    the deal that it is for, if there is one.
    """

    person_id: str
    rule: str
    booked_on: date
    amount: Money
    margin: Decimal | None = None
    units: Decimal | None = None
    deals: Decimal | None = None
    value_per_year: Decimal | None = None
    deal_id: str | None = None


class CreditGivenByHand(Value):
    """Somebody is credited with this, whatever deals bring."""

    terms: GivenTerms
    reason: str
    given_by: str


class HandCreditWithdrawn(Value):
    """The credit counts no more, and never did."""

    reason: str
    withdrawn_by: str


HandCreditEvent: TypeAlias = CreditGivenByHand | HandCreditWithdrawn


class GiveCredit(Value):
    """Credit somebody by hand, for a reason. Whether the person is known comes from the read models."""

    terms: GivenTerms
    reason: str
    given_by: str
    person_is_known: bool = True


class WithdrawCredit(Value):
    """Take a credit by hand back, for a reason."""

    reason: str
    withdrawn_by: str


HandCreditCommand: TypeAlias = GiveCredit | WithdrawCredit


class NotGiven(Value):
    """No credit was given under this id."""


class GivenByHand(Value):
    """The credit counts."""

    terms: GivenTerms
    reason: str


class Withdrawn(Value):
    """The credit was given, and taken back."""


HandCreditState: TypeAlias = NotGiven | GivenByHand | Withdrawn


class CreditCountsForNothing(Refused):
    """A credit by hand says an amount, a margin, units, deals or a yearly value other than zero."""


class CreditIdIsTaken(Refused):
    """Another credit was given under this id."""


class HandCreditIsUnknown(Refused):
    """No credit was given under this id."""


def decide(command: HandCreditCommand, state: HandCreditState) -> list[HandCreditEvent]:
    """Give a credit, or take it back. The same again is already so."""
    match command:
        case GiveCredit():
            return give(command, state)
        case WithdrawCredit(reason=reason, withdrawn_by=author):
            if isinstance(state, NotGiven):
                raise HandCreditIsUnknown
            given = isinstance(state, GivenByHand)
            return [HandCreditWithdrawn(reason=reason, withdrawn_by=author)] if given else []


def give(command: GiveCredit, state: HandCreditState) -> list[HandCreditEvent]:
    """Give a credit that says something, to somebody who is known."""
    if state == GivenByHand(terms=command.terms, reason=command.reason):
        return []
    if not isinstance(state, NotGiven):
        raise CreditIdIsTaken
    if not command.person_is_known:
        raise PersonIsUnknown(person_id=command.terms.person_id)
    said = command.terms
    if not any((said.amount.amount, said.margin, said.units, said.deals, said.value_per_year)):
        raise CreditCountsForNothing
    return [CreditGivenByHand(terms=said, reason=command.reason, given_by=command.given_by)]


def evolve(_state: HandCreditState, event: HandCreditEvent) -> HandCreditState:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case CreditGivenByHand(terms=terms, reason=reason):
            return GivenByHand(terms=terms, reason=reason)
        case HandCreditWithdrawn():
            return Withdrawn()


HAND_CREDIT = Decider[HandCreditCommand, HandCreditState, HandCreditEvent](
    kind="credit",
    initial=NotGiven(),
    decide=decide,
    evolve=evolve,
    events=(CreditGivenByHand, HandCreditWithdrawn),
)


class HandCredit(Value, tag=False):
    """A credit by hand as crediting reads it. `credited_under` is its deal, or the credit's own name without one.

    `event_…` name the event that gave it.
    """

    credit_id: str
    credited_under: str
    person_id: str
    rule: str
    booked_on: date
    amount: Decimal
    currency: str
    margin: Decimal | None
    units: Decimal | None
    deals: Decimal | None
    value_per_year: Decimal | None
    deal_id: str | None
    reason: str
    given_by: str
    event_id: str
    event_version: int
    event_at: datetime
    event_position: int
