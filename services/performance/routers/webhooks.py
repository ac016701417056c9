"""The door for CRMs: signed deliveries, one or a batch. Answered with 202 as soon as they are durable."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from edge.bodies import Answer
from edge.parked import FaultAnswer, faults_of
from edge.refusals import BodyIsTooLarge
from edge.webhooks import DELIVERY_DOCS, BareRoute, delivered
from performance.domain.delivery import DELIVERIES_MAX, STATUSES
from performance.domain.fields import FIELDS_MAX
from performance.domain.lines import LINES_MAX, TERM_MONTHS_MAX
from performance.gathering.intake import Receipt, intake_in, take

SINGLE_BYTES_MAX = 64 << 10

DELIVERY_EXAMPLE: dict[str, Any] = {
    "type": "deal.won",
    "timestamp": "2017-03-31T16:20:00Z",
    "data": {
        "deal_id": "1C1I7A6R",
        "owner": "Moses Frase",
        "amount": 1054,
        "currency": "USD",
        "account": "Cancity",
        "product": "GTX Plus Basic",
        "stage": "Won",
        "opened_on": "2016-10-20",
        "closed_on": "2017-03-01",
        "splits": [{"owner": "Moses Frase", "percent": 60}, {"owner": "Darcel Schlecht", "percent": 40}],
        "lines": [
            {"line_id": "1", "product_id": "gtx-plus-basic", "type": "license", "quantity": 2, "amount": 900},
            {"line_id": "2", "type": "services", "amount": 154, "margin": "61.60"},
        ],
        "fields": {"region": "EMEA", "discount": 12.5, "strategic": True, "go_live_on": "2017-06-01"},
    },
}

_NULLABLE = {"type": ["string", "null"], "maxLength": 200}
_DAY = {"type": ["string", "null"], "format": "date"}
_NUMBER = {"oneOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}
_FIELDS = {
    "type": ["object", "null"],
    "maxProperties": FIELDS_MAX,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    "description": "The CRM's own fields, each on its own: text, a number, true or false, a day; null takes one away.",
}
_LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["line_id", "amount"],
    "properties": {
        "line_id": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{1,60}$"},
        "amount": {"oneOf": [{"type": "number"}, {"type": "string"}]},
        "product_id": {"type": ["string", "null"], "pattern": "^[A-Za-z0-9._:~-]{1,80}$"},
        "type": _NULLABLE,
        "quantity": _NUMBER,
        "margin": _NUMBER,
        "value_per_year": _NUMBER,
        "term_months": {"type": ["integer", "null"], "minimum": 1, "maximum": TERM_MONTHS_MAX},
        "renewal": {"type": ["boolean", "null"]},
        "fields": _FIELDS,
    },
}

DELIVERY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "enum": list(STATUSES)},
        "timestamp": {"type": "string", "format": "date-time", "description": "The source's own time of the change."},
        "data": {
            "type": "object",
            "additionalProperties": False,
            "required": ["deal_id"],
            "description": "Only what is said counts; an older delivery fills what nothing newer has set.",
            "properties": {
                "deal_id": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{1,60}$"},
                "owner": _NULLABLE,
                "amount": _NUMBER,
                "currency": {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"},
                "account": _NULLABLE,
                "product": _NULLABLE,
                "stage": _NULLABLE,
                "opened_on": _DAY,
                "closed_on": _DAY,
                "cancelled_on": _DAY,
                "fields": _FIELDS,
                "lines": {
                    "type": ["array", "null"],
                    "maxItems": LINES_MAX,
                    "items": _LINE,
                    "description": "The amount is their sum; if it is told too, they add up to it.",
                },
                "splits": {
                    "type": ["array", "null"],
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["owner", "percent"],
                        "properties": {"owner": {"type": "string"}, "percent": _NUMBER},
                    },
                },
            },
        },
    },
}

BATCH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["deliveries"],
    "properties": {
        "deliveries": {"type": "array", "minItems": 1, "maxItems": DELIVERIES_MAX, "items": DELIVERY_SCHEMA}
    },
}


class ParkedDeliveryAnswer(FaultAnswer):
    """A delivery that is kept, and could not be understood yet. `index` is its place in the batch, -1 for all of it."""

    id: str
    index: int
    faults: list[FaultAnswer]


class ReceiptAnswer(Answer):
    """What became of a request: deliveries understood, those parked, and the log's position (0: nothing was new)."""

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        json_schema_extra={"examples": [{"accepted": 1, "parked": [], "position": 7}]},
    )

    accepted: int
    parked: list[ParkedDeliveryAnswer]
    position: int


def docs(schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """Return what OpenAPI says of a signed body to a source's address."""
    source = {"name": "source", "in": "path", "required": True, "schema": {"type": "string", "examples": ["crm"]}}
    content = {"application/json": {"schema": schema, "example": example}}
    return {
        "parameters": [source, *DELIVERY_DOCS["parameters"]],
        "requestBody": {"required": True, "content": content},
    }


router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=BareRoute)


@router.post(
    "/{source}",
    status_code=202,
    response_model=ReceiptAnswer,
    summary="Take one delivery",
    openapi_extra=docs(DELIVERY_SCHEMA, DELIVERY_EXAMPLE),
)
async def take_delivery(request: Request) -> Response:
    """Take what a CRM says of a deal. What is authentic but not understood is parked, and answered with 202 too."""
    if len(await request.body()) > SINGLE_BYTES_MAX:
        raise BodyIsTooLarge(bytes_max=SINGLE_BYTES_MAX)
    return await taken(request, batch=False)


@router.post(
    "/{source}/batch",
    status_code=202,
    response_model=ReceiptAnswer,
    summary="Take a batch of deliveries",
    openapi_extra=docs(BATCH_SCHEMA, {"deliveries": [DELIVERY_EXAMPLE]}),
)
async def take_batch(request: Request) -> Response:
    """Take up to 1,000 deliveries as one: all of them are durable, or none is."""
    return await taken(request, batch=True)


async def taken(request: Request, *, batch: bool) -> Response:
    """Take a body and answer what became of it."""
    delivery = await delivered(request.path_params["source"], request)
    receipt = await take(
        intake_in(request.app.state), delivery.source, delivery.body, delivery.asking(request), batch=batch
    )
    return Response(msgspec.json.encode(answer_of(receipt)), 202, media_type="application/json")


def answer_of(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as it is answered."""
    return {
        "accepted": receipt.accepted,
        "parked": [parked_answer(entry.id, entry.sequence, faults_of(entry)) for entry in receipt.parked],
        "position": receipt.position,
    }


def parked_answer(parked_id: object, index: int, faults: list[Any]) -> dict[str, Any]:
    """Return a parked delivery as it is answered: its first fault, then all of them."""
    return {
        "id": str(parked_id),
        "index": index,
        "pointer": faults[0].pointer,
        "detail": faults[0].detail,
        "faults": [{"pointer": each.pointer, "detail": each.detail} for each in faults],
    }
