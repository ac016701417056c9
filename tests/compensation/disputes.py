"""Where the engine and the texts disagree: each rule names the components that it concerns, until it is settled.

`test_pay_counterexamples.py` states each with figures. A rule is removed together with its counterexample's mark.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from compensation.domain.document.shape import Cap, Component
from compensation.domain.engine.facts import PersonYear, PlanVersion
from tests.compensation.oracle import is_about, missing, pays
from tests.compensation.oracle_measure import counts, in_order, interval, measure_of
from tests.compensation.oracle_table import is_level

Dispute: TypeAlias = Callable[[PersonYear, PlanVersion, Component], bool]

ORDER = ("deal", "month", "quarter", "year")


def is_percent_of_a_number_of_deals(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    return component.table.pays == "percent" and measure_of(version, component.measure).counts == "deals"


def needs_no_quota_of_its_own(component: Component) -> bool:
    table = component.table
    percents = table.over == "attainment" and any(each.up_to is not None for each in table.tiers)
    return not percents and not (table.pays == "target" and table.kind in ("step", "whole"))


def has_a_cap_on_attainment_alone(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    """Say whether the quota is missing of which attainment is capped at a percent."""
    is_capped = measure_of(version, component.measure).cap_percent is not None
    return is_capped and needs_no_quota_of_its_own(component) and misses_a_quota(facts, version, component)


def misses_a_quota(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    measure = measure_of(version, component.measure)
    return any(
        missing(facts, version, measure, each) for each in facts.credits if is_about(facts, version, component, each)
    )


def has_caps_out_of_order(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    return any(
        places != sorted(places)
        for places in ([ORDER.index(each.over) for each in caps] for caps in (component.caps, version.document.caps))
    )


def has_other_caps_in_another_version(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    mine = caps_of(version, component)
    others = [each for each in facts.versions if each.plan_id == version.plan_id]
    return any(mine != caps_of(each, component) for each in others)


def caps_of(version: PlanVersion, component: Component) -> tuple[tuple[Cap, ...], ...]:
    """Return the caps of a component in a version, and those of its plan."""
    found = next((each.caps for each in version.document.components if each.id == component.id), ())
    return found, version.document.caps


def is_a_rate_on_everything(component: Component) -> bool:
    table = component.table
    is_amount = table.pays in ("amount", "target") and table.kind != "whole"
    return table.to_date and is_level(table) and not is_amount


def is_a_level_across_versions(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    """Say whether what everything is worth goes on from another version."""
    others = [each for each in facts.versions if each.plan_id == version.plan_id]
    return component.table.to_date and is_level(component.table) and len(others) > 1


def is_a_level_beside_other_credits(facts: PersonYear, version: PlanVersion, component: Component) -> bool:
    """Say whether a rate on everything moves with credits that the component does not pay for."""
    if not is_a_rate_on_everything(component):
        return False
    measure = measure_of(version, component.measure)
    counted = [
        (interval(facts, each, measure.interval), pays(facts, version, component, each))
        for each in in_order(facts)
        if each.currency == version.document.currency and counts(version, measure, each) is not None
    ]
    return any(comes_back(paid for named, paid in counted if named == period) for period, _ in counted)


def comes_back(paid: Iterable[bool]) -> bool:
    """Say whether a credit that is paid comes after one that is not."""
    order = list(paid)
    return order != sorted(order, reverse=True)


def ends_on_half_a_cent(amounts: Sequence[Fraction]) -> bool:
    """Say whether one of the amounts, or their sum, is half a cent, which sums of quotients with 28 digits may miss."""
    return any((amount * 100) % 1 == Fraction(1, 2) for amount in (*amounts, sum(amounts, Fraction(0))))


DISPUTES: tuple[Dispute, ...] = (
    is_percent_of_a_number_of_deals,
    has_a_cap_on_attainment_alone,
    has_caps_out_of_order,
    has_other_caps_in_another_version,
    is_a_level_beside_other_credits,
    is_a_level_across_versions,
)


def disputed(facts: PersonYear) -> set[tuple[str, str]]:
    """Return the components, with their plans, about which there is a dispute: all of a plan that has caps itself."""
    found = {
        (version.plan_id, component.id)
        for version in facts.versions
        for component in version.document.components
        if any(each(facts, version, component) for each in DISPUTES)
    }
    plans = {version.plan_id for version in facts.versions if version.document.caps} & {plan for plan, _ in found}
    return found | {
        (version.plan_id, component.id)
        for version in facts.versions
        if version.plan_id in plans
        for component in version.document.components
    }
