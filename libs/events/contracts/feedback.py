"""What feedback tells the others: that somebody was coached, never what was said."""

from datetime import date

from events.domain import Value


class CoachingNoteAddedV1(Value):
    """A coaching note about a person was written."""

    note_id: str
    about_id: str
    author_id: str
    noted_on: date


class CoachingNoteWithdrawnV1(Value):
    """A coaching note was taken back."""

    note_id: str
    about_id: str
