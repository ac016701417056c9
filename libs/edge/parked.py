"""What is parked, for operators: heard events and keys in every service, and what only one of them parks.

`app.state.specials` says how a service opens and retries its own kinds (`events.shelf.Special`), by kind.
"""

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Instant, PageBody, Text
from edge.keyset import read_page
from edge.paging import Paging, page_body
from events.parked import DELIVERY, Parked
from events.shelf import Shelf, listed
from events.store.session import Reading

router = APIRouter(prefix="/v1/parked", tags=["parked"])


class FaultAnswer(Answer):
    """What is wrong in something parked: a JSON pointer into it, empty for all of it, and the rule."""

    pointer: str
    detail: str


class ParkedAnswer(Answer):
    """Something parked: of which kind, whence, in which stream, delivery or key, why, since when."""

    id: UUID
    kind: str
    source: str
    stream: str
    index: int
    faults: list[FaultAnswer]
    received_at: Instant


class ParkedContentAnswer(ParkedAnswer):
    """The same with its content as it came, opened for the reader."""

    content: str


class DropBody(Body):
    """Why something parked is dropped."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "A test of the CRM's administrator"}]})

    reason: Text


async def shelf_of(request: Request) -> Shelf:
    """Return what the service has parked."""
    state = request.app.state
    return Shelf(store=state.store, special=state.specials(state) if hasattr(state, "specials") else {})


OnShelf: TypeAlias = Annotated[Shelf, Depends(shelf_of)]


@router.get("", summary="List what is parked")
async def list_parked(
    store: Store,
    asker: Asker,
    page: Paging,
    kind: Annotated[str | None, Query(pattern="^(delivery|heard|key|lost)$")] = None,
    stream: Annotated[str | None, Query(max_length=300, pattern=r"^[^\x00-\x1f]*$")] = None,
) -> PageBody[ParkedAnswer]:
    """List what is parked, oldest first: of one kind, of one stream, or all."""
    asker.needs("integration", "auditor")

    def question(reading: Reading) -> PageBody[ParkedAnswer]:
        return page_body(read_page(reading, listed(kind, stream), Parked, page, by=("received_at", "id")), answer_of)

    return await store.read(question)


@router.get("/{parked_id}", summary="Show what is parked")
async def show_parked(parked_id: UUID, asker: Asker, shelf: OnShelf) -> ParkedContentAnswer:
    """Show one with its content, which only this answer has in the clear."""
    asker.needs("integration", "auditor")
    entry = await shelf.find(parked_id)
    return ParkedContentAnswer(**answer_of(entry).model_dump(), content=await shelf.content(entry))


@router.post("/{parked_id}/retry", summary="Retry what is parked")
async def retry_parked(parked_id: UUID, asker: Asker, shelf: OnShelf) -> DoneBody:
    """Take it as if it came now. When that works it is no longer parked; 409 names what is still wrong."""
    asker.needs("integration")
    return DoneBody.of_done(await shelf.retry(parked_id, asker))


@router.post("/{parked_id}/drop", status_code=204, summary="Drop what is parked")
async def drop_parked(parked_id: UUID, body: DropBody, asker: Asker, shelf: OnShelf) -> None:
    """Drop it for a reason, which goes into the audit log with who did it."""
    asker.needs("integration")
    await shelf.drop(parked_id, asker, body.reason)


def answer_of(entry: Parked) -> ParkedAnswer:
    """Return something parked as it is answered."""
    return ParkedAnswer(
        id=entry.id,
        kind=entry.kind,
        source=entry.source,
        stream=entry.stream,
        index=entry.sequence,
        faults=faults_of(entry),
        received_at=entry.received_at,
    )


def faults_of(entry: Parked) -> list[FaultAnswer]:
    """Return what is wrong: a delivery's faults each with its place, anything else's as one."""
    if entry.kind != DELIVERY:
        return [FaultAnswer(pointer="", detail=entry.problem)]
    return [FaultAnswer(**each) for each in msgspec.json.decode(entry.problem, type=list[dict[str, str]])]
