"""Deals described by hand: their lines and their custom fields, by people who look after pay, or in a CRM's stead."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, RoleAsking, Store
from edge.bodies import AMOUNT_PATTERN, POSITIVE_PATTERN, Body, Currency, DoneBody, Id, Name, Text
from edge.versions import done
from events.execute import execute
from performance.domain.deal import DEAL
from performance.domain.deal_by_hand import fields_by_hand, lines_by_hand
from performance.domain.terms import Stamp
from performance.projections.deals import DealRow, deal_row
from performance.routers.custom_fields import FieldName, Fields, fields_in
from performance.routers.deals import DealIsUnknown

router = APIRouter(prefix="/v1/deals", tags=["deals"])

AmountText: TypeAlias = Annotated[str, Field(pattern=POSITIVE_PATTERN, examples=["1234.50"], strict=True)]


class LineBody(Body):
    """A part of a deal. Amounts are in the deal's currency; a margin may be a loss."""

    line_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,60}$", examples=["1"], strict=True)]
    amount: AmountText
    product_id: Id | None = None
    type: Annotated[Name | None, Field(examples=["license"])] = None
    quantity: Annotated[str | None, Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,6})?$", examples=["25"], strict=True)] = None
    margin: Annotated[str | None, Field(pattern=AMOUNT_PATTERN, examples=["400.00"], strict=True)] = None
    value_per_year: AmountText | None = None
    term_months: Annotated[int | None, Field(ge=1, le=600, examples=[36], strict=True)] = None
    renewal: Annotated[bool | None, Field(strict=True)] = None
    fields: Fields = []


class LinesBody(Body):
    """What a deal is made of from now on. Its amount becomes the sum of its lines."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [
                        {
                            "line_id": "1",
                            "product_id": "gtx-pro",
                            "type": "license",
                            "quantity": "25",
                            "amount": "900.00",
                        },
                        {"line_id": "2", "type": "services", "amount": "154.00", "margin": "60.00"},
                    ],
                    "reason": "The order form says so",
                }
            ]
        },
    )

    lines: Annotated[list[LineBody], Field(max_length=200)]
    currency: Annotated[Currency | None, Field(description="Of all amounts; that of the deal if it is left out.")] = (
        None
    )
    reason: Text


class FieldsBody(Body):
    """Custom fields that a deal has, or has no more, from now on. Those that are not named stay as they are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fields": [{"name": "region", "type": "text", "value": "EMEA"}],
                    "removed": ["legacy_code"],
                    "reason": "Moved by the account team",
                }
            ]
        },
    )

    fields: Fields = []
    removed: Annotated[list[FieldName], Field(max_length=50)] = []
    reason: Text


@router.post("/{deal_id}/lines", summary="Set a deal's lines by hand")
async def set_lines(deal_id: Id, body: LinesBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what a deal is made of; its amount is their sum. What a source says later counts again."""
    asker.needs("comp_admin", "integration")
    row = await known_deal(store, deal_id)
    custom = [fields_in(line.fields, f"/lines/{place}/fields") for place, line in enumerate(body.lines)]
    written = [line.model_dump(exclude={"fields"}, exclude_none=True) for line in body.lines]
    currency = body.currency or row.currency
    command = lines_by_hand(written, custom, currency, stamp_of(asker), body.reason)
    return done(response, await execute(store, DEAL, deal_id, command, asker))


@router.post("/{deal_id}/fields", summary="Set a deal's custom fields by hand")
async def set_fields(deal_id: Id, body: FieldsBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what custom fields hold, each on its own. What a source says later counts again."""
    asker.needs("comp_admin", "integration")
    row = await known_deal(store, deal_id)
    known = [each.name for each in row.custom()]
    command = fields_by_hand(fields_in(body.fields, "/fields"), body.removed, known, stamp_of(asker), body.reason)
    return done(response, await execute(store, DEAL, deal_id, command, asker))


async def known_deal(store: Store, deal_id: str) -> DealRow:
    """Return a deal. Refuses `DealIsUnknown`."""
    row = await store.read(lambda reading: deal_row(reading, deal_id))
    if row is None:
        raise DealIsUnknown(deal_id=deal_id)
    return row


def stamp_of(asker: RoleAsking) -> Stamp:
    """Return when somebody says something by hand, and as which delivery."""
    delivery_id = asker.request.key if asker.request is not None else str(asker.correlation_id)
    return Stamp(source_at=asker.at, delivery_id=delivery_id)
