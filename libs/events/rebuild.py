"""Building read models anew: the next generation fills beside the one in use, then one row flips.

Projections are folded page by page while appends go on; only the last page is folded with appenders held back.
Then each derivation is computed anew in one transaction, in which no worker derives. A rebuild tells nothing.

What will be computed anew is said in the transaction that switches what it reads: a rebuild that ends half way leaves
complete read models, and the next one goes on from there.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from events import deriver, read_models
from events.anew import announce, derive_anew
from events.journal import Journal
from events.projector import Projection
from events.read_models import PAGE_SIZE
from events.store import log
from events.store.session import Writing
from events.store.tail import Tail
from events.whole import giving_way, whole

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


async def switch_over(journal: Journal, building: Building, name: str, tail: Tail, progress: Progress) -> None:
    """Fold what can be folded beside the appenders, then the rest of one projection without them, and switch."""
    while page := await tail.page(PAGE_SIZE):
        await whole(journal, lambda writing, page=page: read_models.fold_page(writing, journal.codec, building, page))
        progress(tail.position)
        if len(page) < PAGE_SIZE:
            break
    await whole(journal, lambda writing: finish(writing, journal, building[name], tail.position))


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
