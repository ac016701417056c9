"""The worker that derives: takes marked keys, reads their facts, writes what follows, tells what differs.

In one READ COMMITTED transaction it locks a key (or leaves it to who has it), reads its marks, then the facts, writes,
and deletes just those marks. A fact that changes meanwhile brings a mark of its own, so nothing stays stale.
A key that fails, wherever it does, is parked with its problem, and the others go on.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, bindparam, delete, func, select, text

from events import journal as journals
from events import parked, projector, read_models
from events.computing import compute, expand
from events.deriving import GROUP, KEYS_MAX, Derivation
from events.faults import is_its_own_fault, problem_of
from events.journal import Journal
from events.projector import Change
from events.signals import Signal
from events.store import log
from events.store.session import Reading, Writing
from events.store.tables import dirty, marks
from events.store.tail import PREFIX, closed_prefix
from events.telling import tell
from events.undivided import undivided

MARKS_MAX = 2_000
IDLE_SECONDS = 0.05

_log = logging.getLogger("attain.deriver")

_DERIVING = 0x0A77A2
_TRY_LOCKS = text("SELECT number FROM unnest(:numbers) AS number WHERE pg_try_advisory_xact_lock(number)").bindparams(
    bindparam("numbers", type_=ARRAY(BigInteger))
)
_PREFIX = select(marks.c.position).where(marks.c.reader == PREFIX)


@dataclass(frozen=True, slots=True)
class Work:
    """Keys of one derivation that a worker holds, with the marks that it read: their ids and last position."""

    marks: Mapping[str, int]
    ids: tuple[int, ...]


async def run(journal: Journal, derived: Signal | None = None) -> None:
    """Derive for ever, woken by appends of this process and looking for others' marks now and then."""
    while True:
        seen = journal.appended.rings
        if await undivided(derive_marked(journal)) == 0:
            await journal.appended.wait(seen, IDLE_SECONDS)
        elif derived is not None:
            derived.ring()


async def derive_all(journal: Journal) -> None:
    """Derive until no key is marked, but for those that another worker holds."""
    while await derive_marked(journal):
        pass


async def derive_marked(journal: Journal) -> int:
    """Derive one batch of marked keys of each derivation, in the order of the chain. Returns how many there were."""
    count = 0
    for derivation in journal.derivations:
        derived = await derive_some(journal, derivation)
        journal.telemetry.tally.derived[derivation.name] += derived
        count += derived
    if count:
        journal.appended.ring()
    return count


async def derive_some(journal: Journal, derivation: Derivation[Any, Any]) -> int:
    """Derive some marked keys of one derivation: together, or where one of them spoils that each alone."""
    try:
        return await journal.database.write(lambda writing: derive_batch(writing, journal, derivation))
    except Exception as error:
        if not is_its_own_fault(error):
            raise
        _log.warning("%s cannot be derived together (%s); each is tried alone", derivation.name, problem_of(error))
        return await journal.database.write(lambda writing: derive_batch(writing, journal, derivation, alone=True))


def derive_batch(writing: Writing, journal: Journal, derivation: Derivation[Any, Any], *, alone: bool = False) -> int:
    """Derive some marked keys of one derivation, in one transaction."""
    share(writing)
    work = take(writing, derivation)
    if work.marks:
        with journal.telemetry.deriving(
            derivation.name, len(work.marks), causes(writing, journal, work)
        ) as traceparent:
            body = partial(derive_keys, writing, journal, derivation, traceparent)
            if alone:
                each_alone(writing, journal, derivation.name, work.marks, body)
            else:
                body(work.marks)
    if work.ids:
        writing.execute(delete(dirty).where(writing.among(dirty.c.id, work.ids)))
    return len(work.marks)


def causes(reading: Reading, journal: Journal, work: Work) -> Sequence[str]:
    """Return the traces that marked the keys, as far as somebody watches: each key's last."""
    return log.traceparents(reading, set(work.marks.values())) if journal.telemetry.is_tracing else ()


def each_alone(
    writing: Writing,
    journal: Journal,
    derivation: str,
    positions: Mapping[str, int],
    body: Callable[[Mapping[str, int]], None],
) -> None:
    """Run a body for each key in a savepoint of its own, and park those at whose own fault it fails."""
    for key in sorted(positions):
        try:
            with writing.savepoint():
                body({key: positions[key]})
        except Exception as error:
            if not is_its_own_fault(error):
                raise
            parked.park_key(writing, journal, derivation, key, positions[key], problem_of(error))


def take(writing: Writing, derivation: Derivation[Any, Any]) -> Work:
    """Lock some marked keys that no other worker holds, then read their marks."""
    oldest = select(dirty.c.key).where(dirty.c.derivation == derivation.name).order_by(dirty.c.id).limit(MARKS_MAX)
    keys = list(dict.fromkeys(key for (key,) in writing.tuples(oldest)))[:KEYS_MAX]
    locked = lock(writing, derivation.name, keys)
    if not locked:
        return Work({}, ())
    chosen = select(dirty.c.id, dirty.c.key, dirty.c.position).where(
        dirty.c.derivation == derivation.name, writing.among(dirty.c.key, locked)
    )
    marks: dict[str, int] = {}
    ids: list[int] = []
    for id_, key, position in writing.tuples(chosen):
        marks[key] = max(position, marks.get(key, 0))
        ids.append(id_)
    return Work(marks, tuple(ids))


def waiting(reading: Reading, derivation: Derivation[Any, Any]) -> dict[str, int]:
    """Return the keys that wait, members for groups, each with the last position that marked it."""
    marked = select(dirty.c.key, func.max(dirty.c.position)).where(dirty.c.derivation == derivation.name)
    found: dict[str, int] = {}
    for key, position in reading.tuples(marked.group_by(dirty.c.key)):
        for member in expand(reading, derivation, key):
            found[member] = max(position, found.get(member, 0))
    return found


def lock(writing: Writing, name: str, keys: Sequence[str]) -> list[str]:
    """Take the locks of keys until the end of the transaction; leave out those that another worker has."""
    if not writing.is_postgres or not keys:
        return list(keys)
    numbers = [lock_number(name, key) for key in keys]
    got = {number for (number,) in writing.tuples(_TRY_LOCKS, {"numbers": numbers})}
    return [key for key, number in zip(keys, numbers, strict=True) if number in got]


def lock_number(name: str, key: str) -> int:
    """Return the number of a key's advisory lock: 64 bits of a hash."""
    digest = hashlib.blake2b(f"{name} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def share(writing: Writing) -> None:
    """Derive together with others, but not while derived rows are computed anew."""
    if writing.is_postgres:
        writing.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _DERIVING})


def hold_back(writing: Writing) -> None:
    """Wait until no worker derives, and let none begin before the end of this transaction."""
    if writing.is_postgres:
        writing.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _DERIVING})


def expand_groups(writing: Writing, derivation: Derivation[Any, Any], groups: Mapping[str, int]) -> None:
    """Mark the members of marked groups."""
    rows = [
        {"derivation": derivation.name, "key": member, "position": position}
        for key, position in sorted(groups.items())
        for member in sorted(set(expand(writing, derivation, key)))
    ]
    writing.insert(dirty, rows)


def derive_keys(
    writing: Writing,
    journal: Journal,
    derivation: Derivation[Any, Any],
    traceparent: str | None,
    positions: Mapping[str, int],
) -> None:
    """Derive keys whose locks are held: write the rows that differ, mark what depends on them, tell."""
    groups = {key: position for key, position in positions.items() if GROUP in key}
    expand_groups(writing, derivation, groups)
    generation = read_models.generations(writing, journal.kept)[derivation.name]
    derived, faults = compute(writing, derivation, sorted(positions.keys() - groups.keys()))
    rows = {key: each.rows for key, each in derived.items()}
    changes = replace_rows(writing, derivation, generation, rows, positions)
    journals.mark(writing, journal, derivation.name, changes)
    tell(writing, journal, derivation.name, {key: each.tells for key, each in derived.items()}, traceparent)
    settle(writing, journal, derivation.name, positions, faults)


def settle(
    writing: Writing, journal: Journal, derivation: str, positions: Mapping[str, int], faults: Mapping[str, str]
) -> None:
    """Release the keys that were derived, and park those that failed, each with its problem."""
    parked.release_keys(writing, derivation, sorted(positions.keys() - faults.keys()))
    for key, problem in sorted(faults.items()):
        parked.park_key(writing, journal, derivation, key, positions[key], problem)


def replace_rows(
    writing: Writing,
    derivation: Derivation[Any, Any],
    generation: int,
    rows: Mapping[str, Sequence[Any]],
    positions: Mapping[str, int],
) -> list[Change]:
    """Make the derived rows of keys what they should be; return what changed."""
    table = projector.physical(derivation.table, generation)
    primary = derivation.primary
    stored = reading_rows(writing, derivation, generation, sorted(rows))
    wanted = {tuple(getattr(row, name) for name in primary): row for each in rows.values() for row in each}
    changes = [
        Change(old=stored.get(key), new=wanted.get(key), position=positions[key[0]])
        for key in sorted(stored.keys() | wanted.keys())
        if stored.get(key) != wanted.get(key)
    ]
    writing.upsert(table, [msgspec.structs.asdict(each.new) for each in changes if each.new is not None])
    gone = [each.old for each in changes if each.new is None]
    writing.delete(table, [{name: getattr(row, name) for name in primary} for row in gone])
    for total in derivation.totals:
        projector.add_up(writing, total, generation, changes)
    return changes


def reading_rows(
    reading: Reading, derivation: Derivation[Any, Any], generation: int, keys: Sequence[str]
) -> dict[tuple[Any, ...], Any]:
    """Return the stored rows of keys by their primary key."""
    table = projector.physical(derivation.table, generation)
    found = reading.rows(select(table).where(reading.among(table.c[derivation.primary[0]], keys)), derivation.row)
    return {tuple(getattr(row, name) for name in derivation.primary): row for row in found}


def computed_up_to(reading: Reading) -> int:
    """Return the position up to which derived numbers are known to be complete."""
    # The log first: whatever is up to there has left its marks by the time that they are looked at.
    closed = closed_prefix(reading)
    known = closed if closed is not None else reading.scalar(_PREFIX) or 0
    lowest = reading.scalar(select(func.min(dirty.c.position)))
    return known if lowest is None else min(known, lowest - 1)
