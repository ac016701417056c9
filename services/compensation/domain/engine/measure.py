"""Measures: what a person has been credited with so far in a period, and how much of the quota that is."""

from decimal import Decimal

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import EXACT, ZERO, ratio_percent
from compensation.domain.engine.facts import PersonYear, Quota
from compensation.domain.engine.placing import periods_of
from events.domain import Value


class Measured(Value, tag=False):
    """A person's attainment in a period. `percent` is credit ÷ quota in percent; none without a usable quota."""

    credit: Decimal
    quota: Decimal | None
    percent: Decimal | None


class Bookings:
    """What a person has booked so far, by month, quarter and year, each currency for itself.

    It counts all credits of the person, whichever plan pays them: a quota is the person's, not the plan's.
    """

    def __init__(self, facts: PersonYear) -> None:
        self._facts = facts
        self._sums: dict[tuple[str, str], Decimal] = {}

    def so_far(self, period: str, currency: str) -> Decimal:
        """Return what was booked in a period up to now."""
        return self._sums.get((period, currency), ZERO)

    def add(self, credit: Credit) -> None:
        """Count a credit in its month, its quarter and its year."""
        for period in periods_of(self._facts.calendar, credit.booked_on):
            place = (period.name, credit.currency)
            self._sums[place] = EXACT.add(self._sums.get(place, ZERO), credit.amount)

    def measured(self, period: str, currency: str) -> Measured:
        """Return the attainment of a period as it stands."""
        quota = next((each for each in self._facts.quotas if each.period == period), None)
        return attainment(self.so_far(period, currency), quota, currency)


def attainment(credit: Decimal, quota: Quota | None, currency: str) -> Measured:
    """Return a credit beside its quota, if there is one in this currency."""
    if quota is None or quota.currency != currency or quota.amount <= 0:
        return Measured(credit=credit, quota=None, percent=None)
    return Measured(credit=credit, quota=quota.amount, percent=ratio_percent(credit, quota.amount))
