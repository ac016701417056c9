"""Who is credited with what others are: who stood beside or above them on the booking day, and held the territory?"""

from collections.abc import Iterable, Mapping
from datetime import date

from compensation.domain.claim import Beside, Holding
from compensation.domain.deal import Deal
from compensation.domain.document.credit_rule import CreditRule
from compensation.domain.engine.exact import HUNDRED
from compensation.domain.engine.measure import in_equal_parts
from compensation.projections import relationships, territories
from compensation.projections.entitled import Entitled
from compensation.projections.lines import chain, reports_above
from compensation.projections.teams import Teams
from compensation.projections.territories import HolderRow
from events.store.session import Reading

People = Mapping[str, tuple[date, frozenset[str]]]
"""The booking day of each deal, and people."""

Besides = dict[str, tuple[Beside, ...]]


def relationships_of(reading: Reading, known: Entitled, owners: People) -> Besides:
    """Return, by deal, who stood in a named relationship to the people who own it."""
    names = sorted(name for name in known.kinds("relationship") if name is not None)
    if not names:
        return {}
    everyone = {each for _, people in owners.values() for each in people}
    rows = relationships.with_deals_of(reading, everyone, names)
    found: Besides = {}
    for deal_id, (day, people) in owners.items():
        by: dict[str, dict[str, set[str]]] = {}
        for row in rows:
            is_theirs = row.to_person_id in people and row.contains(day)
            if is_theirs and known.credits(row.from_person_id, "relationship", row.name, day):
                by.setdefault(row.name, {}).setdefault(row.to_person_id, set()).add(row.from_person_id)
        found[deal_id] = tuple(
            Beside(source="relationship", credited_as=name, by={to: tuple(sorted(each)) for to, each in of.items()})
            for name, of in sorted(by.items())
        )
    return found


def mates_of(reading: Reading, known: Entitled, owners: People) -> Besides:
    """Return, by deal, those whose plans pay for what their team owns, and who were in it with an owner."""
    if not known.kinds("team"):
        return {}
    teams = Teams(reading, {each for _, people in owners.values() for each in people})
    members: dict[tuple[str, date], tuple[str, ...]] = {}
    found: Besides = {}
    for deal_id, (day, people) in owners.items():
        by: dict[str, tuple[str, ...]] = {}
        for person_id in sorted(people):
            team = teams.on(person_id, day)
            if team is not None and (team, day) not in members:
                paid = (each for each in teams.people if known.credits(each, "team", None, day))
                members[team, day] = tuple(each for each in paid if teams.on(each, day) == team)
            if team is not None:
                by[person_id] = members[team, day]
        found[deal_id] = (Beside(source="team", credited_as=None, by=by),)
    return found


def managers_of(reading: Reading, known: Entitled, credited: People) -> Besides:
    """Return, by deal, the managers above people whose plans pay for what their line is credited with."""
    reaches = known.kinds("roll_up")
    if not reaches:
        return {}
    above = reports_above(reading, {each for _, people in credited.values() for each in people})
    managers: dict[tuple[str, date, str | None], tuple[str, ...]] = {}
    found: Besides = {}
    for deal_id, (day, people) in credited.items():
        several: list[Beside] = []
        for reach in reaches:
            by: dict[str, tuple[str, ...]] = {}
            for person_id in sorted(people):
                where = (person_id, day, reach)
                if where not in managers:
                    line = chain(above, person_id, day)
                    reached = line if reach is None else line[:1]
                    managers[where] = tuple(each for each in reached if known.credits(each, "roll_up", reach, day))
                by[person_id] = managers[where]
            several.append(Beside(source="roll_up", credited_as=reach, by=by))
        found[deal_id] = tuple(several)
    return found


def holders_of(
    reading: Reading, known: Entitled, deals: Iterable[Deal]
) -> tuple[dict[str, tuple[Holding, ...]], frozenset[str]]:
    """Return, by deal, who held the territory of its account on the booking day; and the deals that fall in none while
    a plan pays by territory.
    """
    rules, since = known.kinds("territory"), known.by_territory_since
    if since is None:
        return {}, frozenset()
    booked = {each.deal_id: (each.account, each.booked_on) for each in deals}
    asked = {name: (account, day) for name, (account, day) in booked.items() if account is not None and day is not None}
    placed = territories.placed_on(reading, asked.values())
    parents = territories.parents_of(reading, placed.values())
    lines = {each: territories.above(parents, each) for each in placed.values()}
    holders = territories.holders_of(reading, [each for line in lines.values() for each in line])
    held: dict[str, tuple[Holding, ...]] = {}
    for deal_id, (account, day) in asked.items():
        territory = placed.get((account, day))
        line = () if territory is None else lines[territory]
        held[deal_id] = tuple(
            each
            for named, rule in sorted(rules.items(), key=lambda kind: kind[0] or "")
            for each in holding(known, holders, named or "", rule, line, day)
        )
    is_asked = {name: day is not None and day >= since for name, (_, day) in booked.items()}
    return held, frozenset(name for name in booked if is_asked[name] and asked.get(name) not in placed)


def holding(
    known: Entitled,
    holders: Mapping[str, list[HolderRow]],
    named: str,
    rule: CreditRule,
    line: tuple[str, ...],
    day: date,
) -> Iterable[Holding]:
    """Return who is credited by a rule as a holder of a territory, and of those above it where the rule says so."""
    for territory in line if rule.parents else line[:1]:
        people = sorted(
            {row.person_id for row in holders.get(territory, ()) if row.role == rule.role and row.contains(day)}
        )
        parts = (
            in_equal_parts(HUNDRED, len(people)) if people and rule.holders == "equally" else [HUNDRED] * len(people)
        )
        for person_id, percent in zip(people, parts, strict=True):
            if known.credits(person_id, "territory", named, day):
                yield Holding(credited_as=named, person_id=person_id, percent=percent)
