"""A coaching note: what somebody noted about somebody else, and who may read it. The text is sealed."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias, assert_never

import msgspec

from events.domain import Decider, Personal, Refused, Value


class NoteWritten(Value):
    """Somebody noted something. The text is under the key of the person whom it is about."""

    about_id: str
    author_id: str
    text: Personal
    noted_on: date
    shared_with: tuple[str, ...]
    shared_with_subject: bool


class NoteRevised(Value):
    """The note says something else now."""

    text: Personal


class NoteShared(Value):
    """These people may read the note too, from now on."""

    shared_with: tuple[str, ...]
    shared_with_subject: bool


class NoteWithdrawn(Value):
    """The author has taken the note back."""

    about_id: str


NoteEvent: TypeAlias = NoteWritten | NoteRevised | NoteShared | NoteWithdrawn

EVENTS: tuple[type[NoteEvent], ...] = (NoteWritten, NoteRevised, NoteShared, NoteWithdrawn)


class WriteNote(Value):
    """Note something about somebody. `known` are those of the people named whom the company knows."""

    author_id: str
    about_id: str
    text: Personal
    noted_on: date
    shared_with: tuple[str, ...] = ()
    shared_with_subject: bool = False
    known: frozenset[str]


class ReviseNote(Value):
    """Say it in another way."""

    revised_by: str
    text: Personal


class ShareNote(Value):
    """Let others read the note. `known` are those of them whom the company knows."""

    shared_by: str
    shared_with: tuple[str, ...] = ()
    shared_with_subject: bool = False
    known: frozenset[str]


class WithdrawNote(Value):
    """Take the note back."""

    withdrawn_by: str


NoteCommand: TypeAlias = WriteNote | ReviseNote | ShareNote | WithdrawNote


class Unwritten(Value):
    """There is no such note yet."""


class Open(Value):
    """A note that can be read by its author and by those whom it is shared with."""

    about_id: str
    author_id: str
    text: Personal
    shared_with: frozenset[str]
    shared_with_subject: bool


class Withdrawn(Value):
    """A note that was taken back: nothing happens to it any more."""

    author_id: str


Note: TypeAlias = Unwritten | Open | Withdrawn


class NoteIsUnknown(Refused):
    """There is no such note."""


class NoteIsWrittenAlready(Refused):
    """There is a note of this id, which says something else."""


class NoteIsWithdrawn(Refused):
    """A note that was withdrawn is closed."""


class OnlyTheAuthorChangesANote(Refused):
    """Only its author revises, shares or withdraws a note."""


class NoteIsAboutItsAuthor(Refused):
    """A coaching note is about somebody else."""


class PersonIsUnknown(Refused):
    """The company does not know everybody who is named."""


def decide(command: NoteCommand, note: Note) -> list[NoteEvent]:
    """Say what a command brings about."""
    match command:
        case WriteNote():
            return write(command, note)
        case ReviseNote():
            return revise(command, note)
        case ShareNote():
            return share(command, note)
        case WithdrawNote():
            return withdraw(command, note)
        case _:
            assert_never(command)


def write(command: WriteNote, note: Note) -> list[NoteEvent]:
    """Write a note. To share it with its subject by name is to share it with its subject."""
    if not isinstance(note, Unwritten):
        raise NoteIsWrittenAlready
    if command.about_id == command.author_id:
        raise NoteIsAboutItsAuthor
    check_known(command.known, shared_with=command.shared_with, about_id=command.about_id)
    others, subject = readers(command.shared_with, command.author_id, command.about_id)
    return [
        NoteWritten(
            about_id=command.about_id,
            author_id=command.author_id,
            text=command.text,
            noted_on=command.noted_on,
            shared_with=tuple(sorted(others)),
            shared_with_subject=subject or command.shared_with_subject,
        )
    ]


def check_known(known: frozenset[str], *, shared_with: Iterable[str], about_id: str | None = None) -> None:
    """Refuse people whom the company does not know, each named under the field that named them."""
    strangers: dict[str, object] = {}
    if about_id is not None and about_id not in known:
        strangers["about_id"] = about_id
    if unknown := sorted(set(shared_with) - known):
        strangers["shared_with"] = unknown
    if strangers:
        raise PersonIsUnknown(**strangers)


def readers(shared_with: Iterable[str], author_id: str, about_id: str) -> tuple[frozenset[str], bool]:
    """Return who else may read, besides the author, and whether the subject is named among them."""
    named = frozenset(shared_with)
    return named - {author_id, about_id}, about_id in named


def revise(command: ReviseNote, note: Note) -> list[NoteEvent]:
    """Say it in another way; a text is sealed anew each time, and compared by its MAC."""
    before = open_to(command.revised_by, note)
    if before.text.mac == command.text.mac:
        return []
    return [NoteRevised(text=command.text)]


def share(command: ShareNote, note: Note) -> list[NoteEvent]:
    """Let others read the note; who may read it already is passed over."""
    before = open_to(command.shared_by, note)
    check_known(command.known, shared_with=command.shared_with)
    others, subject = readers(command.shared_with, before.author_id, before.about_id)
    new = others - before.shared_with
    to_subject = (subject or command.shared_with_subject) and not before.shared_with_subject
    if not new and not to_subject:
        return []
    return [NoteShared(shared_with=tuple(sorted(new)), shared_with_subject=to_subject)]


def withdraw(command: WithdrawNote, note: Note) -> list[NoteEvent]:
    """Take the note back, once."""
    if isinstance(note, Withdrawn) and note.author_id == command.withdrawn_by:
        return []
    before = open_to(command.withdrawn_by, note)
    return [NoteWithdrawn(about_id=before.about_id)]


def open_to(person_id: str, note: Note) -> Open:
    """Return the note, if it is one that this person may change."""
    if isinstance(note, Unwritten):
        raise NoteIsUnknown
    if note.author_id != person_id:
        raise OnlyTheAuthorChangesANote
    if isinstance(note, Withdrawn):
        raise NoteIsWithdrawn
    return note


def evolve(note: Note, event: NoteEvent) -> Note:
    """Say what an event means. Never refuses: it has happened."""
    match note, event:
        case _, NoteWritten():
            return Open(
                about_id=event.about_id,
                author_id=event.author_id,
                text=event.text,
                shared_with=frozenset(event.shared_with),
                shared_with_subject=event.shared_with_subject,
            )
        case Open(), NoteRevised(text=text):
            return msgspec.structs.replace(note, text=text)
        case Open(), NoteShared(shared_with=others, shared_with_subject=subject):
            everyone = note.shared_with | frozenset(others)
            return msgspec.structs.replace(
                note, shared_with=everyone, shared_with_subject=note.shared_with_subject or subject
            )
        case Open(author_id=author_id), NoteWithdrawn():
            return Withdrawn(author_id=author_id)
        case _:
            return note


NOTE = Decider[NoteCommand, Note, NoteEvent](
    kind="note", initial=Unwritten(), decide=decide, evolve=evolve, events=EVENTS
)
