"""What is parked: deliveries that could not be understood, and what was heard and could not be read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Instant, PageBody, Text
from edge.keyset import read_page
from edge.paging import Paging, page_body
from events.parked import DELIVERY, HEARD, Parked
from events.store.session import Reading
from performance.gathering import shelf as shelves
from performance.gathering.intake import faults_of
from performance.routers.webhooks import FaultAnswer, Into

router = APIRouter(prefix="/v1/parked", tags=["parked"])


class ParkedAnswer(Answer):
    """Something parked: of which kind, whence, in which stream or delivery, why, since when."""

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


@router.get("", summary="List what is parked")
async def list_parked(
    store: Store,
    asker: Asker,
    page: Paging,
    kind: Annotated[str | None, Query(pattern=f"^({DELIVERY}|{HEARD}|key)$")] = None,
) -> PageBody[ParkedAnswer]:
    """List what is parked, oldest first."""
    asker.needs("integration", "auditor")

    def question(reading: Reading) -> PageBody[ParkedAnswer]:
        return page_body(read_page(reading, shelves.listed(kind), Parked, page, by=("received_at", "id")), answer_of)

    return await store.read(question)


@router.get("/{parked_id}", summary="Show what is parked")
async def show_parked(parked_id: UUID, store: Store, asker: Asker, intake: Into) -> ParkedContentAnswer:
    """Show one with its content, which only this answer has in the clear."""
    asker.needs("integration", "auditor")
    entry = await store.read(lambda reading: shelves.entry_of(reading, parked_id))
    return ParkedContentAnswer(**answer_of(entry).model_dump(), content=await shelves.opened(intake, entry))


@router.post("/{parked_id}/retry", summary="Retry what is parked")
async def retry_parked(parked_id: UUID, asker: Asker, intake: Into) -> DoneBody:
    """Take it as if it came now. When that works it is no longer parked; 409 names what is still wrong."""
    asker.needs("integration")
    done = await shelves.retry(intake, parked_id, asker)
    return DoneBody.of_done(done)


@router.post("/{parked_id}/drop", status_code=204, summary="Drop what is parked")
async def drop_parked(parked_id: UUID, body: DropBody, asker: Asker, intake: Into) -> None:
    """Drop it for a reason, which goes into the audit log with who did it."""
    asker.needs("integration")
    await shelves.drop(intake, parked_id, asker, body.reason)


def answer_of(entry: Parked) -> ParkedAnswer:
    """Return something parked as it is answered."""
    return ParkedAnswer(
        id=entry.id,
        kind=entry.kind,
        source=entry.source,
        stream=entry.stream,
        index=entry.sequence,
        faults=[FaultAnswer.of(each) for each in faults_of(entry)],
        received_at=entry.received_at,
    )
