"""Coaching notes: written, revised, shared and withdrawn by their author, read by those who may."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, PageBody, Text
from edge.keyset import Paged
from edge.paging import Paging
from edge.refusals import NotAllowed
from edge.versions import done, etag
from events.execute import execute
from events.personal import KeyStore
from events.store.session import Reading
from feedback.domain.note import NOTE, NoteIsUnknown, ReviseNote, ShareNote, WithdrawNote, WriteNote
from feedback.gathering import is_in_line, people_known
from feedback.projections.notes import NoteFilter, NoteRow, note_page, note_row
from feedback.projections.readers import readable
from feedback.projections.revisions import RevisionRow, revisions_of

READERS_MAX = 100

router = APIRouter(prefix="/v1/notes", tags=["notes"])


async def keys_of(request: Request) -> KeyStore:
    """Return the key store."""
    return request.app.state.keys


Keys: TypeAlias = Annotated[KeyStore, Depends(keys_of)]
People: TypeAlias = Annotated[list[Id], Field(max_length=READERS_MAX)]


class NoteBody(Body):
    """A note about somebody, and who may read it besides its author."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "about_id": "p-17",
                    "text": "Asks open questions now. Next: agree on a next step before the call ends.",
                    "noted_on": "2025-03-04",
                    "shared_with": ["p-02"],
                    "shared_with_subject": True,
                }
            ]
        },
    )

    about_id: Id
    text: Text
    noted_on: Day
    shared_with: People = Field(default_factory=list[str])
    shared_with_subject: Annotated[bool, Field(strict=True)] = False


class ReviseBody(Body):
    """What the note says from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Agrees on a next step before every call ends."}]}
    )

    text: Text


class ShareBody(Body):
    """Who may read the note besides, from now on. What was shared stays shared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shared_with": ["p-03"], "shared_with_subject": True}]})

    shared_with: People = Field(default_factory=list[str])
    shared_with_subject: Annotated[bool, Field(strict=True)] = False


class NoteAnswer(Answer):
    """A note. Its text is null when the person whom it is about was erased, and to those who see only that it is."""

    note_id: str
    about_id: str
    author_id: str
    noted_on: date
    text: str | None
    erased: bool
    shared_with: list[str]
    shared_with_subject: bool
    withdrawn: bool
    version: int


class RevisionAnswer(Answer):
    """What a note said from an instant on."""

    number: int
    text: str | None
    written_at: datetime


class WholeNoteAnswer(NoteAnswer):
    """A note with all that it said, the first text first."""

    revisions: list[RevisionAnswer]


@router.post("", status_code=201, summary="Write a note")
async def write_note(
    body: NoteBody, request: Request, response: Response, store: Store, keys: Keys, asker: Asker
) -> DoneBody:
    """Note something about somebody: a manager about people in their line, enablement about anybody."""
    asker.needs("manager", "enablement")

    def question(reading: Reading) -> frozenset[str]:
        found = people_known(reading, body.shared_with, body.about_id)
        is_own = body.about_id == asker.actor  # which a rule refuses
        if not (asker.has("enablement") or is_own or is_in_line(reading, body.about_id, asker.actor, asker.at)):
            raise NotAllowed
        return found

    found = await store.read(question)
    command = WriteNote(
        author_id=asker.actor,
        about_id=body.about_id,
        text=await keys.seal(body.about_id, body.text),
        noted_on=body.noted_on,
        shared_with=tuple(body.shared_with),
        shared_with_subject=body.shared_with_subject,
        known=found,
    )
    return done(response, await execute(store, NOTE, str(request.app.state.surroundings.ids()), command, asker))


@router.post("/{note_id}/revise", summary="Revise a note")
async def revise_note(
    note_id: Id, body: ReviseBody, response: Response, store: Store, keys: Keys, asker: Asker
) -> DoneBody:
    """Say it in another way. Its author does; what it said before stays readable in its history."""
    row = await store.read(lambda reading: own(reading, note_id, asker))
    command = ReviseNote(revised_by=asker.actor, text=await keys.seal(row.about_id, body.text))
    return done(response, await execute(store, NOTE, note_id, command, asker))


@router.post("/{note_id}/share", summary="Share a note")
async def share_note(note_id: Id, body: ShareBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let others read the note. Its author does."""

    def question(reading: Reading) -> frozenset[str]:
        own(reading, note_id, asker)
        return people_known(reading, body.shared_with)

    command = ShareNote(
        shared_by=asker.actor,
        shared_with=tuple(body.shared_with),
        shared_with_subject=body.shared_with_subject,
        known=await store.read(question),
    )
    return done(response, await execute(store, NOTE, note_id, command, asker))


@router.post("/{note_id}/withdraw", summary="Withdraw a note")
async def withdraw_note(note_id: Id, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Take the note back: from now on nobody but its author reads it, and nothing happens to it any more."""
    await store.read(lambda reading: own(reading, note_id, asker))
    return done(response, await execute(store, NOTE, note_id, WithdrawNote(withdrawn_by=asker.actor), asker))


@router.get("", summary="List notes")
async def list_notes(
    store: Store,
    keys: Keys,
    asker: Asker,
    page: Paging,
    about_id: Annotated[Id | None, Query(description="About this person only.")] = None,
    author_id: Annotated[Id | None, Query(description="By this person only; your own id: the notes you wrote.")] = None,
) -> PageBody[NoteAnswer]:
    """List the notes that you may read, the latest first. An auditor sees that there are others, not what they say."""
    reader_id = None if asker.has("auditor") else asker.actor
    asked = NoteFilter(about_id=about_id, author_id=author_id, reader_id=reader_id)

    def question(reading: Reading) -> tuple[Paged[NoteRow], frozenset[str]]:
        found = note_page(reading, asked, page)
        return found, readable(reading, [row.note_id for row in found.items], asker.actor)

    found, theirs = await store.read(question)
    shown = [row for row in found.items if row.note_id in theirs]
    opened = await keys.open_many([row.sealed_text() for row in shown])
    texts = {row.note_id: text for row, text in zip(shown, opened, strict=True)}
    return PageBody(items=[note_answer(row, texts) for row in found.items], next=found.next)


@router.get("/{note_id}", summary="Show a note")
async def show_note(note_id: Id, response: Response, store: Store, keys: Keys, asker: Asker) -> WholeNoteAnswer:
    """Show one note with all that it said; the version is the ETag."""

    def question(reading: Reading) -> tuple[NoteRow, bool, list[RevisionRow]]:
        row = existing(reading, note_id)
        is_readable = note_id in readable(reading, [note_id], asker.actor)
        if not (is_readable or asker.has("auditor")):
            raise NotAllowed
        return row, is_readable, revisions_of(reading, note_id)

    row, is_readable, history = await store.read(question)
    opened = await keys.open_many([each.sealed_text() for each in history]) if is_readable else [None] * len(history)
    response.headers["ETag"] = etag(row.version)
    return WholeNoteAnswer(
        **note_answer(row, {note_id: opened[-1]} if is_readable else {}).model_dump(),
        revisions=revision_answers(history, opened),
    )


def existing(reading: Reading, note_id: str) -> NoteRow:
    """Return a note. Raises `NoteIsUnknown`."""
    row = note_row(reading, note_id)
    if row is None:
        raise NoteIsUnknown
    return row


def own(reading: Reading, note_id: str, asker: RoleAsking) -> NoteRow:
    """Return a note that the asker wrote. Raises `NoteIsUnknown` or `NotAllowed`."""
    row = existing(reading, note_id)
    if row.author_id != asker.actor:
        raise NotAllowed
    return row


def note_answer(row: NoteRow, texts: dict[str, str | None]) -> NoteAnswer:
    """Return a note as it is answered, with its text if that is among those that were opened."""
    return NoteAnswer(
        note_id=row.note_id,
        about_id=row.about_id,
        author_id=row.author_id,
        noted_on=row.noted_on,
        text=texts.get(row.note_id),
        erased=row.note_id in texts and texts[row.note_id] is None,
        shared_with=row.others(),
        shared_with_subject=row.shared_with_subject,
        withdrawn=row.withdrawn,
        version=row.version,
    )


def revision_answers(history: Sequence[RevisionRow], texts: Sequence[str | None]) -> list[RevisionAnswer]:
    """Return a note's history as it is answered."""
    return [
        RevisionAnswer(number=row.number, text=text, written_at=row.written_at)
        for row, text in zip(history, texts, strict=True)
    ]
