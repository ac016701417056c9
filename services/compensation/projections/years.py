"""What do a person's earnings of a fiscal year follow from? All facts of many people's years, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from compensation.domain.document.exchange import PAY_DAYS_MAX
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, person_and_year
from compensation.domain.engine.placing import periods_of
from compensation.domain.engine.rate import Rates
from compensation.domain.engine.summing import DaySum, YearFacts, is_summable, summed
from compensation.projections import assignments, calendars, plans, quotas, rates
from compensation.projections.activity_credits import activities_of_years, years_with_activities
from compensation.projections.credit_sums import sums_of_years
from compensation.projections.credits import credits_of_years, years_with_credits, years_with_credits_of
from compensation.projections.posted_years import with_posted, years_with_posted
from compensation.projections.teams import people_ever_in
from events.deriving import GROUP
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar, parse_period, year_of

PAID_WITHIN = timedelta(days=PAY_DAYS_MAX)


def person_years(reading: Reading, keys: Sequence[str]) -> dict[str, PersonYear]:
    """Return the facts of people's years by their keys; none while there is no calendar."""
    return with_credits(reading, frames(reading, keys))


def year_facts(reading: Reading, keys: Sequence[str]) -> dict[str, YearFacts]:
    """Return what people's stored sums follow from: sums of credits where their plans pay by them, else all credits."""
    years, sums = frames(reading, keys), sums_of_years(reading, keys)
    found: dict[str, YearFacts] = {}
    for key, year in years.items():
        mine = [each for each in sums.get(key, ()) if is_of(year.calendar, each, year.year)]
        if is_summable(year, mine):
            found[key] = summed(year, mine)
    whole = with_credits(reading, {key: year for key, year in years.items() if key not in found})
    return found | {key: YearFacts(year=year) for key, year in whole.items()}


def with_credits(reading: Reading, years: Mapping[str, PersonYear]) -> dict[str, PersonYear]:
    """Return years with all of their credits, and the rates that exchange them: of deals, what was done and posted."""
    years = with_posted(reading, years)
    credited = credits_of_years(reading, list(years)) if years else {}
    active = activities_of_years(reading, list(years)) if years else {}
    found: dict[str, PersonYear] = {}
    for key, year in years.items():
        several = (*year.credits, *credited.get(key, ()), *active.get(key, ()))
        mine = [each for each in several if is_of(year.calendar, each, year.year)]
        found[key] = msgspec.structs.replace(
            year,
            credits=tuple(each for each in mine if each.excluded is None),
            excluded=tuple(each for each in mine if each.excluded is not None),
        )
    told = rates_of(reading, list(found.values()))
    return {key: msgspec.structs.replace(year, rates=told) if told else year for key, year in found.items()}


def frames(reading: Reading, keys: Sequence[str]) -> dict[str, PersonYear]:
    """Return the facts of people's years without any credits; none while there is no calendar."""
    calendar = calendars.calendar(reading)
    if calendar is None:
        return {}
    expected, of_teams = quotas.of_years(reading, keys), quotas.of_teams(reading, keys)
    spells = assignments.of_people(reading, sorted({person_and_year(key)[0] for key in keys}))
    plan_ids = {spell.plan_id for each in spells.values() for spell in each}
    versions = plans.published_versions(reading, sorted(plan_ids))
    found: dict[str, PersonYear] = {}
    for key in keys:
        person_id, year = person_and_year(key)
        mine = spells.get(person_id, [])
        on = {spell.plan_id for spell in mine}
        found[key] = PersonYear(
            person_id=person_id,
            year=year,
            calendar=calendar,
            credits=(),
            quotas=(*expected.get(key, ()), *of_teams.get(key, ())),
            spells=tuple(mine),
            versions=tuple(version for version in versions if version.plan_id in on),
        )
    return found


def rates_of(reading: Reading, years: Sequence[PersonYear]) -> Rates:
    """Return the rates by which plans exchange what there is in other currencies in some years."""
    asking = [year for year in years if any(each.document.exchange is not None for each in year.versions)]
    if not asking:
        return {}
    currencies = {each.currency for year in asking for each in (*year.credits, *year.quotas) if each.currency}
    currencies |= {each.pay_currency for year in asking for each in year.spells if each.pay_currency is not None}
    ids = rates.asked_by([version for year in asking for version in year.versions], currencies)
    spans = [parse_period(year.calendar, year.year) for year in asking]
    first, last = min(each.starts_on for each in spans), max(each.ends_on for each in spans)
    return rates.within(reading, ids, first, last + PAID_WITHIN)


def is_of(calendar: FiscalCalendar, credit: Credit | DaySum, year: str) -> bool:
    """Say whether a credit counts in a year by today's calendar.

    While a change of the calendar is still being derived, some credits stand under the year that they were of before.
    Counted there, two years would tell of one period, and the last word of it could be either's.
    """
    *_, fiscal_year = periods_of(calendar, credit.booked_on)
    return fiscal_year.name == year


def years_of_person(reading: Reading, person_id: str) -> Iterable[str]:
    """Return the years in which a person has credits."""
    return years_of_people(reading, [person_id])


def years_of_team(reading: Reading, team_id: str) -> Iterable[str]:
    """Return the years in which people who were ever in a team have credits."""
    return years_with_credits_of(reading, people_ever_in(reading, [team_id]))


def years_on_plan(reading: Reading, plan_id: str) -> Iterable[str]:
    """Return the years in which people who were ever on a plan have credits."""
    return years_of_people(reading, assignments.people_on(reading, plan_id))


def years_exchanging(reading: Reading, rate: str) -> Iterable[str]:
    """Return the years whose pay a rate may change, from its first day on, of people whose plan may exchange by it.

    The key is `base=quote=kind=day`.
    """
    calendar = calendars.calendar(reading)
    base, quote, kind, day = rate.split(GROUP)
    plan_ids = plans.exchanging(reading, kind, {base, quote})
    if calendar is None or not plan_ids:
        return []
    first = year_of(calendar, date.fromisoformat(day) - PAID_WITHIN).name
    people = sorted({person_id for plan_id in plan_ids for person_id in assignments.people_on(reading, plan_id)})
    return [key for key in years_with_credits_of(reading, people) if person_and_year(key)[1] >= first]


def years_of_everyone(reading: Reading, _everyone: str) -> Iterable[str]:
    """Return all years in which somebody has credits."""
    return all_years(reading)


def years_of_people(reading: Reading, person_ids: Sequence[str]) -> list[str]:
    """Return the years in which people have credits: of deals, of what they did, or of what was posted."""
    found = {*years_with_credits_of(reading, person_ids), *years_with_activities(reading, person_ids)}
    return sorted(found | set(years_with_posted(reading, person_ids)))


def all_years(reading: Reading) -> list[str]:
    """Return every year in which somebody has credits, in the order of their keys."""
    return sorted({*years_with_credits(reading), *years_with_activities(reading), *years_with_posted(reading)})
