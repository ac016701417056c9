"""Random credit rules and conditions."""

from decimal import Decimal
from typing import Any

from compensation.domain.document.condition import Condition
from compensation.domain.document.credit_rule import Source
from compensation.domain.document.shape import (
    CreditRule,
)
from compensation.domain.document.stages import StageWeight
from compensation.domain.document.trigger import Trigger
from tests.compensation.chance import Chance

HUNDRED = Decimal(100)
RESULT_NAMES = ("revenue", "operating_income")
ACTIVITY_KINDS = ("meeting", "Meeting", "call")
PRODUCTS = ("GTX Pro", "gtx pro", "MG Basic")
PERCENTS = tuple(map(Decimal, ("100", "100", "100", "50", "0", "33.3333", "150")))
SOURCES: tuple[tuple[Source, str | None], ...] = (
    ("own", None),
    ("own", None),
    ("roll_up", None),
    ("roll_up", "direct"),
    ("relationship", "sales_engineer"),
    ("relationship", "mentor"),
    ("territory", "owner"),
    ("team", None),
    ("stages", None),
)
"""Sources of credit, and what is said beside them."""


def a_test(chance: Chance) -> Condition:
    """Draw the test of one field."""
    product, amount, day = chance.choice(PRODUCTS), chance.number("100", "250", "500", most=1_000), chance.day()
    tests = (
        Condition(field="product", equals=product),
        Condition(field="product", is_in=(product, "other")),
        Condition(field="account", exists=chance.is_one_in(2)),
        Condition(field="amount", at_least=amount),
        Condition(field="amount", above=amount, at_most=Decimal(1_000)),
        Condition(field="share_percent", below=HUNDRED),
        Condition(field="booked_on", since=day),
        Condition(field="booked_on", until=day),
        Condition(field="account.industry", equals="Retail"),
        Condition(field="product.line", exists=chance.is_one_in(2)),
        Condition(field="person.team", is_in=("west", "South")),
        Condition(field="person.tenure_months", at_least=Decimal(6)),
        Condition(field="person.hired_on", until=day),
        Condition(field="territory", equals="emea"),
    )
    return chance.choice(tests)


def a_condition(chance: Chance) -> Condition:
    tests = tuple(a_test(chance) for _ in range(chance.up_to(2)))
    forms = (
        tests[0],
        tests[0],
        Condition(all_of=tests),
        Condition(any_of=tests),
        Condition(none_of=tests[0]),
    )
    return chance.choice(forms)


def perhaps_a_condition(chance: Chance) -> Condition | None:
    return a_condition(chance) if chance.is_one_in(5) else None


def a_condition_on_activities(chance: Chance) -> Condition | None:
    tests = (
        Condition(field="activity_kind", equals=chance.choice(ACTIVITY_KINDS)),
        Condition(field="activity_count", at_least=Decimal(2)),
        Condition(field="done_on", since=chance.day()),
        Condition(none_of=Condition(field="account", exists=True)),
    )
    return chance.choice(tests) if chance.is_one_in(3) else None


def no_condition(_chance: Chance) -> Condition | None:
    return None


def a_rule_about_activities(chance: Chance) -> CreditRule:
    return CreditRule(
        id="did",
        trigger="activity",
        when=a_condition_on_activities(chance),
        attainment_percent=chance.choice(PERCENTS),
        pay_percent=chance.choice(PERCENTS),
    )


def a_rule_about_bills_or_cash(chance: Chance) -> CreditRule:
    trigger: Trigger = chance.choice(("invoice", "payment"))
    day = "invoiced_on" if trigger == "invoice" else "paid_on"
    tests = (
        Condition(field=f"{trigger}_amount", above=Decimal(100)),
        Condition(field=day, until=chance.day()),
        Condition(field="invoice_id", exists=True),
        a_condition(chance),
    )
    return CreditRule(
        id="billed",
        trigger=trigger,
        source=chance.choice(("own", "own", "roll_up")),
        when=chance.choice(tests) if chance.is_one_in(3) else None,
        attainment_percent=chance.choice(PERCENTS),
        pay_percent=chance.choice(PERCENTS),
    )


def some_stages(chance: Chance) -> dict[str, Any]:
    """Draw by what stages a rule credits: in percent by the last owner, or in parts of all stages by the first."""
    percents = (StageWeight(stage="Proposal", weight=Decimal(40)), StageWeight(stage="Closing", weight=Decimal(60)))
    if chance.is_one_in(2):
        return {"stages": percents}
    parts = (StageWeight(stage="Closing", weight=Decimal(1)), StageWeight(stage="Proposal", weight=Decimal(2)))
    return {"stages": parts, "skipped": "lost", "stage_owner": "first"}


def a_rule(chance: Chance, number: int) -> CreditRule:
    source, said = SOURCES[0] if number == 0 else chance.choice(SOURCES)
    return CreditRule(
        id=f"r{number}",
        source=source,
        relationship=said if source == "relationship" else None,
        role=said if source == "territory" else None,
        holders="equally" if source == "territory" and chance.is_one_in(3) else "each",
        parents=source == "territory" and chance.is_one_in(3),
        reach="direct" if source == "roll_up" and said else "line",
        **some_stages(chance.of(f"stages {number}")) if source == "stages" else {},
        when=perhaps_a_condition(chance),
        attainment_percent=chance.choice(PERCENTS),
        pay_percent=chance.choice(PERCENTS),
    )


def rules_about_posted(chance: Chance) -> tuple[CreditRule, ...]:
    """Draw a rule about results, now and then about those of one name only, and a rule about objectives."""
    named = Condition(field="result_name", equals=chance.choice(RESULT_NAMES))
    of_company = Condition(field="objective_subject", equals="company")
    return (
        CreditRule(id="results", trigger="result", when=named if chance.is_one_in(2) else None),
        CreditRule(
            id="objectives",
            trigger="objective",
            when=of_company if chance.is_one_in(3) else None,
            attainment_percent=chance.choice(PERCENTS),
        ),
    )
