"""Credit by stages: the weight that each stage of a deal has, and what becomes of stages that a deal has skipped."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Value

STAGES_MAX = 50
STAGE_LENGTH_MAX = 100
WEIGHT_MAX = Decimal(1_000)
WEIGHT_DIGITS_MAX = 6

Skipped: TypeAlias = Literal["spread", "lost"]
"""What the weight of a stage is worth that a deal was never in: it is spread over those that it was in, or lost."""

StageOwner: TypeAlias = Literal["last", "first"]
"""Whose a stage is: who owned the deal when it left the stage, or when it came into it."""


class StageWeight(Value, tag=False):
    """A stage as the CRM calls it, and its weight: a percent, or a number that is a share of all of them together."""

    stage: str
    weight: Decimal


def stage_key(stage: str) -> str:
    """Return what stages are compared by: their letters, without regard to case."""
    return stage.strip().casefold()


def stages_named(stages: Sequence[StageWeight], skipped: Skipped, owner: StageOwner) -> str:
    """Return what tells rules by stages apart, so that people can read it: `Proposal 40, Closing 60`."""
    weights = ", ".join(f"{each.stage} {each.weight.normalize():f}" for each in stages)
    of_all = " of all" if skipped == "lost" else ""
    return f"{weights}{of_all}{' by first owner' if owner == 'first' else ''}"


def stage_faults(
    at: str, stages: Sequence[StageWeight], skipped: Skipped, owner: StageOwner, *, is_by_stages: bool
) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the stages of a credit rule."""
    if bool(stages) != is_by_stages:
        yield f"{at}/stages", "credit by stages names them" if is_by_stages else "only credit by stages names any"
    if len(stages) > STAGES_MAX:
        yield f"{at}/stages", f"{STAGES_MAX} stages at most"
    if not is_by_stages and skipped != "spread":
        yield f"{at}/skipped", "only credit by stages says what skipped ones are worth"
    if not is_by_stages and owner != "last":
        yield f"{at}/stage_owner", "only credit by stages says whose a stage is"
    known: set[str] = set()
    for place, each in enumerate(stages):
        yield from weight_faults(f"{at}/stages/{place}", each, known)
        known.add(stage_key(each.stage))


def weight_faults(at: str, each: StageWeight, known: set[str]) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a stage and its weight."""
    if not stage_key(each.stage) or len(each.stage) > STAGE_LENGTH_MAX:
        yield f"{at}/stage", f"the CRM's name of a stage, {STAGE_LENGTH_MAX} letters at most"
    elif stage_key(each.stage) in known:
        yield f"{at}/stage", f"{each.stage} is there already"
    if not each.weight.is_finite() or not 0 < each.weight <= WEIGHT_MAX:
        yield f"{at}/weight", f"a number above 0, {WEIGHT_MAX} at most"
    elif each.weight != round(each.weight, WEIGHT_DIGITS_MAX):
        yield f"{at}/weight", f"{WEIGHT_DIGITS_MAX} digits after the point at most"


def stages_in_words(stages: Sequence[StageWeight], skipped: Skipped, owner: StageOwner) -> str:
    """Return how a deal is credited by stages."""
    weights = ", ".join(f"{each.stage} {each.weight.normalize():f}" for each in stages)
    whole = "of those that the deal was in" if skipped == "spread" else "of all of these"
    whose = "when it left them" if owner == "last" else "when it came into them"
    return f"deals by the share of their stages in which one owned them {whose} ({weights}, {whole})"
