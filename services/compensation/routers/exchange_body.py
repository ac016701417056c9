"""How a plan exchanges currencies, as it is written and shown over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from edge.bodies import Body, Currency


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


class PaymentRuleBody(Body):
    """By which rate the plan's money becomes that in which somebody is paid."""

    kind: Annotated[
        str, Field(max_length=40, examples=["daily"], strict=True, description="A kind of rate that goals tells.")
    ]
    on: Annotated[
        Literal["booking", "period_end", "pay_date"],
        Field(description="The booking day, the last day of the pay period, or the day on which it is paid."),
    ]
    pay_days: Annotated[int, Field(strict=True, description="Days from the end of a pay period to its pay date.")] = 0


PLAN_RATE = RateRuleBody(kind="plan", on="year_start")


class ExchangeBody(Body):
    """How deals in other currencies become money of the plan."""

    deal: Annotated[RateRuleBody, Field(description="What is paid on.")]
    attainment: Annotated[
        RateRuleBody,
        Field(description="What counts towards attainment, and what quotas in other currencies are worth."),
    ] = PLAN_RATE
    payment: Annotated[
        PaymentRuleBody | None, Field(description="For those whose assignment pays them in another currency.")
    ] = None
    pivot: Annotated[
        Currency | None, Field(description="The currency by way of which a pair is exchanged that has no rate.")
    ] = None
