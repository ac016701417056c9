"""Deals of several lines to test the pay engine with, and plans over what lines say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import percent_of, total
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.line import Line
from compensation.domain.engine.paying import EarningLine
from tests.compensation.years import HUNDRED, booked, document, on_plan, quota, year

TEXTS = ("type", "product_id")


def line(line_id: str, amount: str, **said: Any) -> Line:
    """Return a line, numbers as they are written. It stands where its id says among the deal's."""
    read: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, str) and name not in TEXTS else value for name, value in said.items()
    }
    return Line(number=int(line_id), line_id=line_id, amount=Decimal(amount), **read)


def sold(deal_id: str, *lines: Line, percent: Decimal = HUNDRED, **said: Any) -> list[Credit]:
    """Return the credits of one share of a deal, line by line."""
    together = booked(deal_id, total(each.amount for each in lines))
    changes: Mapping[str, Any] = {"percent": percent} | said
    return [
        msgspec.structs.replace(together, amount=percent_of(percent, each.amount), line=each, **changes)
        for each in lines
    ]


def plan(
    *components: dict[str, Any], measures: tuple[dict[str, Any], ...], rules: tuple[dict[str, Any], ...] = ()
) -> PlanDocument:
    """Return a plan of a year that is rounded at its end, from its parts as JSON."""
    parts = {
        "credit_rules": rules or ({"id": "own"},),
        "measures": [{"rules": ["own"], "interval": "year"} | each for each in measures],
        "components": components,
    }
    written = msgspec.to_builtins(document(interval="year")) | parts
    return msgspec.convert(written, PlanDocument, strict=False)


def pays(
    measure: str, *tiers: tuple[str | None, str], pays: str = "percent", kind: str = "step", **rest: Any
) -> dict[str, Any]:
    """Return a component that pays a measure by tiers of the measure itself, or by what else is said."""
    table = {"kind": kind, "over": "measure", "pays": pays, "tiers": [{"up_to": e, "rate": rate} for e, rate in tiers]}
    table |= {name: rest.pop(name) for name in ("over", "to_date") if name in rest}
    return {"id": rest.pop("id", "commission"), "measure": measure, "table": table} | rest


def of(document: PlanDocument, *credits_: Credit, yearly: str = "1000", **facts: Any) -> PersonYear:
    """Return a year of credits under a plan, with a quota of the year."""
    return year(*credits_, plan=document, quotas=(quota("2017", yearly),), spells=(on_plan(),), **facts)


def lines_of(facts: PersonYear) -> list[EarningLine]:
    """Return all lines that are paid, section by section."""
    return [each for earning in earn(facts).earned for each in earning.lines]


def pay_of(facts: PersonYear) -> dict[str, Decimal]:
    """Return what is earned by component."""
    return {earning.component: earning.earned for earning in earn(facts).earned}
