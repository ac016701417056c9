"""The parts of plan documents that the worked examples repeat, as JSON."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from attain.company import CURRENCY

Json: TypeAlias = Mapping[str, Any]

OWN: Json = {"id": "own"}
TEAM: Json = {"id": "team", "source": "roll_up"}


def measure(id_: str = "bookings", *, interval: str = "year", counts: str = "amount", **rest: object) -> Json:
    """Return a measure, of all own deals unless it names other rules."""
    return {"id": id_, "counts": counts, "rules": ["own"], "interval": interval} | rest


def quota_measure(id_: str = "bookings", **rest: Any) -> Json:
    """Return a measure beside the person's quota of bookings."""
    return measure(id_, **{"quota": "bookings"} | rest)


def table(
    kind: str, *tiers: tuple[str | None, str], over: str = "measure", pays: str = "percent", **rest: object
) -> Json:
    """Return a rate table. Tiers are pairs of the edge up to which they reach, none for the open one, and the rate."""
    return {
        "kind": kind,
        "over": over,
        "pays": pays,
        "tiers": [{"up_to": up_to, "rate": rate} for up_to, rate in tiers],
    } | rest


def flat(rate: str, pays: str = "percent") -> Json:
    """Return a table with one rate for everything."""
    return table("step", (None, rate), pays=pays)


def component(rates: Json, id_: str = "commission", *, measure: str = "bookings", **rest: object) -> Json:
    """Return a component that pays a measure by a table."""
    return {"id": id_, "measure": measure, "table": rates} | rest


def plan(
    name: str,
    *components: Json,
    measures: tuple[Json, ...] = (measure(),),
    rules: tuple[Json, ...] = (OWN,),
    pays: str = "year",
) -> Json:
    """Return a document, rounded half up at the end of each period that it pays."""
    return {
        "name": name,
        "currency": CURRENCY,
        "pays": pays,
        "credit_rules": rules,
        "measures": measures,
        "components": components,
        "rounding": {"rule": "half_up", "at": "end"},
    }


def about(field: str, equals: str) -> Json:
    """Return the condition that a field of a deal is this."""
    return {"field": field, "equals": equals}
