"""What is wrong with what credit rules count, and with conditions that ask what is not said there."""

from collections.abc import Iterator, Sequence

from compensation.domain.document.condition import Condition, fields_of
from compensation.domain.document.instalment import SETTLED
from compensation.domain.document.shape import Component, Counts, CreditRule, Measure, PlanDocument
from compensation.domain.document.trigger import BILLED, NOUNS, POSTED, SAYS, Trigger, nouns


def trigger_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name what is wrong with what rules count, and with conditions about what that does not say."""
    for place, rule in enumerate(document.credit_rules):
        at = f"/credit_rules/{place}"
        if rule.trigger == "activity" and rule.source != "own":
            yield f"{at}/source", "activities are credited to those who did them: own"
        if rule.trigger in POSTED and rule.source != "own":
            yield f"{at}/source", f"{NOUNS[rule.trigger]} are those of the company or the person: own"
        yield from unsaid(rule.when, f"{at}/when", [rule.trigger])
    yield from settled_faults(document)
    for place, measure in enumerate(document.measures):
        yield from counted_faults(document, measure, f"/measures/{place}/rules")
    for place, component in enumerate(document.components):
        triggers: list[Trigger] = [each.trigger for each in rules_of(document, component)]
        asked = [("when", component.when)]
        asked += [(f"modifiers/{number}/when", each.when) for number, each in enumerate(component.modifiers)]
        for name, condition in asked if triggers else ():
            yield from unsaid(condition, f"/components/{place}/{name}", triggers)


def rules_of(document: PlanDocument, component: Component) -> list[CreditRule]:
    """Return the rules of what a component measures."""
    matrix = component.table.matrix
    measures = (component.measure,) if matrix is None else (component.measure, matrix.across)
    named = {name for each in document.measures if each.id in measures for name in each.rules}
    return [each for each in document.credit_rules if each.id in named]


def counted_faults(document: PlanDocument, measure: Measure, at: str) -> Iterator[tuple[str, str]]:
    """Name rules that let into a measure what does not have what it counts."""
    rules = {each.id: each for each in document.credit_rules}
    for number, name in enumerate(measure.rules):
        trigger = rules[name].trigger if name in rules else None
        if trigger is None:
            continue
        if measure.counts not in counted_of(trigger):
            yield f"{at}/{number}", f"{NOUNS[trigger]} are not counted by {measure.counts}, and {name} is about them"


def counted_of(trigger: Trigger) -> frozenset[Counts]:
    """Return what can be counted of a trigger's documents: of bills and cash their amounts alone."""
    if trigger == "activity":
        return frozenset({"activities", "field"})
    if trigger == "result":
        return frozenset({"results"})
    if trigger == "objective":
        return frozenset({"objectives"})
    if trigger in BILLED:
        return frozenset({"amount"})
    return frozenset({"amount", "margin", "units", "deals", "value_per_year", "field"})


def settled_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name instalments that bills or cash let out, of components that pay for other things than bookings."""
    for place, component in enumerate(document.components):
        at = f"/components/{place}/instalments" if component.instalments else "/instalments"
        others: list[Trigger] = [rule.trigger for rule in rules_of(document, component) if rule.trigger != "booking"]
        for number, each in enumerate(component.instalments or document.instalments):
            if each.due in SETTLED and others:
                detail = f"{each.due}s let out what bookings earned, and {component.id} pays for {nouns(others)}"
                yield f"{at}/{number}/due", detail


def unsaid(condition: Condition | None, at: str, triggers: Sequence[Trigger]) -> Iterator[tuple[str, str]]:
    """Name fields that some documents have, but none of those that are asked."""
    if condition is None:
        return
    known = frozenset[str]().union(*SAYS.values())
    said = frozenset[str]().union(*(SAYS[each] for each in triggers))
    for field in sorted(fields_of(condition)):
        if field in known - said:
            yield at, f"{nouns(triggers)} have no {field}"
