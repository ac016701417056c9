"""Who may read which note? A row for each person whom a note knows, whether they may read it or not."""

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Boolean, Column, Index, MetaData, Select, Table, Text, select

from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from feedback.domain.note import NoteEvent, NoteRevised, NoteShared, NoteWithdrawn, NoteWritten

note_readers = Table(
    "note_readers",
    MetaData(),
    Column("note_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Column("may_read", Boolean, nullable=False),
    Index("note_readers_by_person", "person_id"),
)


class ReaderRow(Value, tag=False):
    """Somebody whom a note knows, and whether they may read it."""

    note_id: str
    person_id: str
    part: Literal["author", "subject", "other"]
    may_read: bool


def project(rows: Rows[ReaderRow], recorded: Recorded[NoteEvent]) -> Rows[ReaderRow]:
    """Say who may read the note after an event: once it is withdrawn, its author alone."""
    match recorded.event:
        case NoteWritten(about_id=about_id, author_id=author_id, shared_with=others, shared_with_subject=subject):
            author = ReaderRow(note_id=recorded.key, person_id=author_id, part="author", may_read=True)
            about = ReaderRow(note_id=recorded.key, person_id=about_id, part="subject", may_read=subject)
            return rows.put(author, about, *(other(recorded.key, each) for each in others))
        case NoteShared(shared_with=others, shared_with_subject=subject):
            for row in rows:
                if row.part == "subject" and subject:
                    rows = rows.change(row.note_id, row.person_id, may_read=True)
            return rows.put(*(other(recorded.key, each) for each in others))
        case NoteWithdrawn():
            for row in rows:
                rows = rows.change(row.note_id, row.person_id, may_read=row.part == "author")
            return rows
        case NoteRevised():
            return rows


def other(note_id: str, person_id: str) -> ReaderRow:
    """Return the row of somebody whom a note is shared with."""
    return ReaderRow(note_id=note_id, person_id=person_id, part="other", may_read=True)


NOTE_READERS = Projection(table=note_readers, row=ReaderRow, kind="note", project=project)


def readable_by(person_id: str) -> Select[tuple[str]]:
    """Return the question for the notes that a person may read."""
    return select(note_readers.c.note_id).where(note_readers.c.person_id == person_id, note_readers.c.may_read)


def readable(reading: Reading, note_ids: Iterable[str], person_id: str) -> frozenset[str]:
    """Return those of some notes that a person may read."""
    theirs = readable_by(person_id).where(reading.among(note_readers.c.note_id, note_ids))
    return frozenset(note_id for (note_id,) in reading.tuples(theirs))
