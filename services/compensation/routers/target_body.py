"""Where target pay comes from, as a plan's document says it over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from compensation.routers.numbers import Number
from edge.bodies import Body


class TargetPayBody(Body):
    """Where the target pay of an interval comes from, if the assignment says none, and how it is prorated."""

    percent_of_base: Annotated[Number | None, Field(description="Of the base pay on the assignment.")] = None
    parts: Annotated[
        Literal["equal", "days"], Field(description="Equal parts of the year, or parts by the days of each interval.")
    ] = "equal"
    prorated_by: Annotated[
        Literal["none", "calendar_days", "working_days"],
        Field(description="By which days on the plan, without those of leave."),
    ] = "none"
    first_day_counts: Annotated[
        bool, Field(strict=True, description="Whether the day on which somebody comes onto the plan counts.")
    ] = True
