"""What follows from many keys at once, made ready for the database: the part of the work that any process can do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Date, Dialect, Table

from events.computing import compute
from events.deriving import Derivation, Tell
from events.faults import is_its_own_fault, problem_of
from events.projector import Total, add
from events.store.columns import Instant
from events.store.session import Reading, processors_of

Bind = Callable[[Any], Any]
Bound = tuple[Any, ...]

REMEMBERED_MAX = 8_192


@dataclass(frozen=True, slots=True)
class Filled:
    """The rows of keys, sorted, and what they add to each total, as the driver takes them; the keys that failed, each
    with its problem; and what keys tell.
    """

    keys: Sequence[str]
    rows: Sequence[Bound]
    sums: Sequence[Mapping[Bound, Sequence[int]]]
    faults: Mapping[str, str]
    tells: Mapping[str, Sequence[Tell]]


def filled(reading: Reading, derivation: Derivation[Any, Any], keys: Sequence[str]) -> Filled:
    """Compute keys, and make ready what follows. A key whose rows no database would take is one that failed."""
    derived, faults = compute(reading, derivation, keys)
    rows = {key: each.rows for key, each in derived.items()}
    try:
        bound = bound_rows(derivation.table, in_order(derivation, rows), reading.dialect)
    except Exception as error:
        if not is_its_own_fault(error):
            raise
        faults |= unbound(derivation, rows, reading.dialect)
        rows = {key: each for key, each in rows.items() if key not in faults}
        bound = bound_rows(derivation.table, in_order(derivation, rows), reading.dialect)
    return Filled(
        keys=keys,
        rows=bound,
        sums=[added_up(total, rows, reading.dialect) for total in derivation.totals],
        faults=faults,
        tells={key: each.tells for key, each in derived.items() if each.tells and key not in faults},
    )


def in_order(derivation: Derivation[Any, Any], rows: Mapping[str, Sequence[Any]]) -> list[Any]:
    """Return the rows of keys in the order of their primary keys; of several with one key the last."""
    names = derivation.primary
    return [row for key in sorted(rows) for row in sorted_once(names, rows[key])]


def sorted_once(names: tuple[str, ...], rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of one key."""
    if len(rows) <= 1:
        return rows
    primary = attrgetter(*names)
    found = {primary(row): row for row in rows}
    return [found[each] for each in sorted(found)]


def bound_rows(table: Table, rows: Sequence[Any], dialect: Dialect) -> list[Bound]:
    """Return rows as the driver takes them."""
    places = bindings(table, tuple(column.name for column in table.columns), dialect)
    return [bound(msgspec.structs.astuple(row), places) for row in rows]


def bound(values: Sequence[Any], places: Sequence[tuple[int, Bind]]) -> Bound:
    """Return values as the driver takes them, those at some places by what makes them so."""
    found = list(values)
    for place, bind in places:
        value = found[place]
        if value is not None:
            found[place] = bind(value)
    return tuple(found)


@lru_cache(maxsize=512)
def bindings(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[tuple[int, Bind], ...]:
    """Return the places of columns whose values the driver does not take as they are, and what makes them so.

    Days and instants repeat: what was made of one is remembered.
    """
    return tuple(
        (place, lru_cache(maxsize=REMEMBERED_MAX)(bind) if isinstance(table.c[name].type, Date | Instant) else bind)
        for place, (name, bind) in enumerate(processors_of(table, names, dialect))
        if bind is not None
    )


def unbound(derivation: Derivation[Any, Any], rows: Mapping[str, Sequence[Any]], dialect: Dialect) -> dict[str, str]:
    """Return the keys whose rows cannot be made ready, each with its problem."""
    faults: dict[str, str] = {}
    for key, several in rows.items():
        try:
            bound_rows(derivation.table, several, dialect)
        except Exception as error:  # one key's fault must not stop the others: it is parked with its problem
            faults[key] = problem_of(error)
    return faults


def added_up(total: Total, rows: Mapping[str, Sequence[Any]], dialect: Dialect) -> dict[Bound, Sequence[int]]:
    """Return what rows add to a total."""
    places = bindings(total.table, total.by, dialect)
    sums: dict[Bound, Sequence[int]] = {}
    for several in rows.values():
        for row in several:
            counted = total.counted(row)
            if counted is not None:
                by, more = counted
                add(sums, bound(by, places), more)
    return sums
