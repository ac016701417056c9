"""Who owned a deal in which of its stages, and what share of it that is by a rule's weights."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from compensation.domain.document.credit_rule import CreditRule, credited_as
from compensation.domain.document.stages import stage_key
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO, quotient, total
from events.domain import Value


class StageOwners(Value, tag=False):
    """Who owned a deal when it came into a stage, and when it left it: persons, or the keyed hashes of CRM names.

    Stages are told apart by their letters without regard to case.
    """

    deal_id: str
    stage: str
    first_person_id: str | None
    first_owner_hash: str | None
    last_person_id: str | None
    last_owner_hash: str | None


class StageShare(Value, tag=False):
    """What an owner of stages is credited with of a deal, in percent: a person, a CRM's name, or nobody."""

    credited_as: str | None
    person_id: str | None
    owner_hash: str | None
    percent: Decimal


def stage_shares(rule: CreditRule, owners: Sequence[StageOwners]) -> tuple[StageShare, ...]:
    """Return what each owner of a deal's stages has of it by a rule; nothing if it was in none of them.

    Parts that have no end are cut, and the last owner has what the others leave.
    """
    by_stage = {each.stage: each for each in owners}
    weights: dict[tuple[str, str], Decimal] = {}
    for each in rule.stages:
        found = by_stage.get(stage_key(each.stage))
        if found is not None:
            whose = owner_in(rule, found)
            weights[whose] = EXACT.add(weights.get(whose, ZERO), each.weight)
    passed = total(weights.values())
    whole = passed if rule.skipped == "spread" else total(each.weight for each in rule.stages)
    return in_percent(rule, weights, passed, whole)


def in_percent(
    rule: CreditRule, weights: Mapping[tuple[str, str], Decimal], passed: Decimal, whole: Decimal
) -> tuple[StageShare, ...]:
    """Return weights as percents of a whole, by person and CRM name."""
    found: list[StageShare] = []
    left = HUNDRED if passed == whole else quotient(EXACT.multiply(passed, HUNDRED), whole)
    for number, ((person_id, owner_hash), weight) in enumerate(sorted(weights.items()), 1):
        is_last = number == len(weights)
        percent = left if is_last else quotient(EXACT.multiply(weight, HUNDRED), whole)
        left = EXACT.subtract(left, percent)
        found.append(
            StageShare(
                credited_as=credited_as(rule),
                person_id=person_id or None,
                owner_hash=owner_hash or None,
                percent=percent,
            )
        )
    return tuple(found)


def owner_in(rule: CreditRule, stage: StageOwners) -> tuple[str, str]:
    """Return whose a stage is, as a rule looks at it: the person and the CRM's name, one of which is empty."""
    if rule.stage_owner == "first":
        return stage.first_person_id or "", stage.first_owner_hash or ""
    return stage.last_person_id or "", stage.last_owner_hash or ""
