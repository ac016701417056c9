"""A plan's document as it is written and shown over HTTP: the shapes of `domain/document`, each place checked."""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from compensation.domain.document.shape import CapOver, PlanDocument
from compensation.routers.condition_body import LISTED_MAX, ConditionBody
from compensation.routers.credit_rule_body import CreditRuleBody
from compensation.routers.exchange_body import ExchangeBody
from compensation.routers.instalment_body import InstalmentBody
from compensation.routers.matrix_body import MatrixBody, bands_in
from compensation.routers.numbers import Number, PartId
from compensation.routers.target_body import TargetPayBody
from edge.bodies import Body, Day, Name

QUOTA_NOTE = "The measure of the quotas that goals tells; or `company.` or `person.` and a result's name: its target."
CAP_NOTE = (
    "Each document that is credited, each deal with all that comes of it, or each interval; a window is all days that "
    "a component pays, of a fiscal year."
)

EXAMPLE: JsonDict = {
    "name": "Accelerated 2017",
    "currency": "USD",
    "pays": "quarter",
    "credit_rules": [{"id": "own"}],
    "measures": [
        {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": "bookings"},
    ],
    "components": [
        {
            "id": "commission",
            "measure": "bookings",
            "table": {
                "kind": "step",
                "over": "attainment",
                "pays": "percent",
                "tiers": [{"up_to": "100", "rate": "5"}, {"up_to": None, "rate": "8"}],
            },
        }
    ],
    "rounding": {"rule": "half_up", "at": "end"},
}

Interval: TypeAlias = Literal["month", "quarter", "year"]


class RoundingBody(Body):
    """How pay becomes whole cents: by which rule, once a period or line by line."""

    rule: Annotated[
        Literal["half_up", "half_even"], Field(description="Where half a cent goes: up, or to the even cent.")
    ]
    at: Annotated[Literal["end", "each_line"], Field(description="Once at the end of a period, or line by line.")]


class MeasureBody(Body):
    """What is added up over an interval to date, beside which of the person's quotas."""

    id: Annotated[PartId, Field(description="How components and gates name it.")]
    counts: Annotated[
        Literal["amount", "margin", "units", "deals", "value_per_year", "field", "activities", "results", "objectives"],
        Field(description="What is added up: of the lines of deals, or the number of deals or activities."),
    ]
    field: Annotated[
        str | None, Field(max_length=60, description="The custom field that is counted.", examples=["seats"])
    ] = None
    rules: Annotated[
        list[PartId], Field(max_length=LISTED_MAX, description="The credit rules that let credits in, by their ids.")
    ]
    interval: Annotated[Interval, Field(description="Over what it accumulates.")]
    quota: Annotated[str | None, Field(max_length=80, description=QUOTA_NOTE)] = None
    quota_of: Annotated[
        Literal["person", "team"], Field(description="Whose quota: the person's own, or the team's.")
    ] = "person"
    cap_percent: Annotated[Number | None, Field(description="Attainment beyond this is not paid.")] = None


class TierBody(Body):
    """A rate up to an edge; null for the last tier, which is open. On a curve: the value exactly there."""

    up_to: Annotated[Number | None, Field(description="The edge at which the tier ends; null is open.")]
    rate: Annotated[Number, Field(description="What the tier pays, as `pays` says.")]


class RateTableBody(Body):
    """Tiers of one kind, over the attainment in percent of quota or over the measure itself."""

    kind: Annotated[
        Literal["step", "whole", "proportional", "curve", "matrix"],
        Field(
            description="Each slice at its rate, the reached rate on everything, tiers by the share that is covered, "
            "lines between points, or rows and columns."
        ),
    ]
    over: Annotated[
        Literal["attainment", "measure"],
        Field(description="What the edges are of: attainment in percent of quota, or the measure itself."),
    ]
    pays: Annotated[
        Literal["percent", "each", "amount", "target"],
        Field(description="Percent of credit, money for each unit, a sum of money, or percent of target pay."),
    ]
    tiers: Annotated[list[TierBody], Field(max_length=LISTED_MAX, description="None in a matrix.")] = []
    edge: Annotated[Literal["lower", "upper"], Field(description="To which tier a measure on an edge belongs.")] = (
        "lower"
    )
    to_date: Annotated[bool, Field(strict=True, description="Accumulated, or each document alone.")] = True
    matrix: Annotated[MatrixBody | None, Field(description="The rates of a table of the kind matrix.")] = None


class ModifierBody(Body):
    """What is paid for some deals is multiplied by a percent; the first modifier that holds counts."""

    when: Annotated[ConditionBody | None, Field(description="For which deals; null is for all.")]
    percent: Annotated[Number, Field(description="What is paid is multiplied by it.")]


class CapBody(Body):
    """What is paid at most."""

    amount: Annotated[Number, Field(description="In the currency of the plan.")]
    over: Annotated[CapOver, Field(description=CAP_NOTE)]


class GateBody(Body):
    """Nothing is paid before a measure reaches a percent of its quota."""

    measure: Annotated[PartId, Field(description="The measure that has to reach it, by its id.")]
    at_least: Annotated[Number, Field(description="The percent of quota to reach.")]
    onset: Annotated[
        Literal["crossing", "interval"],
        Field(description="What is paid then: from the deal that crosses on, or all of the interval."),
    ]
    release: Annotated[
        Literal["crossing", "interval_end"] | None,
        Field(description="When what is earned in an interval longer than a pay period is paid; held until then."),
    ] = None
    effect: Annotated[
        Literal["no_pay", "base_rate", "table", "cap"],
        Field(description="What is paid before: nothing, the first rate on everything, another table, or up to a cap."),
    ] = "no_pay"
    table: RateTableBody | None = None
    cap: CapBody | None = None


class ComponentBody(Body):
    """One thing that a plan pays for."""

    id: Annotated[PartId, Field(description="How it is named on statements and compared between versions.")]
    measure: Annotated[PartId, Field(description="The measure that it pays, by its id.")]
    table: RateTableBody
    weight: Annotated[Number, Field(description="Percent of the target pay.")] = "100"
    weights: Annotated[
        list[Number], Field(max_length=12, description="Percents of it for each interval of a year.")
    ] = []
    when: Annotated[ConditionBody | None, Field(description="Which deals it pays; all without it.")] = None
    since: Annotated[Day | None, Field(description="The first booking day that is paid.")] = None
    until: Annotated[Day | None, Field(description="The last booking day that is paid.")] = None
    modifiers: Annotated[list[ModifierBody], Field(max_length=LISTED_MAX)] = []
    gates: Annotated[list[GateBody], Field(max_length=LISTED_MAX)] = []
    caps: Annotated[list[CapBody], Field(max_length=LISTED_MAX)] = []
    instalments: Annotated[
        list[InstalmentBody], Field(max_length=LISTED_MAX, description="In which parts it pays, and when.")
    ] = []


class DrawBody(Body):
    """What is paid at least in each pay period, in proportion to the days on the plan."""

    amount: Annotated[Number, Field(description="For a whole pay period, in the currency of the plan.")]
    recoverable: Annotated[bool, Field(strict=True, description="Taken back later, or forgiven at once.")]
    recovered_percent: Annotated[Number, Field(description="Of what is earned above the draw.")] = "100"
    recovered_max: Annotated[Number | None, Field(description="At most so much a pay period.")] = None
    forgiven_after: Annotated[int | None, Field(strict=True, description="Pay periods.")] = None
    recovered_since: Annotated[Day | None, Field(description="Nothing is taken back before.")] = None
    floor: Annotated[Number | None, Field(description="Taking back leaves so much to be paid.")] = None
    forgiven_on: Annotated[Day | None, Field(description="What is owed at the end of this day's period.")] = None
    since: Annotated[Day | None, Field(description="The first day of the draw.")] = None
    until: Annotated[Day | None, Field(description="The last day of the draw.")] = None


class ClawbackBody(Body):
    """What is taken back of a deal that its customer cancels, in the period of the cancellation."""

    percent: Annotated[Number, Field(description="Of what the deal paid.")] = "100"
    months: Annotated[
        int | None, Field(strict=True, description="Less for each month that the customer stayed; nothing after these.")
    ] = None


class MinimumBody(Body):
    """What is paid at least in each pay period, in proportion to the days on the plan."""

    amount: Annotated[Number, Field(description="What is paid for a whole pay period.")]
    recovered: Annotated[bool, Field(strict=True, description="Taken back later, or forgiven at once.")]


class DocumentBody(Body):
    """What a plan says: which credits count, what they measure, what each component pays, and what limits it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    name: Annotated[Name, Field(description="What people call the plan.")]
    currency: Annotated[
        str, Field(max_length=3, examples=["USD"], strict=True, description="What it pays in, by ISO 4217.")
    ]
    pays: Annotated[Interval, Field(description="How often the plan pays.")]
    credit_rules: Annotated[list[CreditRuleBody], Field(max_length=LISTED_MAX)]
    measures: Annotated[list[MeasureBody], Field(max_length=LISTED_MAX)]
    components: Annotated[list[ComponentBody], Field(max_length=LISTED_MAX)]
    rounding: RoundingBody
    caps: Annotated[list[CapBody], Field(max_length=LISTED_MAX, description="Over all components together.")] = []
    instalments: Annotated[
        list[InstalmentBody], Field(max_length=LISTED_MAX, description="Of components that say nothing themselves.")
    ] = []
    draw: DrawBody | None = None
    target: Annotated[
        TargetPayBody | None, Field(description="Without one, target pay is the assignment's, in equal parts.")
    ] = None
    clawback: Annotated[
        ClawbackBody | None, Field(description="Without one, a cancelled deal counts as if it had never been won.")
    ] = None
    minimum: MinimumBody | None = None
    settles: Annotated[
        Literal["quarter", "year"] | None,
        Field(description="Within this interval only what is paid at least is paid; its end settles the rest."),
    ] = None
    exchange: Annotated[ExchangeBody | None, Field(description="Without it, a deal in another currency waits.")] = None
    maximum: Annotated[
        Number | None, Field(description="Paid at most in a pay period; what is above it is carried into the next.")
    ] = None

    def document(self) -> PlanDocument:
        """Return the document that was written."""
        written = self.model_dump(mode="json", by_alias=True, exclude_none=True, include=set(DocumentBody.model_fields))
        return msgspec.convert(with_open_ends(written), PlanDocument, strict=False)


def with_open_ends(written: dict[str, Any]) -> dict[str, Any]:
    """Return a written document with the nulls that say something: the edge of an open tier, a modifier for all."""
    for component in written["components"]:
        gates = component.get("gates", ())
        tables = [component["table"], *(gate["table"] for gate in gates if "table" in gate)]
        for tier in (tier for table in tables for tier in (*table["tiers"], *bands_in(table))):
            tier.setdefault("up_to", None)
        for modifier in component.get("modifiers", ()):
            modifier.setdefault("when", None)
    return written


def shown(document: PlanDocument) -> dict[str, Any]:
    """Return a document as JSON values, in the form in which it is written."""
    return msgspec.to_builtins(document)
