"""Exchange rates: set them by day, correct them, and see which hold on a day."""

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Currency, Day, DoneBody, Name, PageBody, Text, above_zero, plain_digits
from edge.paging import Paging, page_body
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from edge.versions import done
from events.execute import Step, execute, execute_all
from goals.domain.rate import RATE, SetRate, rate_id_of
from goals.projections.rates import RateFilter, rate_page
from goals.routers.readers import check_colleague
from goals.routers.words import Word

CSV_COLUMNS = ("rate_id", "base", "quote", "kind", "effective_on", "rate", "source", "reason")
RATES_MAX = 200
"""How many pairs a day's list has at most."""

router = APIRouter(prefix="/v1/rates", tags=["rates"])

Rate: TypeAlias = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,18})?$", examples=["1.0842"], strict=True),
    AfterValidator(above_zero),
]
Kind: TypeAlias = Annotated[Word, Field(examples=["plan"])]


class PairBody(Body):
    """What one unit of `base` is worth in `quote`. A reason corrects what was said of the day."""

    base: Currency
    quote: Currency
    rate: Rate
    reason: Text | None = None


class RateBody(PairBody):
    """A rate, its kind, from which day on it holds, and who says so. A reason corrects what was said of the day."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "base": "EUR",
                    "quote": "USD",
                    "kind": "plan",
                    "effective_on": "2025-02-01",
                    "rate": "1.0842",
                    "source": "ECB",
                }
            ]
        },
    )

    kind: Kind
    effective_on: Day
    source: Name


class RateListBody(Body):
    """A day's list: all rates of one kind and source that hold from a day on. It is set as a whole or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "month_end",
                    "effective_on": "2025-02-28",
                    "source": "ECB",
                    "rates": [
                        {"base": "EUR", "quote": "USD", "rate": "1.0411"},
                        {"base": "EUR", "quote": "GBP", "rate": "0.82608"},
                    ],
                }
            ]
        },
    )

    kind: Kind
    effective_on: Day
    source: Name
    rates: Annotated[list[PairBody], Field(min_length=1, max_length=RATES_MAX)]


class RateAnswer(Answer):
    """Units of `quote` for one of `base`, from a day on until the next one. `reason` is why it was corrected."""

    rate_id: Annotated[str, Field(examples=["EUR-USD-plan"])]
    base: Annotated[str, Field(examples=["EUR"])]
    quote: Annotated[str, Field(examples=["USD"])]
    kind: Annotated[str, Field(examples=["plan"])]
    effective_on: date
    rate: Annotated[str, BeforeValidator(plain_digits), Field(examples=["1.0842"])]
    source: Annotated[str, Field(examples=["ECB"])]
    reason: str | None
    version: int


async def filter_asked(
    base: Annotated[Currency | None, Query(description="Of one unit of this currency only.")] = None,
    quote: Annotated[Currency | None, Query(description="In this currency only.")] = None,
    kind: Annotated[Kind | None, Query(description="Of this kind only.")] = None,
    effective_on: Annotated[
        Day | None, Query(description="Those that hold on this day, one of each pair and kind. Else of all days.")
    ] = None,
) -> RateFilter:
    """Return which rates are asked for."""
    return RateFilter(base=base, quote=quote, kind=kind, effective_on=effective_on)


@router.post("", status_code=201, summary="Set an exchange rate")
async def set_rate(body: RateBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what a currency is worth from a day on. Sent again with the same words, it is done already."""
    asker.needs("comp_admin", "finance")
    command = command_of(body, body.kind, body.effective_on, body.source)
    key = rate_id_of(body.base, body.quote, body.kind)
    return done(response, await execute(store, RATE, key, command, asker))


@router.post("/list", status_code=201, summary="Set a day's exchange rates")
async def set_rates(body: RateListBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Set all rates of a day at once; if one is refused, none is set. The answer names the last pair."""
    asker.needs("comp_admin", "finance")
    steps = [
        Step(
            decider=RATE,
            key=rate_id_of(each.base, each.quote, body.kind),
            command=command_of(each, body.kind, body.effective_on, body.source),
        )
        for each in body.rates
    ]
    return done(response, await execute_all(store, steps, asker))


@router.get("", summary="List exchange rates", response_model=PageBody[RateAnswer], responses=TABLE_DOCS)
async def list_rates(
    request: Request, store: Store, asker: Asker, page: Paging, asked: Annotated[RateFilter, Depends(filter_asked)]
) -> PageBody[RateAnswer] | Response:
    """List rates by pair, kind and day. `Accept: text/csv` for a table."""
    check_colleague(asker)
    found = await store.read(lambda reading: rate_page(reading, asked, page))
    if wants_csv(request):
        return csv_answer(request, CSV_COLUMNS, found.items, "rates", found.next)
    return page_body(found, RateAnswer.of)


def command_of(pair: PairBody, kind: str, effective_on: date, source: str) -> SetRate:
    """Return what is asked for of one pair."""
    return SetRate(
        base=pair.base,
        quote=pair.quote,
        kind=kind,
        effective_on=effective_on,
        rate=Decimal(pair.rate),
        source=source,
        reason=pair.reason,
    )
