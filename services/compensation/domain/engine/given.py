"""What a credit by hand says: the rule that lets it in, and what it counts for beside its amount."""

from decimal import Decimal

from compensation.domain.document.credit_rule import CreditRule
from compensation.domain.document.shape import Measure, PlanDocument
from events.domain import Value


class Given(Value, tag=False):
    """A credit by hand: its id, its rule, and the numbers that measures may count. `is_of_deal` if it names a deal."""

    credit_id: str
    rule: str
    is_of_deal: bool = False
    margin: Decimal | None = None
    units: Decimal | None = None
    deals: Decimal | None = None
    value_per_year: Decimal | None = None


def given_worth(given: Given, amount: Decimal, measure: Measure) -> Decimal | None:
    """Return what a credit by hand says of that which a measure counts, if it says anything of it."""
    match measure.counts:
        case "amount":
            return amount or None
        case "margin":
            return given.margin or None
        case "units":
            return given.units or None
        case "deals":
            return given.deals or None
        case "value_per_year":
            return given.value_per_year or None
        case "field" | "activities" | "results" | "objectives":
            return None


def rule_given(document: PlanDocument, measure: Measure, given: Given, amount: Decimal) -> CreditRule | None:
    """Return the rule that a credit by hand names, if a measure counts by it and has something to count.

    Who gives a credit has decided that the rule is about it: its source and its condition are not asked.
    """
    if given.rule not in measure.rules or given_worth(given, amount, measure) is None:
        return None
    return next(rule for rule in document.credit_rules if rule.id == given.rule)
