"""The worker that derives: takes marked keys, reads their facts, writes what follows, tells what differs.

In one READ COMMITTED transaction it locks a key (or leaves it to who has it), reads its marks, then the facts, writes,
and deletes just those marks. A fact that changes meanwhile brings a mark of its own, so nothing stays stale.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, bindparam, delete, func, select, text
from sqlalchemy.exc import DBAPIError

from events import journal as journals
from events import parked, projector, read_models
from events.deriving import GROUP, Derivation, Tell
from events.journal import Journal
from events.projector import Change
from events.signals import Signal
from events.store import log
from events.store.session import Reading, Writing
from events.store.tables import dirty, marks
from events.store.tail import PREFIX, closed_prefix
from events.telling import tell
from events.undivided import undivided

KEYS_MAX = 200
IDLE_SECONDS = 0.05
MARKS_MAX = 2_000

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
    """Derive until no key is marked."""
    while await derive_marked(journal):
        pass


async def derive_marked(journal: Journal) -> int:
    """Derive one batch of marked keys of each derivation, in the order of the chain. Returns how many there were."""
    count = 0
    for derivation in journal.derivations:
        derived = await journal.database.write(
            lambda writing, derivation=derivation: derive_batch(writing, journal, derivation)
        )
        journal.telemetry.tally.derived[derivation.name] += derived
        count += derived
    if count:
        journal.appended.ring()
    return count


def derive_batch(writing: Writing, journal: Journal, derivation: Derivation[Any, Any]) -> int:
    """Derive some marked keys of one derivation, in one transaction."""
    share(writing)
    work = take(writing, derivation)
    groups = {key: position for key, position in work.marks.items() if GROUP in key}
    expand_groups(writing, derivation, groups)
    keys = sorted(work.marks.keys() - groups.keys())
    if keys:
        with journal.telemetry.deriving(derivation.name, len(keys), causes(writing, journal, work)) as traceparent:
            derive_keys(writing, journal, derivation, keys, work, traceparent)
    if work.ids:
        writing.execute(delete(dirty).where(writing.among(dirty.c.id, work.ids)))
    return len(work.marks)


def causes(reading: Reading, journal: Journal, work: Work) -> Sequence[str]:
    """Return the traces that marked the keys, as far as somebody watches: each key's last."""
    return log.traceparents(reading, set(work.marks.values())) if journal.telemetry.is_tracing else ()


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


def expand(reading: Reading, derivation: Derivation[Any, Any], key: str) -> Iterable[str]:
    """Return the keys that a key stands for: itself, or those of its group."""
    kind, mark, name = key.partition(GROUP)
    return derivation.groups[kind](reading, name) if mark else (key,)


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
    keys: Sequence[str],
    work: Work,
    traceparent: str | None,
) -> None:
    """Derive keys whose locks are held: write the rows that differ, mark what depends on them, tell."""
    generation = read_models.generations(writing, [derivation])[derivation.name]
    rows, tells, faults = compute(writing, derivation, keys)
    good = [key for key in keys if key not in faults]
    changes = replace_rows(writing, derivation, generation, {key: rows.get(key, ()) for key in good}, work.marks)
    journals.mark(writing, journal, derivation.name, changes)
    tell(writing, journal, derivation, tells, traceparent)
    parked.release_keys(writing, derivation.name, good)
    for key, problem in faults.items():
        parked.park_key(writing, journal, derivation.name, key, work.marks[key], problem)


def compute(
    reading: Reading, derivation: Derivation[Any, Any], keys: Sequence[str]
) -> tuple[dict[str, tuple[Any, ...]], list[tuple[str, Tell]], dict[str, str]]:
    """Return the rows of each key, what is to be told, and the faults of keys that cannot be derived."""
    rows: dict[str, tuple[Any, ...]] = {}
    tells: list[tuple[str, Tell]] = []
    facts, faults = gather(reading, derivation, keys)
    for key in keys:
        if key not in facts:
            continue
        try:
            derived = derivation.derive(facts[key])
        except Exception as error:  # one key's fault must not stop the others: it is parked with its problem
            faults[key] = f"{type(error).__name__}: {error}"
            continue
        rows[key] = derived.rows
        tells += [(key, each) for each in derived.tells]
    return rows, tells, faults


def gather(
    reading: Reading, derivation: Derivation[Any, Any], keys: Sequence[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the facts of keys, read together; if that fails each alone, with the faults of those that fail."""
    try:
        return dict(derivation.facts(reading, keys)), {}
    except DBAPIError:
        raise
    except Exception as error:
        if len(keys) == 1:
            return {}, {keys[0]: f"{type(error).__name__}: {error}"}
    facts: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for key in keys:
        found, wrong = gather(reading, derivation, [key])
        facts |= found
        faults |= wrong
    return facts, faults


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
    return changes


def reading_rows(
    reading: Reading, derivation: Derivation[Any, Any], generation: int, keys: Sequence[str]
) -> dict[tuple[Any, ...], Any]:
    """Return the stored rows of keys by their primary key."""
    table = projector.physical(derivation.table, generation)
    found = reading.rows(select(table).where(reading.among(table.c[derivation.primary[0]], keys)), derivation.row)
    return {tuple(getattr(row, name) for name in derivation.primary): row for row in found}


def fill(writing: Writing, derivation: Derivation[Any, Any], generation: int, keys: Sequence[str]) -> None:
    """Write the rows of keys into a generation that is being built; a fault fails the rebuild."""
    rows, _, faults = compute(writing, derivation, keys)
    if faults:
        message = f"{derivation.name}: {next(iter(faults.items()))}"
        raise ValueError(message)
    table = projector.physical(derivation.table, generation)
    writing.upsert(table, [msgspec.structs.asdict(row) for key in sorted(rows) for row in rows[key]])


def computed_up_to(reading: Reading) -> int:
    """Return the position up to which derived numbers are known to be complete."""
    # The log first: whatever is up to there has left its marks by the time that they are looked at.
    closed = closed_prefix(reading)
    known = closed if closed is not None else reading.scalar(_PREFIX) or 0
    lowest = reading.scalar(select(func.min(dirty.c.position)))
    return known if lowest is None else min(known, lowest - 1)
