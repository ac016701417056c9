"""What others hear of coaching: that it happened, never what was said."""

from events.contracts.feedback import CoachingNoteAddedV1, CoachingNoteWithdrawnV1
from events.domain import Recorded, Value
from feedback.domain.note import NoteEvent, NoteRevised, NoteShared, NoteWithdrawn, NoteWritten


def publish(recorded: Recorded[NoteEvent]) -> Value | None:
    """Return the contract of an event; what only its readers see is told to nobody else."""
    match recorded.event:
        case NoteWritten(about_id=about_id, author_id=author_id, noted_on=noted_on):
            return CoachingNoteAddedV1(note_id=recorded.key, about_id=about_id, author_id=author_id, noted_on=noted_on)
        case NoteWithdrawn(about_id=about_id):
            return CoachingNoteWithdrawnV1(note_id=recorded.key, about_id=about_id)
        case NoteRevised() | NoteShared():
            return None


def recover(recorded: Recorded[Value]) -> Value | None:
    """Return the event of a contract; none for a note that was written, whose text never travels."""
    match recorded.event:
        case CoachingNoteWithdrawnV1(about_id=about_id):
            return NoteWithdrawn(about_id=about_id)
        case _:
            return None
