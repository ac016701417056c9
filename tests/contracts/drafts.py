"""Drafts of contracts for the tests of what may change: two versions of one contract, made from their fields."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec
from hypothesis import strategies as st

from attain.contracts.compatibility import Break, breaks
from events.domain import Instant, Value, ValueMeta
from events.language.schema import document_of
from money.money import Money
from tests.contracts.tavern import Barrel

Fields: TypeAlias = Mapping[str, Any]
"""Types by the name of a field; a type with a default in a tuple."""

NAME = "RoundServedV1"


class Keg(Value):
    """What a round may be drawn from too."""

    keg_id: str
    litres: int


def draft(fields: Fields, name: str = NAME, *, tag: bool = True) -> type[Value]:
    """Return a contract, or a value of one, with these fields."""
    namespace: dict[str, Any] = {"__annotations__": dict[str, Any](), "__doc__": "A draft."}
    for field, each in fields.items():
        match each:
            case (kind, default):
                namespace["__annotations__"][field], namespace[field] = kind, default
            case kind:
                namespace["__annotations__"][field] = kind
    return ValueMeta(name, (Value,), namespace, tag=tag)


def changed(before: type[Value], after: type[Value]) -> list[Break]:
    """Return what subscribers would feel of a change."""
    return breaks("tavern.RoundServed.v1", document_of("tavern", before), document_of("tavern", after))


VALUES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=3),
    int: st.integers(-5, 5),
    bool: st.booleans(),
    Decimal: st.decimals(-10, 10, places=2),
    date: st.dates(),
    Instant: st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)),  # noqa: DTZ001 hypothesis adds it
    Literal["stout", "ale"]: st.sampled_from(["stout", "ale"]),
    Literal["stout", "ale", "cider"]: st.sampled_from(["stout", "ale", "cider"]),
    Money: st.builds(Money, amount=st.decimals(0, 10, places=2), currency=st.just("EUR")),
    Barrel: st.builds(Barrel, barrel_id=st.text(max_size=2)),
    Barrel | Keg: st.builds(Barrel, barrel_id=st.just("b-1"))
    | st.builds(Keg, keg_id=st.just("k-1"), litres=st.just(5)),
    tuple[str, ...]: st.lists(st.text(max_size=2), max_size=2).map(tuple),
    tuple[int, ...]: st.lists(st.integers(0, 5), max_size=2).map(tuple),
    tuple[Barrel, ...]: st.lists(st.builds(Barrel, barrel_id=st.just("b-1")), max_size=2).map(tuple),
}
"""What a field may be, and values of it."""

ALIKE: tuple[tuple[Any, ...], ...] = (
    (str, Decimal, date, Instant),
    (Literal["stout", "ale"], Literal["stout", "ale", "cider"]),
    (Barrel, Barrel | Keg),
    (tuple[str, ...], tuple[int, ...], tuple[Barrel, ...]),
)
TYPES = st.sampled_from([*VALUES, *ALIKE[1] * 2, *ALIKE[2]])
NAMES = ("tab_id", "drinks", "price")


Plan: TypeAlias = dict[str, tuple[Any, bool, bool]]
"""Of each field its type, whether it may be null, and whether it may be left out."""

Edit: TypeAlias = Callable[[st.DrawFn, Plan, str], None]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw some fields."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    return {name: (draw(TYPES), draw(st.booleans()), draw(st.booleans())) for name in names}


def add(draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Add a field, or put another in its place."""
    plan[name] = (draw(TYPES), draw(st.booleans()), draw(st.booleans()))


def grow(draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Add a field that may be left out, if there is none of that name."""
    plan.setdefault(name, (draw(TYPES), False, True))


def drop(_draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Take a field away."""
    plan.pop(name, None)


def reform(draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Turn a field into one that looks alike in JSON."""
    if name in plan:
        kind, nullable, optional = plan[name]
        family = next((each for each in ALIKE if kind in each), (kind,))
        plan[name] = (draw(st.sampled_from(family)), nullable, optional)


def loosen(_draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Turn whether a field may be null."""
    if name in plan:
        kind, nullable, optional = plan[name]
        plan[name] = (kind, not nullable, optional)


def free(_draw: st.DrawFn, plan: Plan, name: str) -> None:
    """Turn whether a field may be left out."""
    if name in plan:
        kind, nullable, optional = plan[name]
        plan[name] = (kind, nullable or optional, not optional)


@st.composite
def edited(draw: st.DrawFn, plan: Plan) -> Plan:
    """Draw another version of some fields: a few edits away, or none."""
    edits: list[Edit] = [grow, grow, add, drop, loosen, free, free, reform, reform]
    after = dict(plan)
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(edits))(draw, after, draw(st.sampled_from(NAMES)))
    return after


def fields_of(plan: Plan) -> Fields:
    """Return the fields that a plan means; what may be left out is null then."""
    return {
        name: (kind | None, None) if optional else kind | None if nullable else kind
        for name, (kind, nullable, optional) in plan.items()
    }


@st.composite
def told(draw: st.DrawFn, plan: Plan) -> dict[str, Any]:
    """Draw what a contract that was made from a plan may have told, by this release or by one before it."""
    values = {
        name: draw(VALUES[kind] | st.none() if nullable or optional else VALUES[kind])
        for name, (kind, nullable, optional) in plan.items()
        if not optional or draw(st.booleans())
    }
    return msgspec.to_builtins(values)
