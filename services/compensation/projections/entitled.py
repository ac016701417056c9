"""Whose plans credit people with more than their own deals, as what, and on which days?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import select

from compensation.domain.assignment import Spell
from compensation.domain.document.credit_rule import CreditRule, Source, credited_as
from compensation.domain.document.shape import PlanDocument
from compensation.projections import assignments
from compensation.projections.plans import PUBLISHED, PlanVersionRow, document_of, plan_versions
from events.store.session import Reading

Kind: TypeAlias = tuple[Source, str | None]
"""A source, and as what it credits."""


@dataclass(frozen=True, kw_only=True)
class Entitled:
    """The rules of published plans that credit others' deals, by kind, and who is on which of these plans when."""

    rules: Mapping[Kind, CreditRule]
    plans: Mapping[str, frozenset[Kind]]
    spells: Mapping[str, list[Spell]]
    by_territory_since: date | None
    by_stages_since: date | None

    def kinds(self, source: Source) -> dict[str | None, CreditRule]:
        """Return the rules of a source by what they credit as."""
        return {kind[1]: rule for kind, rule in self.rules.items() if kind[0] == source}

    def credits(self, person_id: str, source: Source, named: str | None, day: date) -> bool:
        """Say whether a person's plan of a day credits so."""
        spells = self.spells.get(person_id, ())
        return any((source, named) in self.plans[each.plan_id] and each.contains(day) for each in spells)


def entitled(reading: Reading) -> Entitled:
    """Return who is credited with more than their own deals."""
    published = reading.rows(select(plan_versions).where(plan_versions.c.status == PUBLISHED), PlanVersionRow)
    rules: dict[Kind, CreditRule] = {}
    plans: dict[str, frozenset[Kind]] = {}
    since: dict[Source, date] = {}
    for row in published:
        found = rules_beside_own(document_of(row.document))
        rules |= found
        if found:
            plans[row.plan_id] = plans.get(row.plan_id, frozenset()) | found.keys()
        for source, _ in found:
            if row.effective_on is not None:
                since[source] = min(row.effective_on, since.get(source, row.effective_on))
    spells = assignments.spells_on(reading, sorted(plans)) if plans else {}
    return Entitled(
        rules=rules,
        plans=plans,
        spells=spells,
        by_territory_since=since.get("territory"),
        by_stages_since=since.get("stages"),
    )


def rules_beside_own(document: PlanDocument) -> dict[Kind, CreditRule]:
    """Return the rules of a plan that credit others' deals; those that credit alike count once."""
    return {(rule.source, credited_as(rule)): rule for rule in document.credit_rules if rule.source != "own"}


def credits_others(document: PlanDocument) -> bool:
    """Say whether a plan credits people with others' deals."""
    return bool(rules_beside_own(document))
