"""What is held, as it is answered: a part of what a line earned, when it is due, and what becomes of it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from compensation.domain.engine.held import Held, Lapsed, Released, Waiting
from compensation.domain.engine.held_words import explain_held
from compensation.routers.credit_answers import CreditAnswer, credit_answer, money
from edge.bodies import Answer, MoneyAnswer


class HeldAnswer(Answer):
    """A part of what a component earned with a credit in `period`, which that period does not pay.

    `status` says what becomes of it: it is paid in the period `pays_in`, it waits for a day that is not known yet, or
    it lapsed: with a cancellation, or since what it waited for was not so in time. `on` is the day of that, or the last
    one of waiting.
    """

    period: str
    plan_id: str
    plan_version: int
    component: str
    credit: CreditAnswer
    number: int
    count: int
    due: Annotated[str, Field(examples=["3 months after it"])]
    amount: MoneyAnswer
    as_paid: Annotated[MoneyAnswer, Field(description="The amount in the currency of payment.")]
    status: Literal["released", "waiting", "lapsed"]
    on: date | None
    pays_in: str | None
    sentence: str


def held_answer(held: Held) -> HeldAnswer:
    """Return what is held as it is answered."""
    status, on, pays_in = fate_answer(held)
    return HeldAnswer(
        period=held.period.name,
        plan_id=held.plan_id,
        plan_version=held.plan_version,
        component=held.component,
        credit=credit_answer(held.credit),
        number=held.number,
        count=held.count,
        due=held.due,
        amount=money(held.amount, held.currency),
        as_paid=money(held.as_paid, held.pay_currency),
        status=status,
        on=on,
        pays_in=pays_in,
        sentence=explain_held(held),
    )


def fate_answer(held: Held) -> tuple[Literal["released", "waiting", "lapsed"], date | None, str | None]:
    """Return what becomes of what is held, since which day, and the period that pays it."""
    match held.fate:
        case Released(period=period, on=day):
            return "released", day, period.name
        case Waiting(until=day):
            return "waiting", day, None
        case Lapsed(on=day):
            return "lapsed", day, None
