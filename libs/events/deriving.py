"""Derivations: what is computed from read models, key by key, whenever a fact of the key changes.

The shapes are here; `deriver` runs them. A derivation reads facts and the rows of derivations before it only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from events.domain import Value
from events.projector import Change, Total
from events.store.session import Reading

F = TypeVar("F")
R = TypeVar("R", bound=Value)

GROUP = "="
"""Stands between the two parts of a group key; ids never contain it."""


KEYS_MAX = 200
"""How many keys are computed together where nothing else is said."""

EVERYONE = "everyone"
"""A group of this kind has every key that any other group of its derivation has."""

NO_GROUPS: Mapping[str, Callable[[Reading, str], Iterable[str]]] = {}


@dataclass(frozen=True, slots=True)
class InColumn:
    """The key that a row belongs to stands in one of its columns; in none where that is empty."""

    name: str

    def __call__(self, row: Any) -> Iterable[str]:
        """Return the key of a row."""
        key: str | None = getattr(row, self.name)
        return () if key is None else (key,)


def group(kind: str, key: str) -> str:
    """Return the key of a group (`plan`, `p1`: all people on that plan), which the worker expands."""
    return f"{kind}{GROUP}{key}"


@dataclass(frozen=True, kw_only=True)
class Tell:
    """An event worth telling: appended to `stream` if it differs from what was last told there."""

    stream: str
    event: Value


@dataclass(frozen=True, kw_only=True)
class Derived(Generic[R]):
    """The derived rows of a key, and what is worth telling."""

    rows: tuple[R, ...] = ()
    tells: tuple[Tell, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Derivation(Generic[F, R]):
    """Rows computed from the facts of a key.

    `facts` reads the facts of many keys in a few statements; a key that it leaves out has no rows. `derive` is pure.
    `keys` says, for each table that `facts` reads (by name), which keys a row of it belongs to; it is applied to old
    and new rows. `groups` expands group keys. The first column of the table's primary key is the derivation's key.
    `totals` are sums over the derived rows, kept by adding differences; later derivations may read them.
    `keys_at_once` is how many keys are computed together where all are: as many as memory holds the facts of.
    """

    table: Table
    row: type[R]
    facts: Callable[[Reading, Sequence[str]], Mapping[str, F]]
    derive: Callable[[F], Derived[R]]
    keys: Mapping[str, Callable[[Any], Iterable[str]]]
    groups: Mapping[str, Callable[[Reading, str], Iterable[str]]] = field(default_factory=lambda: NO_GROUPS)
    version: int = 1
    totals: tuple[Total, ...] = ()
    keys_at_once: int = KEYS_MAX

    def __post_init__(self) -> None:
        names = tuple(column.name for column in self.table.columns)
        if names != self.row.__struct_fields__:
            message = f"{self.table.name}: the columns are {self.row.__name__}'s fields, in their order"
            raise ValueError(message)
        if not self.primary or self.primary[0] != names[0]:
            message = f"{self.table.name}: the primary key begins with the derivation's key, the first column"
            raise ValueError(message)

    @property
    def name(self) -> str:
        """The derivation's name: that of its table."""
        return self.table.name

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its table and those of its totals."""
        return (self.table, *(total.table for total in self.totals))

    @property
    def primary(self) -> tuple[str, ...]:
        """The columns of its primary key."""
        return tuple(column.name for column in self.table.primary_key.columns)


def marks_of(derivation: Derivation[Any, Any], source: str, changes: Iterable[Change]) -> dict[str, int]:
    """Return the keys that changed rows of a table belong to, before or after, with the last cause's position."""
    keys = derivation.keys.get(source)
    found: dict[str, int] = {}
    if keys is None:
        return found
    for change in changes:
        for row in (change.old, change.new):
            for key in () if row is None else keys(row):
                found[key] = max(change.position, found.get(key, 0))
    return found
