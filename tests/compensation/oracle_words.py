"""The oracle's conditions, asked of a credit one test after the other."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from compensation.domain.document.condition import Condition, Scalar
from compensation.domain.engine.credit import Credit


def is_true(condition: Condition | None, credit: Credit, rate: Fraction) -> bool:
    """Say whether a condition holds. A field that a deal does not have fails every test but `exists: false`.

    The rate makes money of the deal money of the plan.
    """
    if condition is None:
        return True
    if condition.all_of is not None:
        return all(is_true(each, credit, rate) for each in condition.all_of)
    if condition.any_of is not None:
        return any(is_true(each, credit, rate) for each in condition.any_of)
    if condition.none_of is not None:
        return not is_true(condition.none_of, credit, rate)
    asked: dict[str, str | Fraction | date | None] = {
        "account": credit.account,
        "amount": Fraction(credit.deal_amount) * rate,
        "booked_on": credit.booked_on,
        "currency": credit.currency,
        "deal_id": credit.deal_id,
        "product": credit.product,
        "share_percent": Fraction(credit.percent),
    }
    found = asked.get(condition.field or "", dict(credit.known).get(condition.field or ""))
    if found is None:
        return condition.exists is False
    return condition.exists is not False and passes(condition, found)


def passes(condition: Condition, found: Scalar | Fraction) -> bool:
    """Say whether all tests of a field hold: of texts without regard to case, of numbers, of days."""
    wanted = [] if condition.equals is None else [condition.equals]
    said = [str(each).lower() for each in (*wanted, *(condition.is_in or ()))]
    asks_text = condition.equals is not None or condition.is_in is not None
    if asks_text and str(found).lower() not in said:
        return False
    if isinstance(found, Decimal):
        found = Fraction(found)
    if isinstance(found, Fraction):
        edges = (condition.at_least, condition.above, condition.at_most, condition.below)
        least, above, most, below = (None if each is None else Fraction(each) for each in edges)
        low = (least is None or found >= least) and (above is None or found > above)
        high = (most is None or found <= most) and (below is None or found < below)
        return low and high and condition.since is None and condition.until is None
    numbers = (condition.at_least, condition.above, condition.at_most, condition.below)
    if any(each is not None for each in numbers):
        return False
    if isinstance(found, date):
        return (condition.since or date.min) <= found <= (condition.until or date.max)
    return condition.since is None and condition.until is None
