"""Derivations computed anew: all of their keys, into a new generation, in one transaction in which no worker derives.

A rebuild computes what it folded anew and tells nothing. A recomputation stands for the workers: after it no key waits
that waited before it, and what differs from what was last told has been told.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from events import deriver, projector, read_models
from events import journal as journals
from events.computing import expand
from events.crew import Alone, Crew
from events.deriving import EVERYONE, GROUP, Derivation, InColumn, group
from events.faults import is_its_own_fault
from events.filling import Bound, Filled, filled
from events.journal import Journal
from events.projector import Change, add
from events.store import log
from events.store.session import Reading, Writing, add_clause
from events.store.tables import dirty, told
from events.telling import tell
from events.whole import giving_way, whole

T = TypeVar("T")

SUMS_MAX = 200_000
"""How many sums are held in memory before they are added to those that are written."""

MARKS_AT_ONCE = 20_000

ALONE = Alone()


async def recompute(journal: Journal, names: Sequence[str] = (), crew: Crew = ALONE) -> None:
    """Compute derivations anew, all of them if none is named, and what is derived from them; tell what differs."""
    async with journal.database.exclusive("rebuild"):
        chosen = [each.name for each in journal.derivations if not names or each.name in names]
        await derive_anew(journal, chosen, crew, settles=True)


async def derive_anew(journal: Journal, named: Collection[str], crew: Crew = ALONE, *, settles: bool = False) -> None:
    """Compute anew the derivations that are new, of another version, named, or that read what was folded anew."""
    found = await journal.database.read(read_models.versions)
    known = {each.name for each in journal.kept}
    changed = {each.name for each in journal.derivations if abs(found.get(each.name, 0)) != each.version}
    changed |= {each.name for each in journal.derivations if each.name in named}
    if changed or any(version for name, version in found.items() if name not in known):
        await giving_way(partial(whole, journal, lambda writing: take_over(writing, journal, changed)))
    found = await journal.database.read(read_models.versions)
    for derivation in journal.derivations:
        if found[derivation.name] != derivation.version:
            filling = Filling(journal, derivation, crew, settles=settles)
            await whole(journal, filling.run)


def take_over(writing: Writing, journal: Journal, changed: Collection[str]) -> None:
    """Let only those append from now on who know what this release derives, and what it does not any more."""
    read_models.lock_log(writing)
    announce(writing, journal, changed)
    read_models.leave_behind(writing, journal.kept)


def announce(writing: Writing, journal: Journal, changed: Collection[str]) -> None:
    """Say that these derivations, and all that read something of these names, are to be computed anew."""
    names = set(changed)
    for derivation in journal.derivations:
        if names & (derivation.keys.keys() | {derivation.name}):
            read_models.await_computing(writing, derivation)
            names.add(derivation.name)


class Sums:
    """What rows add to the totals of a derivation: held in memory while there is room, then written."""

    def __init__(self, derivation: Derivation[Any, Any], generation: int) -> None:
        self._totals, self._generation = derivation.totals, generation
        self._held: list[dict[Bound, Sequence[int]]] = [{} for _ in derivation.totals]

    def take(self, writing: Writing, more: Sequence[Mapping[Bound, Sequence[int]]]) -> None:
        """Add what some rows add."""
        for held, each in zip(self._held, more, strict=True):
            for key, sums in each.items():
                add(held, key, sums)
        if any(len(held) > SUMS_MAX for held in self._held):
            self.write(writing)

    def write(self, writing: Writing) -> None:
        """Write what is held, its keys sorted."""
        for total, held in zip(self._totals, self._held, strict=True):
            table = projector.physical(total.table, self._generation)
            rows = [(*key, *held[key]) for key in sorted(held) if any(held[key])]
            if rows:
                writing.insert_bound(table, (*total.by, *total.sums), rows, add_clause(table, total.sums))
            held.clear()


class Filling:
    """A derivation that is computed anew; `settles` says that marks are worked off by it, and what differs is told."""

    def __init__(
        self, journal: Journal, derivation: Derivation[Any, Any], crew: Crew = ALONE, *, settles: bool = False
    ) -> None:
        self._journal, self._derivation, self._crew, self._settles = journal, derivation, crew, settles

    def run(self, writing: Writing) -> None:
        """Compute all rows into a new generation, and switch to it."""
        deriver.hold_back(writing)
        journal, derivation = self._journal, self._derivation
        marks = marks_of(writing, derivation) if self._settles else []
        generation = read_models.next_generation(writing, derivation.name)
        read_models.create_bare(writing, derivation.tables, generation)
        self._fill(writing, generation)
        read_models.index(writing, derivation.tables, generation)
        if not self._settles:
            pass_on(writing, journal, derivation, generation)
        read_models.switch(writing, derivation.name, derivation.tables, derivation.version, generation)
        if marks:
            mark_dependents(writing, journal, derivation)
            unmark(writing, marks)

    def _fill(self, writing: Writing, generation: int) -> None:
        keys = all_keys(writing, self._journal, self._derivation)
        if self._settles:
            keys |= told_of(writing, self._derivation)
        chunks = in_chunks(sorted(keys), self._derivation.keys_at_once)
        position, sums = log.last_position(writing), Sums(self._derivation, generation)
        for each in self._crew.fill(writing, self._derivation, chunks):
            self._put(writing, generation, each, position, sums)
        sums.write(writing)

    def _put(self, writing: Writing, generation: int, found: Filled, position: int, sums: Sums) -> None:
        """Write the rows of keys; where one of them spoils that, each alone, and park it."""
        positions = dict.fromkeys(found.keys, position)
        try:
            with writing.savepoint():
                self._insert(writing, generation, found, positions)
        except Exception as error:
            if not is_its_own_fault(error):
                raise

            def one(alone: Mapping[str, int]) -> None:
                each = filled(writing, self._derivation, list(alone))
                self._insert(writing, generation, each, alone)
                sums.take(writing, each.sums)

            deriver.each_alone(writing, self._journal, self._derivation.name, positions, one)
        else:
            sums.take(writing, found.sums)

    def _insert(self, writing: Writing, generation: int, found: Filled, positions: Mapping[str, int]) -> None:
        table = projector.physical(self._derivation.table, generation)
        if found.rows:
            writing.insert_bound(table, self._derivation.row.__struct_fields__, found.rows)
        if self._settles:
            tell(writing, self._journal, self._derivation.name, found.tells)
        deriver.settle(writing, self._journal, self._derivation.name, positions, found.faults)


def in_chunks(several: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Return some of many at a time."""
    left = iter(several)
    while some := list(islice(left, size)):
        yield some


def marks_of(reading: Reading, derivation: Derivation[Any, Any]) -> list[int]:
    """Return the marks of keys that wait, by their ids."""
    wanted = select(dirty.c.id).where(dirty.c.derivation == derivation.name)
    return [id_ for (id_,) in reading.tuples(wanted)]


def unmark(writing: Writing, marks: Sequence[int]) -> None:
    """Take marks away."""
    for several in in_chunks(marks, MARKS_AT_ONCE):
        writing.execute(delete(dirty).where(writing.among(dirty.c.id, several)))


def mark_dependents(writing: Writing, journal: Journal, derivation: Derivation[Any, Any]) -> None:
    """Mark all keys of what is derived from a derivation: whatever becomes of this process, what differs is told."""
    position = log.last_position(writing)
    for each in journal.derivations:
        if derivation.name in each.keys:
            keys = sorted(all_keys(writing, journal, each) | told_of(writing, each))
            writing.insert(dirty, [{"derivation": each.name, "key": key, "position": position} for key in keys])


def told_of(reading: Reading, derivation: Derivation[Any, Any]) -> set[str]:
    """Return the keys of which something was told."""
    return {key for (key,) in reading.tuples(select(told.c.key).where(told.c.derivation == derivation.name).distinct())}


def pass_on(writing: Writing, journal: Journal, derivation: Derivation[Any, Any], generation: int) -> None:
    """Mark what depends on the keys that wait, before and now: the worker that takes them finds nothing to change."""
    waiting = deriver.waiting(writing, derivation)
    keys = sorted(waiting)
    now = deriver.reading_rows(writing, derivation, generation, keys)
    before: dict[tuple[Any, ...], Any] = {}
    # There is none before the first, and an older release's rows may be of another shape.
    with suppress(DBAPIError), writing.savepoint():
        before = deriver.reading_rows(writing, derivation, generation - 1, keys)
    changes = [
        Change(old=before.get(key), new=now.get(key), position=waiting[key[0]])
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]
    journals.mark(writing, journal, derivation.name, changes)


def all_keys(reading: Reading, journal: Journal, derivation: Derivation[Any, Any]) -> set[str]:
    """Return the keys that the rows of a derivation's sources belong to."""
    keys, groups = set[str](), set[str]()
    sources = [each for each in (*journal.projections, *journal.derivations) if each.name in derivation.keys]
    for source in sources:
        keys_of = derivation.keys[source.name]
        if isinstance(keys_of, InColumn):
            column = source.table.c[keys_of.name]
            keys.update(key for (key,) in reading.tuples(select(column).distinct().where(column.is_not(None))))
            continue
        for row in reading.every(source.table, source.row):
            for key in keys_of(row):
                (groups if GROUP in key else keys).add(key)
    if groups and EVERYONE in derivation.groups:
        groups = {group(EVERYONE, "all")}
    return keys.union(*(expand(reading, derivation, each) for each in groups))
