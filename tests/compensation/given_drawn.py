"""Credits by hand that are drawn by chance."""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.given import Given
from tests.compensation.chance import Chance


def some_given(chance: Chance, draw: Callable[[Chance, str], list[Credit]]) -> list[Credit]:
    """Draw credits by hand: for a deal or for none, by a rule that the plan has or not, of money, deals or both."""
    found: list[Credit] = []
    for number in range(1, chance.choice((1, 1, 1, 2, 3))):
        [credit, *_] = draw(chance.of(f"given {number}"), chance.choice(("d0", f"credit~{number}")))
        given = Given(
            credit_id=f"c{number}",
            rule=chance.choice(("r0", "r0", "r1", "r2")),
            is_of_deal=credit.deal_id == "d0",
            deals=chance.choice((None, None, Decimal(1), Decimal(2), Decimal("-0.5"))),
        )
        found.append(
            msgspec.structs.replace(
                credit,
                source="by_hand",
                credited_as=None,
                percent=Decimal(100),
                amount=credit.deal_amount,
                number=number,
                by_hand="carol: A referral",
                given=given,
            )
        )
    return found
