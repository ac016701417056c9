"""How far readers have come: marks that move by compare-and-set, in the transaction of what they stand for."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from events.store.session import Reading, Writing
from events.store.tables import marks


class MarkWasMoved(Exception):
    """Somebody else has taken this effect: roll back, read the mark anew."""


def mark_of(reading: Reading, reader: str) -> int:
    """Return a reader's mark; 0 if it has none."""
    return reading.scalar(select(marks.c.position).where(marks.c.reader == reader)) or 0


def marks_of(reading: Reading, readers: Sequence[str]) -> dict[str, int]:
    """Return the marks of readers that have one."""
    statement = select(marks.c.reader, marks.c.position).where(reading.among(marks.c.reader, readers))
    return {row[0]: row[1] for row in reading.tuples(statement)}


def advance(writing: Writing, reader: str, old: int, new: int) -> None:
    """Move a mark from `old` to `new`, or raise `MarkWasMoved`."""
    moved = writing.execute(update(marks).where(marks.c.reader == reader, marks.c.position == old).values(position=new))
    if moved == 1:
        return
    if old != 0 or mark_of(writing, reader) != 0:
        raise MarkWasMoved(reader)
    writing.execute(insert(marks).values(reader=reader, position=new))
