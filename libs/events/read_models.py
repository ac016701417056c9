"""Which generation of each read model is in use, and how the next one is built beside it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from events import projector
from events.domain import Recorded, Refused, Value
from events.projector import Projection, Rows
from events.store import log
from events.store.codec import Codec
from events.store.database import lost_a_race
from events.store.session import Reading, Writing
from events.store.tables import read_models

PAGE_SIZE = 5_000
APPENDERS_MILLISECONDS = 500
"""For how long a switch waits for appenders to end, and those who come later for it."""
READERS_MILLISECONDS = 10
READERS_TRIES_MAX = 20
"""How often, and for how long, a switch waits for questions to end."""

LEFT_BEHIND = 0
"""The version of a read model that no process keeps up any more."""


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
    """Another release keeps the read models now. Start this process again with that one."""


def generations(reading: Reading, known: Sequence[ReadModel]) -> dict[str, int]:
    """Return the generation in use of each read model; refuse unless this process knows them all as they are today.

    What it does not know it would neither fold nor mark, and nothing would ever mend that.
    """
    mine = {each.name: each.version for each in known}
    used: dict[str, int] = {}
    for name, version, generation in reading.whole(read_models, ("name", "version", "generation")):
        if abs(version) != mine.pop(name, LEFT_BEHIND):
            raise ReadModelIsNewer(read_model=name)
        used[name] = generation
    if mine:
        raise ReadModelIsNewer(read_model=min(mine))
    return used


def versions(reading: Reading) -> dict[str, int]:
    """Return the version of each read model that is in use; below zero if it is to be computed anew."""
    return {row[0]: row[1] for row in reading.tuples(select(read_models.c.name, read_models.c.version))}


def await_computing(writing: Writing, model: ReadModel) -> None:
    """Say that a derivation is to be computed anew, so that it will be, even if this process ends before."""
    row = {"name": model.name, "version": -model.version}
    if writing.execute(update(read_models).where(read_models.c.name == model.name).values(row)) == 0:
        writing.execute(insert(read_models).values(row | {"generation": 0}))


def leave_behind(writing: Writing, known: Sequence[ReadModel]) -> None:
    """Say that nobody keeps up the read models that this release does not know: who knows them builds them anew."""
    writing.execute(
        update(read_models).where(read_models.c.name.not_in([each.name for each in known])).values(version=LEFT_BEHIND)
    )


def create(writing: Writing, tables: Sequence[Table], generation: int) -> None:
    """Make the empty tables of a generation, in place of what an interrupted rebuild left."""
    create_bare(writing, tables, generation)
    index(writing, tables, generation)


def create_bare(writing: Writing, tables: Sequence[Table], generation: int) -> None:
    """Make the tables without their indexes: what fills them at once is faster when these come last."""
    for table in tables:
        made = projector.physical(table, generation)
        writing.connection.execute(DropTable(made, if_exists=True))
        writing.connection.execute(CreateTable(made))


def index(writing: Writing, tables: Sequence[Table], generation: int) -> None:
    """Make the indexes of a generation's tables."""
    for table in tables:
        made = projector.physical(table, generation)
        for each in sorted(made.indexes, key=lambda index: str(index.name)):
            writing.connection.execute(CreateIndex(each))


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
        writing.execute(text(f"SET LOCAL lock_timeout = {APPENDERS_MILLISECONDS}"))
        writing.execute(text("LOCK TABLE events IN SHARE MODE"))


def drop_views(writing: Writing, tables: Sequence[Table]) -> None:
    """Take a read model's views away, all at once, while appenders are held back.

    A question reads several in an order of its own, so that it and this might wait for each other. This lets go.
    """
    if not writing.is_postgres:
        return
    names = ", ".join(f'"{table.name}"' for table in tables)
    writing.execute(text(f"SET LOCAL lock_timeout = {READERS_MILLISECONDS}"))
    for tries_left in reversed(range(READERS_TRIES_MAX)):
        try:
            with writing.savepoint():
                writing.execute(text(f"DROP VIEW IF EXISTS {names}"))
        except DBAPIError as error:
            if not tries_left or not lost_a_race(error):
                raise
        else:
            break
    # What the views showed is read by nobody now, but perhaps being vacuumed.
    writing.execute(text("SET LOCAL lock_timeout = 0"))


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
