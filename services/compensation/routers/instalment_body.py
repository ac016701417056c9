"""Instalments as they are written over HTTP."""

from typing import Annotated

from pydantic import Field

from compensation.domain.document.instalment import Due
from edge.bodies import Body, Day

PART_PATTERN = r"^[0-9]{1,4}(\.[0-9]{1,6})?$"


class InstalmentBody(Body):
    """A part of what is earned, and when it is due; what is not due when a customer cancels lapses."""

    part: Annotated[
        str,
        Field(pattern=PART_PATTERN, examples=["1"], strict=True, description="A percent, or one of several parts."),
    ]
    due: Annotated[
        Due,
        Field(
            description="With the booking, months after it, at the end of its quarter or year, on a day, or in "
            "proportion to what is invoiced or paid of the deal."
        ),
    ]
    months: Annotated[int | None, Field(strict=True, description="How many after the booking.")] = None
    day: Annotated[Day | None, Field(description="The day on which it is due.")] = None
    field: Annotated[
        str | None, Field(max_length=60, description="The custom field that holds the day.", examples=["go_live"])
    ] = None
