"""What is wrong with a plan document: every fault, with its place as a JSON pointer and the rule it breaks."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from compensation.domain.document.condition import (
    CUSTOM,
    FIELDS,
    Condition,
    condition_faults,
    fields_of,
    is_custom_name,
    may_name,
)
from compensation.domain.document.credit_rule import CreditRule, source_faults
from compensation.domain.document.described import ACCOUNT, OF_PERSON, PRODUCT, TERRITORY
from compensation.domain.document.exchange import exchange_faults
from compensation.domain.document.gate_faults import gate_faults
from compensation.domain.document.instalment import instalment_faults
from compensation.domain.document.payable import payable_faults
from compensation.domain.document.payout import settlement_faults
from compensation.domain.document.shape import (
    HUNDRED,
    Cap,
    Clawback,
    Component,
    Draw,
    Measure,
    PlanDocument,
)
from compensation.domain.document.table_faults import (
    PERCENT_MAX,
    RATE_MAX,
    matrix_faults,
    number_faults,
    table_faults,
)
from compensation.domain.document.target import weight_faults
from compensation.domain.document.trigger_faults import trigger_faults
from events.domain import Refused, Value
from fiscal.calendar import MONTHS
from money.money import currencies

PARTS_MAX = 50
"""Credit rules, measures and components that a plan has at most, of each."""

PERIODS_MAX = 120
"""After how many pay periods an advance may be forgiven at the latest."""


class Fault(Value, tag=False):
    """What is wrong in a document: where, as a JSON pointer into it, and which rule."""

    pointer: str
    detail: str


class PlanIsFaulty(Refused):
    """The plan has faults. Each is named with its place in the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(errors=[{"in": "body", "pointer": each.pointer, "detail": each.detail} for each in faults])


def check(document: PlanDocument) -> None:
    """Raise `PlanIsFaulty` with every fault that the document has."""
    faults = faults_of(document)
    if faults:
        raise PlanIsFaulty(faults)


def faults_of(document: PlanDocument) -> list[Fault]:
    """Return every fault of a document."""
    found = [
        *plan_faults(document),
        *(fault for place, each in enumerate(document.credit_rules) for fault in rule_faults(place, each)),
        *(fault for place, each in enumerate(document.measures) for fault in measure_faults(document, place, each)),
        *(fault for place, each in enumerate(document.components) for fault in component_faults(document, place, each)),
        *cap_faults("/caps", document.caps),
        *plan_cap_faults(document.caps),
        *instalment_faults("/instalments", document.instalments),
        *payout_faults(document),
        *payable_faults(document),
        *target_faults(document),
        *clawback_faults(document.clawback),
        *exchange_faults(document.exchange, document.currency),
        *trigger_faults(document),
    ]
    return [Fault(pointer=pointer, detail=detail) for pointer, detail in found]


def plan_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the plan as a whole."""
    if document.currency not in currencies():
        yield "/currency", "a currency of ISO 4217, such as USD"
    for name in ("credit_rules", "measures", "components"):
        parts = getattr(document, name)
        if not 1 <= len(parts) <= PARTS_MAX:
            yield f"/{name}", f"1 to {PARTS_MAX} {name.replace('_', ' ')}"
        yield from repeated(name, [each.id for each in parts])
    weighted = [each.weight for each in document.components if each.table.pays == "target"]
    if weighted and sum(weighted) != HUNDRED:
        yield "/components", f"the weights of what pays target pay are 100 together, not {sum(weighted)}"


def repeated(name: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name ids that come twice."""
    for place, each in enumerate(ids):
        if each in ids[:place]:
            yield f"/{name}/{place}/id", f"{each} is there already"


def rule_faults(place: int, rule: CreditRule) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a credit rule."""
    at = f"/credit_rules/{place}"
    yield from source_faults(rule, at)
    yield from asked_faults(rule.when, f"{at}/when")
    for name, percent in (("attainment_percent", rule.attainment_percent), ("pay_percent", rule.pay_percent)):
        yield from number_faults(f"{at}/{name}", percent, PERCENT_MAX)


def measure_faults(document: PlanDocument, place: int, measure: Measure) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a measure."""
    at = f"/measures/{place}"
    known = {each.id for each in document.credit_rules}
    if not measure.rules:
        yield f"{at}/rules", "one credit rule at least"
    for number, rule in enumerate(measure.rules):
        if rule not in known:
            yield f"{at}/rules/{number}", f"there is no credit rule {rule}"
    yield from counted_faults(measure, f"{at}/field")
    if measure.quota is None and measure.quota_of != "person":
        yield f"{at}/quota_of", "a measure beside a team's quota names it"
    if measure.cap_percent is not None:
        yield from number_faults(f"{at}/cap_percent", measure.cap_percent, PERCENT_MAX)
        if measure.quota is None:
            yield f"{at}/cap_percent", "a cap on attainment needs a quota"


def counted_faults(measure: Measure, pointer: str) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the custom field that a measure counts: it is there if it is counted, and only then."""
    if measure.counts != "field":
        if measure.field is not None:
            yield pointer, f"a measure that counts {measure.counts} names no field"
    elif measure.field is None:
        yield pointer, "a measure that counts a field names it"
    elif not is_custom_name(measure.field):
        yield pointer, "the name of a custom field: letters, digits, `.`, `_`, `:` and `-`, 60 at most"


def component_faults(document: PlanDocument, place: int, component: Component) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a component."""
    at = f"/components/{place}"
    measures = {each.id: each for each in document.measures}
    measure = measures.get(component.measure)
    if measure is None:
        yield f"{at}/measure", f"there is no measure {component.measure}"
    yield from asked_faults(component.when, f"{at}/when")
    yield from number_faults(f"{at}/weight", component.weight, HUNDRED)
    yield from weights_faults(f"{at}/weights", component, measure)
    if component.since is not None and component.until is not None and component.until < component.since:
        yield f"{at}/until", "the last day is not before the first"
    yield from table_faults(f"{at}/table", component.table, measure)
    yield from matrix_faults(f"{at}/table", component.table, measure, measures)
    for number, modifier in enumerate(component.modifiers):
        yield from asked_faults(modifier.when, f"{at}/modifiers/{number}/when")
        yield from number_faults(f"{at}/modifiers/{number}/percent", modifier.percent, PERCENT_MAX)
    for number, gate in enumerate(component.gates):
        yield from gate_faults(f"{at}/gates/{number}", document.pays, component, gate, measures)
    yield from window_faults(at, component)
    yield from cap_faults(f"{at}/caps", component.caps)
    yield from instalment_faults(f"{at}/instalments", component.instalments)


def window_faults(at: str, component: Component) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a cap over the days that a component pays: it has a first and a last one."""
    if component.since is not None and component.until is not None:
        return
    for place, cap in enumerate(component.caps):
        if cap.over == "window":
            yield f"{at}/caps/{place}/over", "a window has a first and a last day: since and until"


def weights_faults(at: str, component: Component, measure: Measure | None) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the parts of a year's target pay, and as numbers."""
    interval = None if measure is None else measure.interval
    yield from weight_faults(at, component.weights, interval, pays_target=component.table.pays == "target")
    for number, weight in enumerate(component.weights):
        yield from number_faults(f"{at}/{number}", weight, HUNDRED)


def asked_faults(condition: Condition | None, pointer: str) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a condition, and fields that no deal has."""
    if condition is None:
        return
    yield from condition_faults(condition, pointer)
    for field in sorted(fields_of(condition)):
        if not may_name(field):
            names = ", ".join((*FIELDS, TERRITORY, *OF_PERSON))
            detail = f"a condition may name {names}, {CUSTOM}<name>, {ACCOUNT}<name> and {PRODUCT}<name>"
            yield pointer, f"there is no field {field}: {detail}"


def cap_faults(at: str, caps: Iterable[Cap]) -> Iterator[tuple[str, str]]:
    """Name what is wrong with caps: the cap of a longer interval is not below that of a shorter one."""
    highest: dict[str, Decimal] = {}
    for place, cap in enumerate(caps):
        yield from number_faults(f"{at}/{place}/amount", cap.amount, RATE_MAX)
        if cap.over in highest:
            yield f"{at}/{place}/over", f"there is a cap for each {cap.over} already"
        highest[cap.over] = cap.amount
    order = [over for over in ("document", "deal", *MONTHS) if over in highest]
    for shorter, longer in pairwise(order):
        if highest[longer] < highest[shorter]:
            yield at, f"the cap for each {longer} is below that for each {shorter}"


def plan_cap_faults(caps: Sequence[Cap]) -> Iterator[tuple[str, str]]:
    """Name caps that only a component can have."""
    for place, cap in enumerate(caps):
        if cap.over == "window":
            yield f"/caps/{place}/over", "a component has a window of days, and a plan has none"


def payout_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name what is wrong with what is paid at least and at most."""
    draw, minimum, most = document.draw, document.minimum, document.maximum
    yield from settlement_faults(document.settles, document.pays)
    if most is not None:
        yield from number_faults("/maximum", most, RATE_MAX)
        for name, least in (("draw", draw), ("minimum", minimum)):
            if least is not None and most < least.amount:
                yield "/maximum", f"what is paid at most is not below the {name} ({least.amount:f})"
    if minimum is not None:
        yield from number_faults("/minimum/amount", minimum.amount, RATE_MAX)
    if draw is not None:
        yield from draw_faults(draw)


def draw_faults(draw: Draw) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a draw."""
    yield from number_faults("/draw/amount", draw.amount, RATE_MAX)
    yield from number_faults("/draw/recovered_percent", draw.recovered_percent, HUNDRED)
    for name, amount in (("recovered_max", draw.recovered_max), ("floor", draw.floor)):
        if amount is not None:
            yield from number_faults(f"/draw/{name}", amount, RATE_MAX)
    for name, when in (("forgiven_after", draw.forgiven_after), ("forgiven_on", draw.forgiven_on)):
        if when is not None and not draw.recoverable:
            yield f"/draw/{name}", "a draw that is not recoverable is forgiven at once"
    if draw.forgiven_after is not None and not 1 <= draw.forgiven_after <= PERIODS_MAX:
        yield "/draw/forgiven_after", f"1 to {PERIODS_MAX} pay periods"
    if draw.since is not None and draw.until is not None and draw.until < draw.since:
        yield "/draw/until", "the last day is not before the first"


def target_faults(document: PlanDocument) -> Iterator[tuple[str, str]]:
    """Name what is wrong with where target pay comes from."""
    target = document.target
    if target is None:
        return
    if target.percent_of_base is not None:
        yield from number_faults("/target/percent_of_base", target.percent_of_base, PERCENT_MAX)
    if target.prorated_by == "none" and not target.first_day_counts:
        yield "/target/first_day_counts", "days count only where target pay is prorated by them"


def clawback_faults(clawback: Clawback | None) -> Iterator[tuple[str, str]]:
    """Name what is wrong with what is taken back."""
    if clawback is None:
        return
    yield from number_faults("/clawback/percent", clawback.percent, HUNDRED)
    if clawback.months is not None and not 1 <= clawback.months <= PERIODS_MAX:
        yield "/clawback/months", f"1 to {PERIODS_MAX} months"
