"""Which generation of each read model is in use, and how the next one is built beside it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from events import projector
from events.domain import Recorded, Refused, Value
from events.projector import Projection, Rows
from events.store import log
from events.store.codec import Codec
from events.store.session import Reading, Writing
from events.store.tables import read_models

PAGE_SIZE = 5_000


class ReadModel(Protocol):
    """A projection or a derivation."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> int:
        """The version that this release writes."""
        ...


class ReadModelIsNewer(Refused):
    """This process is older than the read model that it would write. Start it again with today's release."""


def generations(reading: Reading, projections: Sequence[ReadModel]) -> dict[str, int]:
    """Return the generation in use of each read model; refuse if another release has built it anew."""
    names = [projection.name for projection in projections]
    rows = reading.keyed(read_models, ("name", "version", "generation"), "name", names)
    found = {name: (version, generation) for name, version, generation in rows}
    for projection in projections:
        if found[projection.name][0] != projection.version:
            raise ReadModelIsNewer(read_model=projection.name)
    return {projection.name: found[projection.name][1] for projection in projections}


def versions(reading: Reading) -> dict[str, int]:
    """Return the version of each read model that is in use."""
    return {row[0]: row[1] for row in reading.tuples(select(read_models.c.name, read_models.c.version))}


def stale(reading: Reading, projections: Sequence[Projection[Any]]) -> list[Projection[Any]]:
    """Return the projections that have no read model of their version yet."""
    found = versions(reading)
    return [projection for projection in projections if found.get(projection.name) != projection.version]


def create(writing: Writing, tables: Sequence[Table], generation: int) -> None:
    """Make the empty tables of a generation, in place of what an interrupted rebuild left."""
    for table in tables:
        made = projector.physical(table, generation)
        writing.connection.execute(DropTable(made, if_exists=True))
        writing.connection.execute(CreateTable(made))
        for index in sorted(made.indexes, key=lambda each: str(each.name)):
            writing.connection.execute(CreateIndex(index))


def switch(writing: Writing, name: str, tables: Sequence[Table], version: int, generation: int) -> None:
    """Let everyone read and write a generation: flip its row, point the views at it, drop the one before."""
    before = writing.scalar(select(read_models.c.generation).where(read_models.c.name == name))
    row = {"name": name, "version": version, "generation": generation}
    if before is None:
        writing.execute(insert(read_models).values(row))
    else:
        writing.execute(update(read_models).where(read_models.c.name == name).values(row))
    for table in tables:
        writing.execute(text(f'DROP VIEW IF EXISTS "{table.name}"'))
        writing.execute(text(f'CREATE VIEW "{table.name}" AS SELECT * FROM "{table.name}_{generation}"'))  # noqa: S608 names are the code's own
        if before is not None:
            writing.connection.execute(DropTable(projector.physical(table, before), if_exists=True))


def next_generation(reading: Reading, name: str) -> int:
    """Return the number that a rebuild of this read model gets."""
    return 1 + (reading.scalar(select(read_models.c.generation).where(read_models.c.name == name)) or 0)


def lock_log(writing: Writing) -> None:
    """Hold back appenders until the end of this transaction. In SQLite a writer holds them back anyway."""
    if writing.is_postgres:
        writing.execute(text("LOCK TABLE events IN SHARE MODE"))


def fold_page(
    writing: Writing, codec: Codec, projections: Mapping[str, tuple[Projection[Any], int]], page: Sequence[Any]
) -> None:
    """Fold a page of the log into generations that are being built."""
    batches: dict[str, dict[str, list[Recorded[Value]]]] = defaultdict(lambda: defaultdict(list))
    wanted = {projection.kind for projection, _ in projections.values()}
    for row in page:
        event = log.recorded(codec, row)
        if event.kind in wanted:
            batches[event.kind][event.key].append(event)
    first = page[0][0]
    for kind, batch in batches.items():
        late = late_streams(writing, codec, batch, first) if kind.startswith(Recorded.HEARD) else {}
        for projection, generation in projections.values():
            if projection.kind == kind:
                apply_batch(writing, projection, generation, batch, late)


def apply_batch(
    writing: Writing,
    projection: Projection[Any],
    generation: int,
    batch: Mapping[str, Sequence[Recorded[Any]]],
    late: Mapping[str, Sequence[Recorded[Any]]],
) -> list[projector.Change]:
    """Fold new events, and fold those streams anew that heard something older than what they had."""
    ordered = {key: history for key, history in batch.items() if key not in late}
    changes = projector.apply(writing, projection, generation, ordered) if ordered else []
    if late:
        table = projector.physical(projection.table, generation)
        before = projector.load(writing, projection, table, sorted(late))
        after = {key: projector.fold(projection, Rows(projection.keys), history) for key, history in late.items()}
        positions = {key: max(event.position for event in history) for key, history in late.items()}
        changes += projector.write(writing, projection, generation, before, after, positions)
    return changes


def late_streams(
    reading: Reading, codec: Codec, batch: Mapping[str, Sequence[Recorded[Value]]], first: int
) -> dict[str, list[Recorded[Value]]]:
    """Return the whole history, in version order and up to this batch, of heard streams that are out of order."""
    names = {history[0].envelope.stream: key for key, history in batch.items()}
    last = log.last_versions(reading, names, before=first)
    late = [stream for stream, key in names.items() if out_of_order(last.get(stream, 0), batch[key])]
    if not late:
        return {}
    end = max(event.position for history in batch.values() for event in history)
    histories = log.streams(reading, codec, late)
    return {names[name]: [each for each in histories[name] if each.position <= end] for name in late}


def out_of_order(last: int, history: Sequence[Recorded[Value]]) -> bool:
    """Say whether a batch of one stream has a version below one that came before it."""
    for event in history:
        if event.version < last:
            return True
        last = event.version
    return False
