"""What would people's years follow from if something were otherwise, and what do they earn as it is?"""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import select

from compensation.domain.engine.exact import EXACT
from compensation.domain.engine.summing import YearFacts, is_summable, summed
from compensation.domain.what_if import Change, Sum, credit_for, deals_in, sum_for, with_document
from compensation.projections.credit_sums import sums_of_years
from compensation.projections.earnings import PAID, EarningRow, earnings
from compensation.projections.years import frames, is_of, with_credits
from events.store.session import Reading


def changed_years(reading: Reading, keys: Sequence[str], change: Change) -> dict[str, YearFacts]:
    """Return the facts of people's years with a change: sums where the changed plans pay by them, else all credits."""
    years = {key: with_document(year, change) for key, year in frames(reading, keys).items()}
    sums = sums_of_years(reading, keys)
    found: dict[str, YearFacts] = {}
    for key, year in years.items():
        mine = [each for each in sums.get(key, ()) if is_of(year.calendar, each, year.year)]
        mine += [sum_for(each) for each in deals_in(year, change.deals)]
        if is_summable(year, mine):
            found[key] = summed(year, mine)
    whole = with_credits(reading, {key: year for key, year in years.items() if key not in found})
    for key, year in whole.items():
        credits_ = (*year.credits, *(credit_for(year, each) for each in deals_in(year, change.deals)))
        found[key] = YearFacts(year=msgspec.structs.replace(year, credits=credits_))
    return found


def sums_that_stand(reading: Reading, keys: Sequence[str]) -> Mapping[str, list[Sum]]:
    """Return what people's years earn by all that is known, as it is stored, whatever currencies it is paid in."""
    found: dict[str, dict[tuple[str, ...], Sum]] = {key: {} for key in keys}
    paid = select(earnings).where(
        reading.among(earnings.c.person_year, keys), earnings.c.problem == PAID, earnings.c.component != ""
    )
    for row in reading.rows(paid.order_by(*earnings.primary_key.columns), EarningRow):
        mine, where = found[row.person_year], (row.period, row.plan_id, row.component, row.currency)
        before = mine.get(where)
        mine[where] = Sum(
            period=row.period,
            plan_id=row.plan_id,
            component=row.component,
            currency=row.currency,
            tier=max(row.tier, 0 if before is None else before.tier),
            earned=row.earned if before is None else EXACT.add(before.earned, row.earned),
        )
    return {key: list(mine.values()) for key, mine in found.items()}
