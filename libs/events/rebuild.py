"""Building read models anew: the next generation fills beside the one in use, then one row flips.

Projections are folded page by page while appends go on; only the last page is folded with appenders held back.
Derived rows are computed anew in one transaction, in which no worker derives. A rebuild tells nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from events import deriver, read_models
from events.deriving import Derivation
from events.journal import Journal
from events.projector import Projection
from events.read_models import PAGE_SIZE
from events.store import log
from events.store.session import Reading, Writing
from events.store.tail import Tail

Progress = Callable[[int], None]


def silent(_position: int) -> None:
    """Report nothing."""


async def bring_up_to_date(journal: Journal, progress: Progress = silent) -> None:
    """Build the read models that this release has and the database has not, or has of another version."""
    async with journal.database.exclusive("rebuild"):
        projections = await journal.database.read(lambda reading: read_models.stale(reading, journal.projections))
        await project_anew(journal, projections, progress)
        changed = {projection.name for projection in projections}
        await journal.database.write(lambda writing: derive_stale(writing, journal, changed))


async def rebuild(journal: Journal, names: Sequence[str] = (), progress: Progress = silent) -> None:
    """Build read models anew, all of them if none is named, and what is derived from them."""
    async with journal.database.exclusive("rebuild"):
        chosen = [each for each in journal.projections if not names or each.name in names]
        await project_anew(journal, chosen, progress)
        changed = {each.name for each in chosen} | set(names)
        await journal.database.write(lambda writing: derive_stale(writing, journal, changed))


async def project_anew(journal: Journal, projections: Sequence[Projection[Any]], progress: Progress) -> None:
    """Fold the whole log into new generations of some projections, and switch to them."""
    if not projections:
        return
    building = await journal.database.write(lambda writing: begin(writing, projections))
    tail = Tail(journal.database, 0)
    while page := await tail.page(PAGE_SIZE):
        await journal.database.write(
            lambda writing, page=page: read_models.fold_page(writing, journal.codec, building, page)
        )
        progress(tail.position)
    await journal.database.write(lambda writing: finish(writing, journal, building, tail.position))


def begin(writing: Writing, projections: Sequence[Projection[Any]]) -> dict[str, tuple[Projection[Any], int]]:
    """Make the empty tables of the next generations."""
    building: dict[str, tuple[Projection[Any], int]] = {}
    for projection in projections:
        generation = read_models.next_generation(writing, projection.name)
        read_models.create(writing, projection.tables, generation)
        building[projection.name] = (projection, generation)
    return building


def finish(writing: Writing, journal: Journal, building: dict[str, tuple[Projection[Any], int]], position: int) -> None:
    """Fold what came since, with appenders held back, and switch."""
    read_models.lock_log(writing)
    while page := log.page(writing, position, PAGE_SIZE):
        read_models.fold_page(writing, journal.codec, building, page)
        position = page[-1][0]
    for projection, generation in building.values():
        read_models.switch(writing, projection.name, projection.tables, projection.version, generation)


def derive_stale(writing: Writing, journal: Journal, changed: set[str]) -> None:
    """Compute anew the derivations of another version and those that read something that changed."""
    found = read_models.versions(writing)
    deriver.hold_back(writing)
    for derivation in journal.derivations:
        if found.get(derivation.name) != derivation.version or changed & (derivation.keys.keys() | {derivation.name}):
            derive_anew(writing, journal, derivation)
            changed.add(derivation.name)


def derive_anew(writing: Writing, journal: Journal, derivation: Derivation[Any, Any]) -> None:
    """Compute all rows of a derivation into a new generation, and switch to it."""
    generation = read_models.next_generation(writing, derivation.name)
    read_models.create(writing, (derivation.table,), generation)
    keys = sorted(all_keys(writing, journal, derivation))
    for start in range(0, len(keys), deriver.KEYS_MAX):
        chunk = keys[start : start + deriver.KEYS_MAX]
        deriver.fill(writing, derivation, generation, chunk)
    read_models.switch(writing, derivation.name, (derivation.table,), derivation.version, generation)


def all_keys(reading: Reading, journal: Journal, derivation: Derivation[Any, Any]) -> set[str]:
    """Return the keys that the rows of a derivation's sources belong to."""
    keys: set[str] = set()
    sources = [each for each in (*journal.projections, *journal.derivations) if each.name in derivation.keys]
    for source in sources:
        for row in reading.every(source.table, source.row):
            keys.update(derivation.keys[source.name](row))
    return {each for key in keys for each in deriver.expand(reading, derivation, key)}
