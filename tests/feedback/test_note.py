"""Rules of a coaching note: who writes it, who changes it, who may read it, and when it is closed."""

from datetime import date

import pytest

from events.domain import Personal
from events.testing import given
from feedback.domain.note import (
    NOTE,
    NoteCommand,
    NoteIsAboutItsAuthor,
    NoteIsUnknown,
    NoteIsWithdrawn,
    NoteIsWrittenAlready,
    NoteRevised,
    NoteShared,
    NoteWithdrawn,
    NoteWritten,
    OnlyTheAuthorChangesANote,
    PersonIsUnknown,
    ReviseNote,
    ShareNote,
    WithdrawNote,
    WriteNote,
)

MONDAY = date(2025, 3, 3)
EVERYBODY = frozenset({"anna", "bob", "carl", "dora"})


def text(words: str, box: str = "box") -> Personal:
    """Return a text as a fake seal holds it; the box is another each time, the MAC is not."""
    return Personal(person_id="anna", box=box, mac=f"mac of {words}")


def write(about_id: str = "anna", shared_with: tuple[str, ...] = (), *, with_subject: bool = False) -> WriteNote:
    return WriteNote(
        author_id="bob",
        about_id=about_id,
        text=text("listens well"),
        noted_on=MONDAY,
        shared_with=shared_with,
        shared_with_subject=with_subject,
        known=EVERYBODY,
    )


def written(shared_with: tuple[str, ...] = (), *, with_subject: bool = False) -> NoteWritten:
    return NoteWritten(
        about_id="anna",
        author_id="bob",
        text=text("listens well"),
        noted_on=MONDAY,
        shared_with=shared_with,
        shared_with_subject=with_subject,
    )


def share(shared_with: tuple[str, ...] = (), *, with_subject: bool = False, by: str = "bob") -> ShareNote:
    return ShareNote(shared_by=by, shared_with=shared_with, shared_with_subject=with_subject, known=EVERYBODY)


REVISE = ReviseNote(revised_by="bob", text=text("listens better"))
WITHDRAW = WithdrawNote(withdrawn_by="bob")
WITHDRAWN = NoteWithdrawn(about_id="anna")


def test_a_note_is_written_and_shared_with_each_reader_once() -> None:
    given(NOTE).when(write(shared_with=("dora", "carl", "dora"))).then(written(shared_with=("carl", "dora")))


def test_sharing_with_the_author_says_nothing_and_with_the_subject_by_name_says_so() -> None:
    given(NOTE).when(write(shared_with=("bob", "anna"))).then(written(with_subject=True))


def test_nobody_coaches_themselves() -> None:
    given(NOTE).when(write(about_id="bob")).then_refused(NoteIsAboutItsAuthor)


def test_people_whom_the_company_does_not_know_are_named_under_their_field() -> None:
    given(NOTE).when(write(about_id="zoe", shared_with=("carl", "yan", "xan"))).then_refused(
        PersonIsUnknown, about_id="zoe", shared_with=["xan", "yan"]
    )


def test_the_id_of_a_note_is_never_given_twice() -> None:
    given(NOTE, written()).when(write()).then_refused(NoteIsWrittenAlready)


def test_a_note_is_revised() -> None:
    given(NOTE, written()).when(REVISE).then(NoteRevised(text=text("listens better")))


def test_the_same_text_again_is_already_so_though_it_is_sealed_anew() -> None:
    again = ReviseNote(revised_by="bob", text=text("listens better", box="another"))
    given(NOTE, written(), NoteRevised(text=text("listens better"))).when(again).then_nothing()


def test_a_note_is_shared_with_those_who_are_new_only() -> None:
    given(NOTE, written(shared_with=("carl",))).when(share(("dora", "carl", "bob"))).then(
        NoteShared(shared_with=("dora",), shared_with_subject=False)
    )


def test_a_note_is_shared_with_its_subject() -> None:
    told = NoteShared(shared_with=(), shared_with_subject=True)
    given(NOTE, written()).when(share(with_subject=True)).then(told)
    given(NOTE, written()).when(share(("anna",))).then(told)


def test_sharing_with_nobody_new_is_already_so() -> None:
    note = given(NOTE, written(shared_with=("carl",)), NoteShared(shared_with=("dora",), shared_with_subject=True))
    note.when(share(("carl", "dora", "anna"), with_subject=True)).then_nothing()
    note.when(share()).then_nothing()


def test_a_note_is_never_shared_with_strangers() -> None:
    given(NOTE, written()).when(share(("zoe",))).then_refused(PersonIsUnknown, shared_with=["zoe"])


def test_a_note_is_withdrawn_once() -> None:
    given(NOTE, written()).when(WITHDRAW).then(WITHDRAWN)
    given(NOTE, written(), WITHDRAWN).when(WITHDRAW).then_nothing()


@pytest.mark.parametrize("command", [REVISE, share(("dora",))])
def test_a_withdrawn_note_is_closed(command: NoteCommand) -> None:
    given(NOTE, written(), WITHDRAWN).when(command).then_refused(NoteIsWithdrawn)


@pytest.mark.parametrize(
    "command",
    [
        ReviseNote(revised_by="anna", text=text("is perfect")),
        share(("dora",), by="carl"),
        WithdrawNote(withdrawn_by="anna"),
    ],
)
def test_only_its_author_changes_a_note(command: NoteCommand) -> None:
    given(NOTE, written(shared_with=("carl",), with_subject=True)).when(command).then_refused(OnlyTheAuthorChangesANote)
    given(NOTE, written(), WITHDRAWN).when(command).then_refused(OnlyTheAuthorChangesANote)


@pytest.mark.parametrize("command", [REVISE, share(("dora",)), WITHDRAW])
def test_a_note_that_nobody_wrote_is_never_changed(command: NoteCommand) -> None:
    given(NOTE).when(command).then_refused(NoteIsUnknown)
