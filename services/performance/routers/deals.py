"""Deals: the list, one of them, its history, and the correction of its splits by hand."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, PageBody, Text
from edge.keyset import Paged, read_page
from edge.paging import Paging
from edge.refusals import NotAllowed
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from edge.versions import done, shown
from events.domain import Personal, Recorded, Refused, Value
from events.execute import execute
from events.personal import KeyStore
from events.store import log
from events.store.session import Reading
from performance.domain.deal import DEAL, DealFact
from performance.domain.deal_by_hand import split_by_hand
from performance.domain.delivery import SplitSaid
from performance.domain.terms import Stamp, Status, owner_ref
from performance.projections.deals import DealRow, deal_row
from performance.projections.lists import KEYS, DealFilter, ListedRow, Sort, deal_seen, listed
from performance.projections.people import people_of, sealed_names
from performance.routers import names
from performance.routers.deal_answers import DealAnswer, deal_answer
from performance.routers.readers import seen_by

D = TypeVar("D", bound=DealRow)

CSV_COLUMNS = (
    "deal_id",
    "status",
    "person_id",
    "owner_hash",
    "amount",
    "currency",
    "stage",
    "account",
    "product",
    "opened_on",
    "booked_on",
    "updated_at",
)

router = APIRouter(prefix="/v1/deals", tags=["deals"])


class DealIsUnknown(Refused):
    """There is no deal with this id."""


class DealEventAnswer(Answer):
    """Something that happened to a deal: what it changed, by whose word, and the terms after it."""

    version: int
    type: Annotated[str, Field(examples=["DealWon"])]
    changed: list[str]
    source_at: datetime
    recorded_at: datetime
    delivery_id: str
    actor: str
    reason: str | None
    terms: dict[str, Any]


class HistoryAnswer(Answer):
    """All that happened to a deal, in the order in which it was recorded."""

    id: str
    events: list[DealEventAnswer]


class ShareBody(Body):
    """A person's share of a deal in percent."""

    person_id: Id
    percent: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,6})?$", examples=["60"], strict=True)]


class SplitsBody(Body):
    """How a deal's credit is split from now on; the shares are 100 together."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "splits": [{"person_id": "p-17", "percent": "60"}, {"person_id": "p-18", "percent": "40"}],
                    "reason": "Darcel closed it",
                }
            ]
        },
    )

    splits: Annotated[list[ShareBody], Field(min_length=1, max_length=100)]
    reason: Text


class Cast(Value, tag=False):
    """Some deals and who their owners are, names sealed."""

    people: dict[str, str]
    names: dict[str, Personal]


async def filter_asked(
    status: Status | None = None,
    owner: Annotated[Id | None, Query(description="A person's id: deals owned by them, or won with a share.")] = None,
    booked_from: Day | None = None,
    booked_to: Day | None = None,
) -> DealFilter:
    """Return which deals are asked for."""
    return DealFilter(status=status, owner=owner, booked_from=booked_from, booked_to=booked_to)


@router.get("", summary="List deals", response_model=PageBody[DealAnswer], responses=TABLE_DOCS)
async def list_deals(
    request: Request,
    store: Store,
    asker: Asker,
    page: Paging,
    asked: Annotated[DealFilter, Depends(filter_asked)],
    sort: Annotated[Sort, Query(description="A minus sign begins with the greatest.")] = "deal_id",
) -> PageBody[DealAnswer] | Response:
    """List the deals that you may see: a rep their own, a manager their line's. `Accept: text/csv` for a table."""

    def question(reading: Reading) -> tuple[Paged[ListedRow], Cast]:
        within = msgspec.structs.replace(asked, seen_by=seen_by(reading, asker))
        by, descending = KEYS[sort.removeprefix("-")], sort.startswith("-")
        found = read_page(reading, listed(reading, within), ListedRow, page, by=by, descending=descending)
        return found, cast_of(reading, found.items)

    found, cast = await store.read(question)
    if wants_csv(request):
        return csv_answer(request, CSV_COLUMNS, found.items, "deals", found.next)
    clear = await names.opened(keys_of(request), cast.names)
    return PageBody(items=[deal_answer(row, cast.people, clear) for row in found.items], next=found.next)


@router.get("/{deal_id}", summary="Show a deal")
async def show_deal(deal_id: Id, request: Request, response: Response, store: Store, asker: Asker) -> DealAnswer:
    """Show one deal as it stands; its version is the ETag."""

    def question(reading: Reading) -> tuple[DealRow, Cast]:
        row = visible(reading, deal_id, asker)
        return row, cast_of(reading, [row])

    row, cast = await store.read(question)
    shown(request, response, row.version)
    return deal_answer(row, cast.people, await names.opened(keys_of(request), cast.names))


@router.get("/{deal_id}/history", summary="Show what happened to a deal")
async def show_history(deal_id: Id, store: Store, asker: Asker) -> HistoryAnswer:
    """Show every event of a deal, in the order in which it was recorded, with the source's own times."""
    stream = f"{DEAL.kind}-{deal_id}"

    def question(reading: Reading) -> list[Recorded[Any]]:
        visible(reading, deal_id, asker)
        return log.streams(reading, store.journal.codec, [stream])[stream]

    history = await store.read(question)
    return HistoryAnswer(id=deal_id, events=[event_answer(each) for each in history])


@router.post("/{deal_id}/splits", summary="Split a deal by hand")
async def split_deal(deal_id: Id, body: SplitsBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Correct how a deal's credit is split, among people of ours. What a source says later counts again."""
    asker.needs("comp_admin", "integration")
    shares = [SplitSaid(owner=each.person_id, percent=Decimal(each.percent)) for each in body.splits]

    def question(reading: Reading) -> dict[str, Personal]:
        if deal_row(reading, deal_id) is None:
            raise DealIsUnknown(deal_id=deal_id)
        return sealed_names(reading, [share.owner for share in shares])

    people = await store.read(question)
    delivery_id = asker.request.key if asker.request is not None else str(asker.correlation_id)
    stamp = Stamp(source_at=asker.at, delivery_id=delivery_id)
    command = split_by_hand(shares, people.keys(), stamp, body.reason)
    return done(response, await execute(store, DEAL, deal_id, command, asker))


def keys_of(request: Request) -> KeyStore:
    """Return the key store."""
    return request.app.state.keys


def visible(reading: Reading, deal_id: str, asker: RoleAsking) -> DealRow:
    """Return a deal that the asker may see. Refuses `NotAllowed` or `DealIsUnknown`."""
    within = seen_by(reading, asker)
    row = deal_seen(reading, deal_id, within)
    if row is None and within is None:
        raise DealIsUnknown(deal_id=deal_id)
    if row is None:
        raise NotAllowed
    return row


def cast_of(reading: Reading, rows: Iterable[DealRow]) -> Cast:
    """Return who the owners of some deals are."""
    refs = {ref for row in rows for ref in (row.owner_ref, *(owner_ref(each.owner) for each in row.shared()))}
    people = people_of(reading, sorted(refs))
    return Cast(people=people, names=sealed_names(reading, sorted(set(people.values()))))


def event_answer(recorded: Recorded[DealFact]) -> DealEventAnswer:
    """Return an event as it is answered."""
    event, envelope = recorded.event, recorded.envelope
    return DealEventAnswer(
        version=recorded.version,
        type=type(event).__name__,
        changed=list(event.changed),
        source_at=event.stamp.source_at,
        recorded_at=envelope.recorded_at,
        delivery_id=event.stamp.delivery_id,
        actor=envelope.actor,
        reason=event.reason,
        terms=msgspec.to_builtins(event.terms),
    )
