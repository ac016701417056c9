"""How far readers have come: marks that move by compare-and-set, in the transaction of what they stand for."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, text, update

from events.store.session import Reading, Writing
from events.store.tables import marks

# Ready made: loops ask these again and again, and making a statement takes longer than its answer.
_ADVANCE = text("UPDATE marks SET position = :new, last = :last WHERE reader = :reader AND position = :old")
_COUNT = text("UPDATE marks SET position = position + :more WHERE reader = :reader")
_POSITION = select(marks.c.position).where(marks.c.reader == bindparam("reader"))

# Of two who begin at once the database lets one insert; the other finds out without a failed transaction.
_BEGIN = text("INSERT INTO marks (reader, position, last) VALUES (:reader, :position, :last) ON CONFLICT DO NOTHING")


class MarkWasMoved(Exception):
    """Somebody else has taken this effect: roll back, read the mark anew."""


def mark_of(reading: Reading, reader: str) -> int:
    """Return a reader's mark; 0 if it has none."""
    return reading.scalar(_POSITION, {"reader": reader}) or 0


def marks_of(reading: Reading, readers: Sequence[str]) -> dict[str, int]:
    """Return the marks of readers that have one."""
    return {row[0]: row[1] for row in reading.keyed(marks, ("reader", "position"), "reader", readers)}


def bookmarks_of(reading: Reading, readers: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Return the marks of readers that have one, each with the id of the last message that it covers, if known."""
    statement = select(marks).where(reading.among(marks.c.reader, readers))
    return {row[0]: (row[1], row[2]) for row in reading.tuples(statement)}


def all_readers(reading: Reading) -> list[str]:
    """Return who has a mark."""
    return [reader for (reader,) in reading.tuples(select(marks.c.reader))]


def advance(writing: Writing, reader: str, old: int, new: int, last: str | None = None) -> None:
    """Move a mark from `old` to `new`, or raise `MarkWasMoved`. `last` is the id of the last message that it covers."""
    moved = writing.execute(_ADVANCE, {"reader": reader, "old": old, "new": new, "last": last})
    if moved != 1 and not (old == 0 and begins(writing, reader, new, last)):
        raise MarkWasMoved(reader)


def begins(writing: Writing, reader: str, position: int, last: str | None = None) -> bool:
    """Give a reader its first mark. Returns whether it had none."""
    return writing.execute(_BEGIN, {"reader": reader, "position": position, "last": last}) == 1


def count(writing: Writing, reader: str, more: int) -> None:
    """Move a mark that counts, by whoever holds its lock."""
    if writing.execute(_COUNT, {"reader": reader, "more": more}) != 1:
        begins(writing, reader, more)


def put(writing: Writing, reader: str, position: int) -> None:
    """Move a mark to wherever it belongs, by whoever holds its lock."""
    if writing.execute(update(marks).where(marks.c.reader == reader).values(position=position)) != 1:
        begins(writing, reader, position)
