"""What plans that are drawn by chance pay at least and at most, and by which rate in another currency."""

from decimal import Decimal

import msgspec

from compensation.domain.document.exchange import PaymentRule
from compensation.domain.document.payout import Minimum
from compensation.domain.document.shape import Draw, PlanDocument
from fiscal.calendar import PeriodKind
from tests.compensation.chance import Chance

KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
RECOVERED = tuple(map(Decimal, ("100", "100", "100", "50", "0")))


def cents(chance: Chance, *often: str, most: int, least: int = 0) -> Decimal:
    """Draw an amount that can be paid out."""
    return round(chance.number(*often, most=most, least=least), 2)


def a_payment(chance: Chance) -> PaymentRule:
    on = chance.choice(("booking", "period_end", "pay_date"))
    return PaymentRule(kind=chance.choice(("plan", "daily")), on=on, pay_days=chance.choice((0, 0, 15, 40)))


def a_draw(chance: Chance) -> Draw:
    recoverable = not chance.is_one_in(4)
    return Draw(
        amount=cents(chance, "100", "50", most=200),
        recoverable=recoverable,
        recovered_percent=chance.choice(RECOVERED),
        recovered_max=cents(chance, "20", most=50) if chance.is_one_in(3) else None,
        forgiven_after=chance.up_to(3) if recoverable and chance.is_one_in(4) else None,
        recovered_since=chance.day() if chance.is_one_in(4) else None,
        floor=cents(chance, "120", most=200) if chance.is_one_in(4) else None,
        forgiven_on=chance.day() if recoverable and chance.is_one_in(4) else None,
        since=chance.day() if chance.is_one_in(8) else None,
    )


def paid_out(chance: Chance, document: PlanDocument) -> PlanDocument:
    """Draw what a plan pays at least and at most, and when it settles."""
    longer = KINDS[KINDS.index(document.pays) + 1 :]
    return msgspec.structs.replace(
        document,
        draw=a_draw(chance) if chance.is_one_in(2) else None,
        minimum=Minimum(amount=cents(chance, "80", most=150), recovered=chance.is_one_in(2))
        if chance.is_one_in(3)
        else None,
        maximum=cents(chance, "300", least=200, most=500) if chance.is_one_in(3) else None,
        settles=chance.choice(longer) if longer and chance.is_one_in(3) else None,
    )
