"""How a plan exchanges currencies, as it is written and shown over HTTP."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.bodies import Body

Currency: TypeAlias = Annotated[str, Field(max_length=3, examples=["USD"], strict=True)]


class RateRuleBody(Body):
    """Which exchange rate is meant: one of a kind that goals tells, as it holds on a day."""

    kind: Annotated[
        str,
        Field(
            max_length=40,
            examples=["daily"],
            strict=True,
            description="The kind of rate, by the name that goals has for it.",
        ),
    ]
    on: Annotated[
        Literal["booking", "year_start"],
        Field(description="The booking day, or the first day of the fiscal year: that rate does not drift."),
    ]


PLAN_RATE = RateRuleBody(kind="plan", on="year_start")


class ExchangeBody(Body):
    """How deals in other currencies become money of the plan."""

    deal: Annotated[RateRuleBody, Field(description="What is paid on.")]
    attainment: Annotated[
        RateRuleBody,
        Field(description="What counts towards attainment, and what quotas in other currencies are worth."),
    ] = PLAN_RATE
    pivot: Annotated[
        Currency | None, Field(description="The currency by way of which a pair is exchanged that has no rate.")
    ] = None
