"""A credit rule of a plan's document as it is written over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from compensation.domain.document.stages import STAGE_LENGTH_MAX, STAGES_MAX, Skipped, StageOwner
from compensation.domain.document.trigger import Trigger
from compensation.routers.condition_body import ConditionBody
from compensation.routers.numbers import Number, PartId
from edge.bodies import Body


class StageWeightBody(Body):
    """A stage as the CRM calls it, and its weight: a percent, or a number that is a share of all of them."""

    stage: Annotated[
        str,
        Field(
            min_length=1,
            max_length=STAGE_LENGTH_MAX,
            description="What the CRM calls it, in any case.",
            examples=["Proposal"],
            strict=True,
        ),
    ]
    weight: Annotated[Number, Field(description="A share of the weights of all stages together.")]


class CreditRuleBody(Body):
    """Which credits count, and how much of them towards attainment and towards pay."""

    id: Annotated[PartId, Field(description="How measures name it.")]
    source: Annotated[
        Literal["own", "relationship", "territory", "stages", "team", "roll_up"],
        Field(
            description="Own deals; those of people to whom one stands in a relationship; those of accounts in one's "
            "territory; those that one owned in some of their stages; those of the team; or those of the reporting "
            "line. As it was on the booking day."
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
    stages: Annotated[
        list[StageWeightBody], Field(max_length=STAGES_MAX, description="What each stage of a deal weighs.")
    ] = []
    skipped: Annotated[
        Skipped, Field(description="Weights of stages that a deal was never in: spread over the others, or lost.")
    ] = "spread"
    stage_owner: Annotated[
        StageOwner, Field(description="Whose a stage is: who owned the deal when it left it, or when it came into it.")
    ] = "last"
    when: Annotated[ConditionBody | None, Field(description="Which deals; all without it.")] = None
    attainment_percent: Annotated[Number, Field(description="How much of the credit counts towards attainment.")] = (
        "100"
    )
    pay_percent: Annotated[Number, Field(description="How much of the credit is paid on.")] = "100"
