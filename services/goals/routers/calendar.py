"""The fiscal calendar, of which there is one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody
from edge.versions import done, shown
from events.execute import execute
from fiscal.calendar import FiscalCalendar
from goals.domain.calendar import CALENDAR, MAIN, CalendarIsNotSet, SetCalendar
from goals.projections.calendars import calendar_row
from goals.routers.readers import check_colleague

router = APIRouter(prefix="/v1/calendar", tags=["calendar"])


class CalendarBody(Body):
    """Where days begin, in which month fiscal years do, and which of their calendar years names them."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"time_zone": "America/New_York", "first_month": 2, "year_named_by": "end"}]},
    )

    time_zone: Annotated[str, Field(max_length=64, examples=["America/New_York"], strict=True)]
    first_month: Annotated[int, Field(ge=1, le=12, strict=True)]
    year_named_by: Literal["start", "end"]


class CalendarAnswer(Answer):
    """The company's fiscal calendar."""

    time_zone: str
    first_month: int
    year_named_by: Literal["start", "end"]
    version: int


@router.post("", summary="Set the fiscal calendar")
async def set_calendar(body: CalendarBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Count days and name periods by this calendar from now on. Quotas that are set keep their days until set again."""
    asker.needs("planner")
    calendar = FiscalCalendar(time_zone=body.time_zone, first_month=body.first_month, year_named_by=body.year_named_by)
    return done(response, await execute(store, CALENDAR, MAIN, SetCalendar(calendar=calendar), asker))


@router.get("", summary="Show the fiscal calendar")
async def show_calendar(request: Request, response: Response, store: Store, asker: Asker) -> CalendarAnswer:
    """Show the calendar; the version is the ETag."""
    check_colleague(asker)
    row = await store.read(calendar_row)
    if row is None:
        raise CalendarIsNotSet
    shown(request, response, row.version)
    return CalendarAnswer.of(row)
