"""The oracle's conditions, asked of a credit one test after the other."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from compensation.domain.document.condition import Condition, Scalar
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, Invoice
from compensation.domain.engine.posted import Result, Score


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
    found = asked_of(credit, rate).get(condition.field or "", dict(credit.known).get(condition.field or ""))
    if found is None:
        return condition.exists is False
    return condition.exists is not False and passes(condition, found)


def asked_of(credit: Credit, rate: Fraction) -> dict[str, str | Fraction | date | None]:
    """Return what a condition may ask: an activity has no amount, and its day is not one on which something was won."""
    percent, found, day = Fraction(credit.percent), credit.document, credit.booked_on
    of_all: dict[str, str | Fraction | date | None] = {
        "account": credit.account,
        "deal_id": credit.deal_id or None,
        "share_percent": percent,
    }
    if isinstance(found, Activity):
        return of_all | {"activity_kind": found.activity_kind, "activity_count": Fraction(found.count), "done_on": day}
    if isinstance(found, Result):
        return of_all | {"result_name": found.name, "result_subject": found.subject}
    if isinstance(found, Score):
        return of_all | {"objective_name": found.name, "objective_subject": found.subject}
    amount = Fraction(credit.deal_amount) * rate
    of_deal = {"amount": amount, "currency": credit.currency, "product": credit.product}
    if found is None:
        return of_all | of_deal | {"booked_on": day}
    of_deal |= {"booked_on": found.booked_on}
    whole = Fraction(found.amount) * rate
    if isinstance(found, Invoice):
        said = {"invoice_id": found.document_id, "invoice_amount": whole, "invoiced_on": day}
        return of_all | of_deal | said
    said = {"payment_id": found.document_id, "payment_amount": whole, "paid_on": day}
    return of_all | of_deal | said | {"invoice_id": found.invoice_id}


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
