"""Building read models anew: the next generation fills beside the one in use, then one row flips.

Projections are folded page by page while appends go on; only the last page is folded with appenders held back.
Then each derivation is computed anew in one transaction, in which no worker derives. A rebuild tells nothing.

What will be computed anew is said in the transaction that switches what it reads: a rebuild that ends half way leaves
complete read models, and the next one goes on from there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import msgspec
from sqlalchemy.exc import DBAPIError

from events import deriver, projector, read_models
from events import journal as journals
from events.computing import compute, expand
from events.deriving import Derivation
from events.faults import is_its_own_fault
from events.journal import Journal
from events.projector import Change, Projection
from events.read_models import PAGE_SIZE
from events.store import log
from events.store.database import lost_a_race
from events.store.session import Reading, Writing
from events.store.tail import Tail
from events.undivided import undivided

T = TypeVar("T")

TRIES_MAX = 100
PAUSE_SECONDS = 0.05

Progress = Callable[[int], None]
Building = dict[str, tuple[Projection[Any], int]]
"""Projections, and the generation of each that is being filled."""


def silent(_position: int) -> None:
    """Report nothing."""


async def bring_up_to_date(journal: Journal, progress: Progress = silent) -> None:
    """Build the read models that this release has and the database has not, or has of another version."""
    async with journal.database.exclusive("rebuild"):
        found = await journal.database.read(read_models.versions)
        stale = [each for each in journal.projections if found.get(each.name) != each.version]
        await project_anew(journal, stale, progress)
        await derive_anew(journal, ())


async def rebuild(journal: Journal, names: Sequence[str] = (), progress: Progress = silent) -> None:
    """Build read models anew, all of them if none is named, and what is derived from them."""
    async with journal.database.exclusive("rebuild"):
        chosen = [each for each in journal.projections if not names or each.name in names]
        await project_anew(journal, chosen, progress)
        await derive_anew(journal, names)


async def project_anew(journal: Journal, projections: Sequence[Projection[Any]], progress: Progress) -> None:
    """Fold the whole log into new generations of some projections, and switch to them."""
    if not projections:
        return
    building = await whole(journal, lambda writing: begin(writing, projections))
    tail = Tail(journal.database, 0)
    for name in sorted(building):
        await giving_way(partial(switch_over, journal, building, name, tail, progress))
        del building[name]


def begin(writing: Writing, projections: Sequence[Projection[Any]]) -> Building:
    """Make the empty tables of the next generations."""
    building: Building = {}
    for projection in projections:
        generation = read_models.next_generation(writing, projection.name)
        read_models.create(writing, projection.tables, generation)
        building[projection.name] = (projection, generation)
    return building


async def giving_way(attempt: Callable[[], Awaitable[None]]) -> None:
    """Try until others leave the locks that are wanted, or fail after `TRIES_MAX`."""
    for tries_left in reversed(range(TRIES_MAX)):
        try:
            await attempt()
        except DBAPIError as error:
            if not tries_left or not lost_a_race(error):
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def switch_over(journal: Journal, building: Building, name: str, tail: Tail, progress: Progress) -> None:
    """Fold what can be folded beside the appenders, then the rest of one projection without them, and switch."""
    while page := await tail.page(PAGE_SIZE):
        await whole(journal, lambda writing, page=page: read_models.fold_page(writing, journal.codec, building, page))
        progress(tail.position)
        if len(page) < PAGE_SIZE:
            break
    await whole(journal, lambda writing: finish(writing, journal, building[name], tail.position))


async def whole(journal: Journal, body: Callable[[Writing], T]) -> T:
    """Run a transaction to its end, even if the rebuild is cancelled: nobody else begins one before."""
    return await undivided(journal.database.write(body))


def finish(writing: Writing, journal: Journal, built: tuple[Projection[Any], int], position: int) -> None:
    """Fold what came since, with workers and appenders held back, and switch."""
    projection, generation = built
    # Workers first: they read what is switched, and then append what they tell.
    deriver.hold_back(writing)
    read_models.lock_log(writing)
    while page := log.page(writing, position, PAGE_SIZE):
        read_models.fold_page(writing, journal.codec, {projection.name: built}, page)
        position = page[-1][0]
    read_models.drop_views(writing, projection.tables)
    read_models.switch(writing, projection.name, projection.tables, projection.version, generation)
    announce(writing, journal, {projection.name})


def announce(writing: Writing, journal: Journal, changed: Collection[str]) -> None:
    """Say that these derivations, and all that read something of these names, are to be computed anew."""
    names = set(changed)
    for derivation in journal.derivations:
        if names & (derivation.keys.keys() | {derivation.name}):
            read_models.await_computing(writing, derivation)
            names.add(derivation.name)


async def derive_anew(journal: Journal, named: Collection[str]) -> None:
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
            await whole(journal, partial(compute_anew, journal=journal, derivation=derivation))


def take_over(writing: Writing, journal: Journal, changed: Collection[str]) -> None:
    """Let only those append from now on who know what this release derives, and what it does not any more."""
    read_models.lock_log(writing)
    announce(writing, journal, changed)
    read_models.leave_behind(writing, journal.kept)


def compute_anew(writing: Writing, journal: Journal, derivation: Derivation[Any, Any]) -> None:
    """Compute all rows of a derivation into a new generation, and switch to it."""
    deriver.hold_back(writing)
    generation = read_models.next_generation(writing, derivation.name)
    read_models.create(writing, derivation.tables, generation)
    keys = sorted(all_keys(writing, journal, derivation))
    for start in range(0, len(keys), deriver.KEYS_MAX):
        fill(writing, journal, derivation, generation, keys[start : start + deriver.KEYS_MAX])
    pass_on(writing, journal, derivation, generation)
    read_models.switch(writing, derivation.name, derivation.tables, derivation.version, generation)


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


def fill(
    writing: Writing, journal: Journal, derivation: Derivation[Any, Any], generation: int, keys: Sequence[str]
) -> None:
    """Write the rows of keys into a generation that is being built; a key that fails is parked and has none."""
    positions = dict.fromkeys(keys, log.last_position(writing))
    body = partial(fill_keys, writing, journal, derivation, generation)
    try:
        with writing.savepoint():
            body(positions)
    except Exception as error:
        if not is_its_own_fault(error):
            raise
        deriver.each_alone(writing, journal, derivation.name, positions, body)


def fill_keys(
    writing: Writing,
    journal: Journal,
    derivation: Derivation[Any, Any],
    generation: int,
    positions: Mapping[str, int],
) -> None:
    """Write the rows of keys, and park those that cannot be computed."""
    derived, faults = compute(writing, derivation, sorted(positions))
    rows = {
        tuple(getattr(row, name) for name in derivation.primary): row for each in derived.values() for row in each.rows
    }
    table = projector.physical(derivation.table, generation)
    writing.upsert(table, [msgspec.structs.asdict(rows[key]) for key in sorted(rows)])
    made = [Change(old=None, new=rows[key], position=positions[key[0]]) for key in sorted(rows)]
    for total in derivation.totals:
        projector.add_up(writing, total, generation, made)
    deriver.settle(writing, journal, derivation.name, positions, faults)


def all_keys(reading: Reading, journal: Journal, derivation: Derivation[Any, Any]) -> set[str]:
    """Return the keys that the rows of a derivation's sources belong to."""
    keys: set[str] = set()
    sources = [each for each in (*journal.projections, *journal.derivations) if each.name in derivation.keys]
    for source in sources:
        for row in reading.every(source.table, source.row):
            keys.update(derivation.keys[source.name](row))
    return {each for key in keys for each in expand(reading, derivation, key)}
