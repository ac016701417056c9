"""Read models: rows folded from one stream, kept in the transaction that appends; declared totals; rebuilds.

A projection says what the rows of one stream are after an event. The runner loads the rows of a whole batch in one
statement, folds, and writes them back in one, sorted by key, so that two writers never wait for each other in a ring.
Sums across streams are declared as totals, to which the runner adds new rows minus old.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from sqlalchemy import MetaData, Table
from sqlalchemy.sql import quoted_name

from events.domain import Recorded, Value
from events.store.session import Reading, Writing

R = TypeVar("R", bound=Value)
K = TypeVar("K", bound=Value)


class Rows(Generic[R]):
    """The rows of one stream in one read model: an immutable collection."""

    __slots__ = ("_keys", "_rows")

    def __init__(self, keys: tuple[str, ...], rows: Mapping[tuple[Any, ...], R] | None = None) -> None:
        self._keys = keys
        self._rows: dict[tuple[Any, ...], R] = dict(rows or {})

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, *key: Any) -> R | None:
        """Return the row with this primary key."""
        return self._rows.get(key)

    def put(self, *rows: R) -> "Rows[R]":
        """Return the rows with these added, or replaced where the key is the same."""
        return Rows(self._keys, self._rows | {self._key(row): row for row in rows})

    def change(self, *key: Any, **fields: Any) -> "Rows[R]":
        """Return the rows with fields of one changed; a row that is not there stays away."""
        row = self._rows.get(key)
        if row is None:
            return self
        return Rows(self._keys, self._rows | {key: msgspec.structs.replace(row, **fields)})

    def drop(self, *key: Any) -> "Rows[R]":
        """Return the rows without one."""
        return Rows(self._keys, {each: row for each, row in self._rows.items() if each != key})

    def by_key(self) -> dict[tuple[Any, ...], R]:
        """Return the rows by primary key."""
        return self._rows

    def _key(self, row: R) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self._keys)


Counted: TypeAlias = tuple[tuple[Any, ...], tuple[Any, ...]]
"""The key under which a row counts in a total, and what it adds to each sum."""


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum over a projection's rows, kept by adding differences.

    `table` has the columns of `by` as primary key and those of `sums`; `counted` says under which key a row counts, and
    what it adds, both in the order of these columns (`row → (by, sums)`); `None` for a row that does not count.
    """

    table: Table
    by: tuple[str, ...]
    sums: tuple[str, ...]
    counted: Callable[[Any], Counted | None]


@dataclass(frozen=True, kw_only=True)
class Projection(Generic[R]):
    """A read model of the streams of one kind: its table, its rows' type and its fold.

    The first column of the primary key holds the stream's key. Raise `version` when the fold or the table
    changes: the next start builds the read model anew beside the old one.
    """

    table: Table
    row: type[R]
    kind: str
    project: Callable[[Rows[R], Recorded[Any]], Rows[R]]
    version: int = 1
    totals: tuple[Total, ...] = ()
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        keys = tuple(column.name for column in self.table.primary_key.columns)
        fields = self.row.__struct_fields__
        if not keys or keys[0] != next(iter(self.table.columns)).name:
            message = f"{self.table.name}: the primary key begins with the stream's key, which is the first column"
            raise ValueError(message)
        if tuple(column.name for column in self.table.columns) != fields:
            message = f"{self.table.name}: the columns are {self.row.__name__}'s fields, in their order"
            raise ValueError(message)
        object.__setattr__(self, "keys", keys)

    @property
    def name(self) -> str:
        """The read model's name: that of its table."""
        return self.table.name

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its table and those of its totals."""
        return (self.table, *(total.table for total in self.totals))


class Change(Value, tag=False):
    """A row before and after, either of which may be missing, and the position of the event that changed it."""

    old: Any
    new: Any
    position: int


@lru_cache(maxsize=1024)
def physical(table: Table, generation: int) -> Table:
    """Return the table that holds one generation of a read model."""
    made = table.to_metadata(MetaData(), name=f"{table.name}_{generation}")
    for index in made.indexes:
        index.name = quoted_name(f"{index.name}_{generation}", quote=None)
    return made


def fold(projection: Projection[Any], rows: Rows[Any], history: Sequence[Recorded[Any]]) -> Rows[Any]:
    """Return a stream's rows after more of its history."""
    for event in history:
        rows = projection.project(rows, event)
    return rows


def apply(
    writing: Writing, projection: Projection[Any], generation: int, batch: Mapping[str, Sequence[Recorded[Any]]]
) -> list[Change]:
    """Fold new events into a read model and return what changed. `batch` holds each stream's events by its key."""
    table = physical(projection.table, generation)
    before = load(writing, projection, table, sorted(batch))
    after = {key: fold(projection, before[key], history) for key, history in batch.items()}
    last = {key: history[-1].position for key, history in batch.items()}
    return write(writing, projection, generation, before, after, last)


def load(reading: Reading, projection: Projection[Any], table: Table, keys: Sequence[str]) -> dict[str, Rows[Any]]:
    """Return the rows of many streams, in one statement."""
    names = projection.row.__struct_fields__
    found: dict[str, dict[tuple[Any, ...], Any]] = {key: {} for key in keys}
    for values in reading.keyed(table, names, projection.keys[0], keys):
        row = projection.row(**dict(zip(names, values, strict=True)))
        key = tuple(getattr(row, name) for name in projection.keys)
        found[key[0]][key] = row
    return {key: Rows(projection.keys, rows) for key, rows in found.items()}


def write(
    writing: Writing,
    projection: Projection[Any],
    generation: int,
    before: Mapping[str, Rows[Any]],
    after: Mapping[str, Rows[Any]],
    positions: Mapping[str, int],
) -> list[Change]:
    """Write the rows that differ, and add the differences to the totals."""
    changes: dict[tuple[Any, ...], Change] = {}
    for key, rows in after.items():
        old, new = before[key].by_key(), rows.by_key()
        for each in old.keys() | new.keys():
            if old.get(each) != new.get(each):
                changes[each] = Change(old=old.get(each), new=new.get(each), position=positions[key])
    ordered = [changes[key] for key in sorted(changes)]
    table = physical(projection.table, generation)
    gone = [dict(zip(projection.keys, key, strict=True)) for key in sorted(changes) if changes[key].new is None]
    writing.upsert(table, [msgspec.structs.asdict(each.new) for each in ordered if each.new is not None])
    writing.delete(table, gone)
    for total in projection.totals:
        add_up(writing, total, generation, ordered)
    return ordered


def add_up(writing: Writing, total: Total, generation: int, changes: Sequence[Change]) -> None:
    """Add new rows minus old ones to a total, its keys sorted."""
    sums: dict[tuple[Any, ...], Sequence[Any]] = {}
    for change in changes:
        for row, sign in ((change.old, -1), (change.new, 1)):
            counted = None if row is None else total.counted(row)
            if counted is not None:
                by, more = counted
                add(sums, by, [sign * each for each in more])
    rows = [
        dict(zip(total.by, key, strict=True)) | dict(zip(total.sums, sums[key], strict=True))
        for key in sorted(sums)
        if any(sums[key])
    ]
    writing.add(physical(total.table, generation), rows, total.sums)


def add(sums: dict[tuple[Any, ...], Sequence[Any]], key: tuple[Any, ...], more: Sequence[Any]) -> None:
    """Add to the sums of a key."""
    before = sums.get(key)
    sums[key] = more if before is None else [one + other for one, other in zip(before, more, strict=True)]
