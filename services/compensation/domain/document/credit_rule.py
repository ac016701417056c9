"""Credit rules: whose deals count for a person, when, and how much of them towards attainment and towards pay."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, TypeAlias

from compensation.domain.document.condition import Condition, condition_in_words
from compensation.domain.document.stages import (
    Skipped,
    StageOwner,
    StageWeight,
    stage_faults,
    stages_in_words,
    stages_named,
)
from compensation.domain.document.trigger import NOUNS, Trigger
from events.domain import Value

HUNDRED = Decimal(100)

Source: TypeAlias = Literal["own", "relationship", "territory", "stages", "team", "roll_up"]
"""Whose a credit is: a person's own share of a deal; what somebody was credited with to whom the person stands in a
named relationship; a deal of an account in the person's territory; a deal in some of whose stages the person owned it;
what the person's team was credited with; or what the reporting line was. All but stages as it was on the booking day.
"""

Reach: TypeAlias = Literal["line", "direct"]
"""How far a roll-up reaches down: everybody below, or those who report to the person directly."""

Holders: TypeAlias = Literal["each", "equally"]
"""What several holders of a territory are credited with: each with all of a deal, or all with equal parts of it."""


class CreditRule(Value, tag=False):
    """Which credits count: of what, from which source, when, and how much of them towards attainment and towards pay.

    `relationship` is the name of that, `role` what the person is to the territory. With `parents` the holders of the
    territories above are credited as well, as those of a territory of their own. `stages` are what each stage of a deal
    weighs, `skipped` and `stage_owner` say what those are worth that it was never in, and whose a stage is.
    """

    id: str
    source: Source = "own"
    trigger: Trigger = "booking"
    relationship: str | None = None
    role: str | None = None
    holders: Holders = "each"
    parents: bool = False
    reach: Reach = "line"
    stages: tuple[StageWeight, ...] = ()
    skipped: Skipped = "spread"
    stage_owner: StageOwner = "last"
    when: Condition | None = None
    attainment_percent: Decimal = HUNDRED
    pay_percent: Decimal = HUNDRED


def credited_as(rule: CreditRule) -> str | None:
    """Return what tells credits of one source apart, in a word: `sales_engineer`, `owner equally`, `direct`."""
    if rule.source == "roll_up":
        return None if rule.reach == "line" else rule.reach
    if rule.source == "stages":
        return stages_named(rule.stages, rule.skipped, rule.stage_owner)
    if rule.source != "territory":
        return rule.relationship
    ways = [*(["equally"] if rule.holders == "equally" else []), *(["parents"] if rule.parents else [])]
    return " ".join([rule.role or "", *ways])


NAMES: dict[Source, str] = {"relationship": "relationship", "territory": "role"}
"""What a rule of a source names beside it."""


def source_faults(rule: CreditRule, at: str) -> Iterator[tuple[str, str]]:
    """Name what a rule says that its source does not have, and what it does not say and must."""
    for source, name in NAMES.items():
        said = getattr(rule, name) is not None
        if said != (rule.source == source):
            detail = f"credit by {source} names its {name}" if not said else f"only credit by {source} has a {name}"
            yield f"{at}/{name}", detail
    if rule.source != "territory" and rule.holders != "each":
        yield f"{at}/holders", "only credit by territory is shared among holders"
    if rule.source != "territory" and rule.parents:
        yield f"{at}/parents", "only territories have others above them"
    yield from stage_faults(at, rule.stages, rule.skipped, rule.stage_owner, is_by_stages=rule.source == "stages")
    if rule.source != "roll_up" and rule.reach != "line":
        yield f"{at}/reach", "only a roll-up reaches down a line"


def is_whole(rule: CreditRule) -> bool:
    """Say whether a rule counts all of a credit."""
    return rule.attainment_percent == HUNDRED and rule.pay_percent == HUNDRED


def rule_in_words(rule: CreditRule) -> str:
    """Return which credit a rule counts, and how much of it."""
    words = source_in_words(rule).replace("deals", NOUNS[rule.trigger], 1)
    if rule.when is not None:
        words += f" whose {condition_in_words(rule.when)}"
    if not is_whole(rule):
        towards = f"{short(rule.attainment_percent)}% towards attainment and {short(rule.pay_percent)}% towards pay"
        words += f", {towards}"
    return words


def source_in_words(rule: CreditRule) -> str:
    """Return whose deals a rule is about."""
    match rule.source:
        case "own":
            return "own deals"
        case "relationship":
            return f"deals of those whose {spoken(rule.relationship)} one is"
        case "territory":
            below = " and those below" if rule.parents else ""
            shared = ", in equal parts for all who hold one" if rule.holders == "equally" else ""
            return f"deals of the territories that one holds as {spoken(rule.role)}{below}{shared}"
        case "stages":
            return stages_in_words(rule.stages, rule.skipped, rule.stage_owner)
        case "team":
            return "deals of the team"
        case "roll_up":
            return "deals of the reporting line" if rule.reach == "line" else "deals of direct reports"


def spoken(name: str | None) -> str:
    """Return a name as a person says it."""
    return (name or "").replace("_", " ")


def short(number: Decimal) -> str:
    """Return a number in plain digits without needless zeros."""
    return f"{number.normalize():f}"
