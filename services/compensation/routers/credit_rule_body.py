"""A credit rule of a plan's document as it is written over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from compensation.domain.document.trigger import Trigger
from compensation.routers.condition_body import ConditionBody
from compensation.routers.numbers import Number, PartId
from edge.bodies import Body


class CreditRuleBody(Body):
    """Which credits count, and how much of them towards attainment and towards pay."""

    id: Annotated[PartId, Field(description="How measures name it.")]
    source: Annotated[
        Literal["own", "relationship", "territory", "team", "roll_up"],
        Field(
            description="Own deals; those of people to whom one stands in a relationship; those of accounts in one's "
            "territory; those of the team; or those of the reporting line. As it was on the booking day."
        ),
    ] = "own"
    trigger: Annotated[
        Trigger,
        Field(description="What is credited, on its own day: a booked deal, its invoices or payments, or activities."),
    ] = "booking"
    relationship: Annotated[PartId | None, Field(description="Its name.", examples=["sales_engineer"])] = None
    role: Annotated[PartId | None, Field(description="The role with the territory.", examples=["owner"])] = None
    holders: Annotated[
        Literal["each", "equally"],
        Field(description="What several holders of a territory are credited with: each with all, or equal parts."),
    ] = "each"
    parents: Annotated[
        bool, Field(strict=True, description="The holders of the territories above are credited too.")
    ] = False
    reach: Annotated[
        Literal["line", "direct"], Field(description="Everybody below in the reporting line, or direct reports alone.")
    ] = "line"
    when: Annotated[ConditionBody | None, Field(description="Which deals; all without it.")] = None
    attainment_percent: Annotated[Number, Field(description="How much of the credit counts towards attainment.")] = (
        "100"
    )
    pay_percent: Annotated[Number, Field(description="How much of the credit is paid on.")] = "100"
