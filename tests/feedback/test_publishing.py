"""What others hear of coaching: that it happened, never what was said or to whom it was shown."""

from events.contracts.feedback import CoachingNoteAddedV1, CoachingNoteWithdrawnV1
from feedback.domain.note import NoteRevised, NoteShared, NoteWithdrawn
from feedback.publishing import publish
from tests.feedback.test_note import MONDAY, text, written
from tests.goals.office import recorded


def test_a_new_note_is_told_without_its_text() -> None:
    added = CoachingNoteAddedV1(note_id="n-1", about_id="anna", author_id="bob", noted_on=MONDAY)
    assert publish(recorded(written(shared_with=("carl",)), "n-1")) == added


def test_a_withdrawn_note_is_told() -> None:
    withdrawn = CoachingNoteWithdrawnV1(note_id="n-1", about_id="anna")
    assert publish(recorded(NoteWithdrawn(about_id="anna"), "n-1")) == withdrawn


def test_revisions_and_readers_are_told_to_nobody() -> None:
    assert publish(recorded(NoteRevised(text=text("x")))) is None
    assert publish(recorded(NoteShared(shared_with=("carl",), shared_with_subject=True))) is None
