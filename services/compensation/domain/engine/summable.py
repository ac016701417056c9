"""Which plans pay by sums alone: what they pay for many deals is what they pay for one of the same sum.

A list of what is understood, not of what is not: a document with a part that is not listed here, or an option that is
not, is paid deal by deal. What is listed, and why it does not depend on a deal's place in the order:

- A table that accumulates pays the difference between what it is worth after a deal and before it. Over consecutive
  deals these add up to the last less the first, with every digit, if the rate is a function of where the measure is: a
  level always is; slices are if each deal has to pay on just what it moves. A multiple of target pay is divided by the
  quota slice by slice, so that the parts of a deal's lines may differ in the last digit: not where deals have lines.
- Modifiers without a condition, gates for a whole interval and caps on intervals keep that; conditions, gates at a
  crossing, caps on deals, and a plan's cap that several components share in their order do not.
- Sources add up, where no deal comes through several of them: each deal counts once. One that does is counted in
  `overlap_count`, and then only measures of one source add up.
- What base pay and days of leave say is looked at by plans with a target of their own only, which are not listed.
- Whole cents are made once a period. Draws and the maximum follow from stored sums only.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import (
    Cap,
    Component,
    CreditRule,
    Gate,
    Measure,
    Modifier,
    PlanDocument,
    RateTable,
    Rounding,
    Tier,
)
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from compensation.domain.engine.rate_table import is_sliced
from events.domain import Value


def names(listed: str) -> frozenset[str]:
    """Return names that are written in a row."""
    return frozenset(listed.split())


UNDERSTOOD: Mapping[type, frozenset[str]] = {
    PersonYear: names("person_id year calendar credits quotas spells versions"),
    Spell: names("plan_id starts_on ends_on target_pay base_pay leaves"),
    Quota: names("measure period starts_on ends_on amount currency of"),
    PlanVersion: names("plan_id version effective_on document"),
    PlanDocument: names(
        "name currency pays credit_rules measures components rounding caps draw maximum minimum settles"
    ),
    CreditRule: names("id source attainment_percent pay_percent"),
    Measure: names("id counts rules interval quota quota_of"),
    Component: names("id measure table weight since until modifiers gates caps"),
    RateTable: names("kind over pays tiers edge to_date"),
    Tier: names("up_to rate"),
    Modifier: names("when percent"),
    Gate: names("measure at_least onset"),
    Cap: names("amount over"),
    Rounding: names("rule at"),
}
"""The members of each shape that sums understand: all others must say what they say where nobody wrote them."""

SOURCES = names("own roll_up")
COUNTS = names("amount deals")
KINDS = names("step whole proportional curve")
PAYS = names("percent each amount target")
INTERVALS = names("month quarter year")


def is_understood(value: Value) -> bool:
    """Say whether a value says nothing that sums do not know."""
    others = unlisted(type(value))
    return others is not None and all(is_default(each, getattr(value, each.name)) for each in others)


@cache
def unlisted(kind: type[Value]) -> tuple[msgspec.structs.FieldInfo, ...] | None:
    """Return the members of a shape that sums do not understand; nothing of a shape that they do not know."""
    listed = UNDERSTOOD.get(kind)
    return None if listed is None else tuple(each for each in msgspec.structs.fields(kind) if each.name not in listed)


def is_default(field: msgspec.structs.FieldInfo, found: Any) -> bool:
    """Say whether a field has what it has where nobody writes it."""
    if field.default_factory is not msgspec.NODEFAULT:
        return found == field.default_factory()
    return field.default is not msgspec.NODEFAULT and bool(found == field.default)


def pays_by_sums(year: PersonYear, *, has_lines: bool, overlaps: bool) -> bool:
    """Say whether all plans of a person's year pay by sums alone, where deals have lines or have none, and where
    deals come to the person from several sources or from one each.
    """
    facts = (year, *year.spells, *year.quotas, *year.versions)
    return all(is_understood(each) for each in facts) and all(
        document_sums(each.document, has_lines=has_lines, overlaps=overlaps) for each in year.versions
    )


@lru_cache(maxsize=1_024)
def document_sums(document: PlanDocument, *, has_lines: bool, overlaps: bool) -> bool:
    """Say whether a plan pays by sums alone."""
    parts = (document, document.rounding, *document.credit_rules, *document.measures)
    return (
        all(is_understood(each) for each in parts)
        and document.rounding.at == "end"
        and (not document.caps or len(document.components) == 1)
        and all(over_interval(each) for each in document.caps)
        and all(each.source in SOURCES for each in document.credit_rules)
        and all(each.counts in COUNTS and each.interval in INTERVALS for each in document.measures)
        and (not overlaps or all(has_one_source(document, each) for each in document.measures))
        and all(component_sums(document, each, has_lines=has_lines) for each in document.components)
    )


def has_one_source(document: PlanDocument, measure: Measure) -> bool:
    """Say whether all credits of a measure come from one source: of several a deal counts once, however they add up."""
    return len({each.source for each in document.credit_rules if each.id in measure.rules}) <= 1


def component_sums(document: PlanDocument, component: Component, *, has_lines: bool) -> bool:
    """Say whether a component pays by sums alone."""
    parts = (component, *component.modifiers, *component.gates)
    return (
        all(is_understood(each) for each in parts)
        and all(each.when is None for each in component.modifiers)
        and all(each.onset == "interval" for each in component.gates)
        and all(over_interval(each) for each in component.caps)
        and table_sums(document, component, has_lines=has_lines)
    )


def over_interval(cap: Cap) -> bool:
    """Say whether a cap is on what is paid in an interval."""
    return is_understood(cap) and cap.over in INTERVALS


def table_sums(document: PlanDocument, component: Component, *, has_lines: bool) -> bool:
    """Say whether a table pays for many deals what it pays for their sum."""
    table = component.table
    known = table.to_date and table.kind in KINDS and table.pays in PAYS
    if not known or not all(is_understood(each) for each in (table, *table.tiers)):
        return False
    if not is_sliced(table):
        return True
    measure = next(each for each in document.measures if each.id == component.measure)
    rules = [each for each in document.credit_rules if each.id in measure.rules]
    moves_what_it_pays = all(each.attainment_percent == each.pay_percent for each in rules)
    return moves_what_it_pays and not (table.pays == "target" and has_lines)
