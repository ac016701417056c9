"""What did each note say, and when? A row for each text that it had."""

from datetime import datetime

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from events.domain import Personal, Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Instant
from events.store.session import Reading
from feedback.domain.note import NoteEvent, NoteRevised, NoteWritten
from feedback.projections.notes import sealed, unsealed

revisions = Table(
    "revisions",
    MetaData(),
    Column("note_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
)


class RevisionRow(Value, tag=False):
    """What a note said from an instant on; number 1 is what it said first."""

    note_id: str
    number: int
    text: str
    written_at: datetime

    def sealed_text(self) -> Personal:
        """The text, as the edge can open it."""
        return unsealed(self.text)


def project(rows: Rows[RevisionRow], recorded: Recorded[NoteEvent]) -> Rows[RevisionRow]:
    """Say what the note said when, after an event."""
    match recorded.event:
        case NoteWritten(text=text) | NoteRevised(text=text):
            row = RevisionRow(
                note_id=recorded.key,
                number=len(rows) + 1,
                text=sealed(text),
                written_at=recorded.envelope.occurred_at,
            )
            return rows.put(row)
        case _:
            return rows


REVISIONS = Projection(table=revisions, row=RevisionRow, kind="note", project=project)


def revisions_of(reading: Reading, note_id: str) -> list[RevisionRow]:
    """Return what a note said, in order."""
    own = select(revisions).where(revisions.c.note_id == note_id)
    return reading.rows(own.order_by(revisions.c.number), RevisionRow)
