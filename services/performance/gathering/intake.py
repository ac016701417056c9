"""Deliveries become commands: whom their owners are, where days begin and what deals are worth is looked up first.

A request to the webhook is one append: its id, the raw delivery sealed, all its deals' events, and what could not be
understood yet, parked. Owners are looked up for a whole request at once and remembered for a minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import structlog
from msgspec import Raw, UnsetType
from sqlalchemy import select

from events import parked
from events.asking import Asking, Beside, KeyWasUsedForAnotherBody, Request, Step
from events.domain import Refused, Value
from events.execute import execute_all
from events.frozen import is_frozen
from events.members import repeated
from events.opening import Store
from events.parked import DELIVERY, Parked
from events.personal import KeyStore
from events.store.session import Reading
from events.store.tables import deliveries
from events.store.tables import parked as shelf
from fiscal.calendar import FiscalCalendar
from money.money import Money
from performance.domain.checks import FAULTS_MAX, DeliveryIsWrong, Fault, wrong
from performance.domain.deal import DEAL
from performance.domain.delivery import Said, deliveries_in, parse, read
from performance.domain.understanding import Facts, amount_known, understand
from performance.gathering.owner_book import OwnerBook
from performance.projections.calendars import calendar
from performance.projections.deals import DealRow, deals_known

WHOLE = -1
"""The place in its batch of a delivery that is the whole body."""

OTHER_BODY_DIGITS = 12
"""How much of a body's hash tells it from another one that came under the same id."""

NO_REQUEST = Request(route="", key="", body_hash="")

_log = structlog.get_logger("performance.intake")


class DeliveryIdWasUsedForAnotherBody(Refused):
    """A delivery with this webhook-id came before with another body. The first one stands; this one is parked."""


class Arrival(Value, tag=False):
    """One delivery of a request: its id, its place in the batch, and its JSON as it came."""

    id: str
    index: int
    text: bytes
    document: Any = None
    faults: tuple[Fault, ...] = ()


class Receipt(Value, tag=False):
    """What became of a request: how many deliveries were understood, what was parked, the log's position."""

    accepted: int
    parked: tuple[Parked, ...]
    position: int


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Where deliveries go, and what is asked about them."""

    store: Store
    keys: KeyStore
    owners: OwnerBook


def intake_in(state: Any) -> Intake:
    """Return where deliveries go, from the app's state."""
    return Intake(store=state.store, keys=state.keys, owners=state.owner_book)


@dataclass(kw_only=True)
class Understanding:
    """What deliveries mean: commands to deals, and those that could not be understood, with their faults."""

    steps: list[Step] = field(default_factory=list[Step])
    faulty: list[Arrival] = field(default_factory=list[Arrival])


@dataclass(kw_only=True)
class Looked:
    """What was looked up for deliveries: the calendar, and of known deals, by the source's id, amount and fields."""

    calendar: FiscalCalendar | None = None
    amounts: dict[str, Money] = field(default_factory=dict[str, Money])
    fields: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def take(self, said: Said) -> None:
        """Know what a delivery says, for those that follow in its batch."""
        amount = amount_known(said, self.amounts.get(said.deal_id))
        if amount is not None:
            self.amounts[said.deal_id] = amount
        if not isinstance(said.fields, UnsetType):
            self.fields.setdefault(said.deal_id, set()).update(said.fields)


def arrivals_in(body: bytes, delivery_id: str, *, batch: bool) -> list[Arrival]:
    """Return the deliveries of a body: each of a batch with its place after the id; a body that is broken as one."""
    try:
        document = parse(body)
        twice = said_twice(repeated(body, document), batch=batch)
        if not batch:
            return [Arrival(id=delivery_id, index=0, text=body, document=document, faults=twice.get(0, ()))]
        documents = deliveries_in(document)
    except DeliveryIsWrong as error:
        return [Arrival(id=delivery_id, index=WHOLE if batch else 0, text=body, faults=error.faults)]
    return [
        Arrival(
            id=f"{delivery_id}.{index:04}", index=index, text=bytes(text), document=each, faults=twice.get(index, ())
        )
        for index, (text, each) in enumerate(zip(texts_of(body), documents, strict=True))
    ]


def said_twice(pointers: Sequence[str], *, batch: bool) -> Mapping[int, tuple[Fault, ...]]:
    """Return the faults of members that come twice, by the place in the batch. Raises those of no delivery alone."""
    found: dict[int, tuple[Fault, ...]] = {}
    for pointer in pointers:
        index, inside = 0, pointer
        if batch:
            _, name, *place = pointer.split("/", 3)
            if name != "deliveries" or len(place) != 2:
                raise wrong("comes twice: say it once", pointer)
            index, inside = int(place[0]), f"/{place[1]}"
        found[index] = (
            *found.get(index, ())[: FAULTS_MAX - 1],
            Fault(pointer=inside, detail="comes twice: say it once"),
        )
    return found


def texts_of(body: bytes) -> list[Raw]:
    """Return the deliveries of a batch as they are written."""
    return msgspec.json.decode(msgspec.json.decode(body, type=dict[str, Raw])["deliveries"], type=list[Raw])


async def understood(intake: Intake, source: str, arrivals: Sequence[Arrival], at: datetime) -> Understanding:
    """Read deliveries, look up at once what they leave open, and return what they mean."""
    understanding = Understanding()
    said: list[tuple[Arrival, Said]] = []
    for arrival in arrivals:
        try:
            if arrival.faults:
                understanding.faulty.append(arrival)
            else:
                said.append((arrival, read(arrival.document, at)))
        except DeliveryIsWrong as error:
            understanding.faulty.append(msgspec.structs.replace(arrival, faults=error.faults))
    owners = await intake.owners.find(intake.keys, source, [name for _, each in said for name in each.owners])
    known = await looked_up(intake.store, source, [each for _, each in said])
    for arrival, each in said:
        facts = Facts(owners=owners, calendar=known.calendar, amounts=known.amounts, fields=known.fields)
        key = deal_id_of(source, each.deal_id)
        try:
            check_open(intake, key)
            command = understand(each, arrival.id, facts)
        except DeliveryIsWrong as error:
            understanding.faulty.append(msgspec.structs.replace(arrival, faults=error.faults))
            continue
        known.take(each)
        understanding.steps.append(Step(decider=DEAL, key=key, command=command, occurred_at=each.at))
    return understanding


def check_open(intake: Intake, deal_id: str) -> None:
    """Let what is said of a frozen deal wait, so that it holds up no other deal and no CRM."""
    if is_frozen(intake.store.journal.frozen, f"{DEAL.kind}-{deal_id}"):
        raise wrong("the deal is frozen since the database was restored: retry when it was released", "/data/deal_id")


async def looked_up(store: Store, source: str, said: Sequence[Said]) -> Looked:
    """Return the calendar and what is known of deals, where a delivery needs it."""
    needed = {deal_id_of(source, each.deal_id): each.deal_id for each in said if each.needs_deal}
    if not needed and not any(each.needs_day for each in said):
        return Looked()

    def question(reading: Reading) -> tuple[FiscalCalendar | None, list[DealRow]]:
        return calendar(reading), deals_known(reading, sorted(needed)) if needed else []

    days, rows = await store.read(question)
    return Looked(
        calendar=days,
        amounts={needed[row.deal_id]: money for row in rows if (money := row.money()) is not None},
        fields={needed[row.deal_id]: {each.name for each in row.custom()} for row in rows},
    )


def deal_id_of(source: str, deal_id: str) -> str:
    """Return our id of a source's deal."""
    return f"{source}.{deal_id}"


async def take(intake: Intake, source: str, body: bytes, asking: Asking, *, batch: bool) -> Receipt:
    """Take what a request brings, whole, in one append. The same request again gets the same answer.

    Refuses `DeliveryIdWasUsedForAnotherBody`, and parks that body.
    """
    request = asking.request or NO_REQUEST
    arrivals = arrivals_in(body, request.key, batch=batch)
    understanding = await understood(intake, source, arrivals, asking.at)
    rows = [await shelved(intake, source, each, asking.at) for each in understanding.faulty]
    raw = {
        "source": source,
        "id": request.key,
        "day": asking.at.date(),
        "received_at": asking.at,
        "box": await sealed(intake, source, body, asking.at),
    }
    beside = [Beside(table=deliveries, rows=(raw,))]
    if rows:
        beside.append(Beside(table=shelf, rows=tuple(map(parked.row_of, rows))))
    try:
        done = await execute_all(intake.store, understanding.steps, asking, beside)
    except KeyWasUsedForAnotherBody as error:
        await park_other_body(intake, source, body, asking, index=WHOLE if batch else 0)
        raise DeliveryIdWasUsedForAnotherBody from error
    # What is on the shelf now, not what was put there: this may be the answer to a delivery that came again.
    waiting = await intake.store.read(lambda reading: shelved_of(reading, source, rows)) if rows else []
    return Receipt(accepted=len(arrivals) - len(waiting), parked=tuple(waiting), position=done.position)


async def park_other_body(intake: Intake, source: str, body: bytes, asking: Asking, *, index: int) -> None:
    """Park a body whose id came before with another one: once, however often it is repeated."""
    request = asking.request or NO_REQUEST
    _log.warning("webhook-id was used for another body", source=source, delivery_id=request.key)
    detail = "its webhook-id came before with another body"
    # Another id than that of the body which stands: retried by a person, this one counts as the later word.
    other_id = f"{request.key}~{request.body_hash[:OTHER_BODY_DIGITS]}"
    arrival = Arrival(id=other_id, index=index, text=body, faults=(Fault(pointer="", detail=detail),))
    row = await shelved(intake, source, arrival, asking.at)
    once = Request(route=f"{request.route}/{request.key}", key=request.body_hash, body_hash=request.body_hash)
    asked = msgspec.structs.replace(asking, request=once)
    await execute_all(intake.store, [], asked, [Beside(table=shelf, rows=(parked.row_of(row),))])


async def sealed(intake: Intake, source: str, content: bytes, at: datetime) -> bytes:
    """Return a delivery sealed under its source's key of the day."""
    box = await intake.keys.seal_bytes(source, at.date(), content)
    if box is None:
        message = f"the key of {source}'s deliveries of {at.date()} is erased already"
        raise RuntimeError(message)
    return box


async def shelved(intake: Intake, source: str, arrival: Arrival, at: datetime) -> Parked:
    """Return what is parked of a delivery: sealed, beside its id, its place in the batch and its faults."""
    return Parked(
        id=intake.store.journal.ids(),
        kind=DELIVERY,
        source=source,
        stream=arrival.id,
        sequence=arrival.index,
        problem=problem_of(arrival.faults),
        box=await sealed(intake, source, arrival.text, at),
        received_at=at,
    )


def problem_of(faults: Sequence[Fault]) -> str:
    """Return faults as a parked row keeps them."""
    return msgspec.json.encode(faults).decode()


def shelved_of(reading: Reading, source: str, rows: Sequence[Parked]) -> list[Parked]:
    """Return what is parked of these deliveries."""
    mine = (shelf.c.kind == DELIVERY) & (shelf.c.source == source)
    ids = [row.stream for row in rows]
    return reading.rows(select(shelf).where(mine, reading.among(shelf.c.stream, ids)).order_by(shelf.c.stream), Parked)
