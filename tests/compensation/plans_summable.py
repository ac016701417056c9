"""Plans without most of what depends on the order of deals, and the few days on which their deals meet."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from compensation.domain.document.credit_rule import CreditRule, Source
from compensation.domain.document.shape import Cap, Component, Counts, Measure, PlanDocument, Rounding
from tests.compensation.plans_changed import replaced

LEFT = (
    "",
    "",
    "",
    "",
    "",
    "when",
    "to_date",
    "gates",
    "caps",
    "percents",
    "cap_percent",
    "rounding",
    "sources",
    "instalments",
    "exchange",
)
SOURCES: tuple[Source, Source] = ("own", "roll_up")
NEVER = (None,) * 5
FOR_ALL: dict[str, Any] = {"onset": "interval", "release": None, "effect": "no_pay", "table": None, "cap": None}


OF_SOURCE = ("source", "relationship", "role", "holders", "parents", "reach", "stages", "skipped", "stage_owner")
"""What a rule says of its source."""


def made_summable(plan: PlanDocument, chance: Random) -> PlanDocument:
    """Return a plan with one thing at most of those that depend on the order of deals, if it had that."""
    left = chance.choice(LEFT)

    def unless(name: str, value: Any, instead: Any) -> Any:
        return value if left == name else instead

    def in_component(each: Component) -> Component:
        return replaced(
            each,
            when=unless("when", each.when, None),
            table=replaced(each.table, to_date=unless("to_date", each.table.to_date, True)),
            modifiers=unless("when", each.modifiers, tuple(replaced(one, when=None) for one in each.modifiers)),
            weights=(),
            gates=unless("gates", each.gates, tuple(replaced(one, **FOR_ALL) for one in each.gates)),
            instalments=unless("instalments", each.instalments, ()),
            caps=unless("caps", each.caps, of_intervals(each.caps)),
            since=chance.choice((*NEVER, a_day(chance))),
            until=chance.choice((*NEVER, a_day(chance))),
        )

    source = chance.choice(("own", "own", "roll_up", "mixed"))
    rules = tuple(
        replaced(
            each,
            when=unless("when", each.when, None),
            trigger="booking",
            **unless("sources", {}, of_source(source if source != "mixed" else SOURCES[number % 2])),
        )
        for number, each in enumerate(plan.credit_rules)
    )
    alike = tuple(replaced(each, pay_percent=each.attainment_percent) for each in rules)
    return replaced(
        plan,
        target=None,
        credit_rules=unless("percents", rules, alike),
        measures=tuple(of_deals(each, unless("cap_percent", each.cap_percent, None)) for each in plan.measures),
        components=tuple(in_component(each) for each in plan.components),
        rounding=Rounding(rule=plan.rounding.rule, at=unless("rounding", plan.rounding.at, "end")),
        instalments=unless("instalments", plan.instalments, ()),
        caps=unless("caps", plan.caps, of_intervals(plan.caps) if len(plan.components) == 1 else ()),
        exchange=unless("exchange", plan.exchange, None),
    )


def of_source(source: Source) -> dict[str, Any]:
    """Return what a rule of a source says, and nothing else."""
    plain = CreditRule(id="plain", source=source)
    return {name: getattr(plain, name) for name in OF_SOURCE}


def of_deals(measure: Measure, cap_percent: Decimal | None) -> Measure:
    """Return a measure that counts nothing but deals, with a cap on attainment."""
    counts: Counts = "deals" if measure.counts in ("activities", "results", "objectives") else measure.counts
    return replaced(measure, counts=counts, cap_percent=cap_percent)


def a_day(chance: Random) -> date:
    """Return one of few days in the middle of a month, so that what happens on them meets."""
    return date(2017, 2, chance.randint(8, 12))


def of_intervals(caps: Iterable[Cap]) -> tuple[Cap, ...]:
    return tuple(each for each in caps if each.over not in ("document", "deal", "window"))
