"""Which notes are there, about whom, and how do they stand? One row a note; the text is sealed."""

from datetime import date

import msgspec
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Personal, Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from feedback.domain.note import NoteEvent, NoteRevised, NoteShared, NoteWithdrawn, NoteWritten
from feedback.projections.readers import readable_by

notes = Table(
    "notes",
    MetaData(),
    Column("note_id", Text, primary_key=True),
    Column("about_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("noted_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("shared_with", Text, nullable=False),
    Column("shared_with_subject", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("notes_by_subject", "about_id", "noted_on"),
    Index("notes_by_author", "author_id", "noted_on"),
)


class NoteRow(Value, tag=False):
    """A note as it is."""

    note_id: str
    about_id: str
    author_id: str
    noted_on: date
    text: str
    shared_with: str
    shared_with_subject: bool
    withdrawn: bool
    version: int

    def sealed_text(self) -> Personal:
        """The text, as the edge can open it."""
        return unsealed(self.text)

    def others(self) -> list[str]:
        """Who may read it besides its author and its subject."""
        return _people.decode(self.shared_with)


_people = msgspec.json.Decoder(list[str])
_texts = msgspec.json.Decoder(Personal)
_encode = msgspec.json.Encoder().encode


def project(rows: Rows[NoteRow], recorded: Recorded[NoteEvent]) -> Rows[NoteRow]:
    """Say what the note is after an event."""
    key, row = recorded.key, rows.get(recorded.key)
    rows = rows.change(key, version=recorded.version)
    match recorded.event:
        case NoteWritten():
            return rows.put(written(key, recorded.event, recorded.version))
        case NoteRevised(text=text):
            return rows.change(key, text=sealed(text))
        case NoteShared(shared_with=others, shared_with_subject=subject) if row is not None:
            everyone = _encode(sorted({*row.others(), *others})).decode()
            return rows.change(key, shared_with=everyone, shared_with_subject=row.shared_with_subject or subject)
        case NoteWithdrawn():
            return rows.change(key, withdrawn=True)
        case _:
            return rows


def written(note_id: str, event: NoteWritten, version: int) -> NoteRow:
    """Return the row of a new note."""
    return NoteRow(
        note_id=note_id,
        about_id=event.about_id,
        author_id=event.author_id,
        noted_on=event.noted_on,
        text=sealed(event.text),
        shared_with=_encode(event.shared_with).decode(),
        shared_with_subject=event.shared_with_subject,
        withdrawn=False,
        version=version,
    )


def sealed(text: Personal) -> str:
    """Return a sealed text as a row keeps it."""
    return _encode(text).decode()


def unsealed(text: str) -> Personal:
    """Return a row's text as the edge can open it."""
    return _texts.decode(text)


NOTES = Projection(table=notes, row=NoteRow, kind="note", project=project)


class NoteFilter(Value, tag=False):
    """Which notes are asked for: about whom, by whom, and those that one person may read (`None`: all)."""

    about_id: str | None = None
    author_id: str | None = None
    reader_id: str | None = None


def note_row(reading: Reading, note_id: str) -> NoteRow | None:
    """Return one note."""
    return reading.one(select(notes).where(notes.c.note_id == note_id), NoteRow)


def note_page(reading: Reading, asked: NoteFilter, page: Page) -> Paged[NoteRow]:
    """Return a page of notes, the latest first."""
    statement = select(notes)
    if asked.about_id is not None:
        statement = statement.where(notes.c.about_id == asked.about_id)
    if asked.author_id is not None:
        statement = statement.where(notes.c.author_id == asked.author_id)
    if asked.reader_id is not None:
        statement = statement.where(notes.c.note_id.in_(readable_by(asked.reader_id)))
    return read_page(reading, statement, NoteRow, page, by=("noted_on", "note_id"), descending=True)
