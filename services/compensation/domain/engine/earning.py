"""The pay engine: from the facts of a person's fiscal year to what is earned in each period, line by line.

Pure, and the same whatever order the facts arrived in. The order of calculation is always the same: which credit
counts, what it measures, the cap on attainment, the rate, modifiers, gates, the caps on pay, instalments, clawback.
"""

from collections.abc import Sequence
from decimal import Decimal

from compensation.domain.document.shape import Component, Gate, Measure, RateTable
from compensation.domain.engine.adjusting import Adjustment, Caps, Limit, gated, left_of, modified, rated_while_shut
from compensation.domain.engine.cell import Across, across_of, measures_of, moved_by, quota_across
from compensation.domain.engine.clawing import taken_back
from compensation.domain.engine.credit import Credit, shares_of
from compensation.domain.engine.exact import total
from compensation.domain.engine.exchanging import quota_in, share_exchanged
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.looking_ahead import looks_ahead, run_through
from compensation.domain.engine.measure import Counted, Counts, Running, as_counted, counts_in
from compensation.domain.engine.opening import measure_of, openings
from compensation.domain.engine.payable import pay_currency
from compensation.domain.engine.paying import Bases, EarningLine, Rated, paid_on, pays_for, rate, tier_of, within_cap
from compensation.domain.engine.placing import AtEnd, Misplaced, Placed, Places, Problem, period_in
from compensation.domain.engine.rate_table import Scale, scale
from compensation.domain.engine.releasing import held_of
from compensation.domain.engine.sections import Earning, Earnings, Taken, Unpaid, in_cents, taken_by, unpaid_of
from compensation.domain.engine.shut import as_rated, limits_while_shut, shut_gate
from compensation.domain.engine.spreading import spread_over, within_moved
from compensation.domain.engine.target import Target, is_plain, target_of
from compensation.domain.engine.triggering import currency_beside, waits_for_plan, waits_for_rule
from fiscal.calendar import Period

Paid = tuple[Credit, Counted]
"""A line that a component pays, and what it counts for."""


def earn(facts: PersonYear) -> Earnings:
    """Return what a person earns in a fiscal year by all that is known."""
    year = _Year(facts)
    for share in shares_of(facts.credits):
        year.take(share)
    earned = year.earned()
    held = held_of(facts, earned, openings(facts))
    clawed = taken_back(facts, (line for section in earned for line in section.lines), held)
    excluded = tuple(sorted(facts.excluded, key=lambda each: each.order))
    return Earnings(
        taken=year.taken(), earned=earned, held=held, clawed=clawed, unpaid=year.unpaid(), excluded=excluded
    )


class _Year:
    """A year as its credits are taken in their order."""

    def __init__(self, facts: PersonYear) -> None:
        self._facts = facts
        self._final = {key(each): run_through(facts, each) for each in facts.versions if looks_ahead(each.document)}
        self._running = {key(version): Running(facts, version.document) for version in facts.versions}
        self._places = Places(facts)
        self._bases, self._caps = Bases(facts.versions), Caps(facts.calendar, facts.versions)
        self._lines: dict[tuple[str, str, str], list[EarningLine]] = {}
        self._last: dict[tuple[str, str, str], tuple[PlanVersion, Component]] = {}
        self._at_end: dict[AtEnd, Decimal] = {}
        self._taken: dict[tuple[str, str], list[tuple[PlanVersion, Credit]]] = {}
        self._scales: dict[tuple[str, int, str, RateTable | None, str, Decimal | None], Scale] = {}
        self._unpaid: dict[tuple[Period, str, str, Problem, str], list[Credit]] = {}

    def take(self, share: Sequence[Credit]) -> None:
        """Count the lines of a share of a deal in all versions, and pay them by the one that holds on its day."""
        found = self._places.of(share[0])
        mine = key(found.version) if isinstance(found, Placed) else None
        begins = self._begins(found, share[0])
        counts = {where: running.count(share) for where, running in self._running.items()}
        self._note(share[0])
        if isinstance(found, Misplaced):
            for credit in share:
                if waits_for_plan(self._facts, credit):
                    self._wait(found.period, found.plan_id, "", found.problem, credit)
        elif mine is not None and counts_in(found.version.document, share[0]):
            self._pay(found, share, begins, counts[mine])

    def _begins(self, found: Placed | Misplaced, credit: Credit) -> dict[str, Decimal]:
        if isinstance(found, Misplaced):
            return {}
        running = self._running[key(found.version)]
        intervals = self._places.intervals(found.version, credit.booked_on)
        return {measure.id: running.so_far(measure, interval) for measure, interval, _ in intervals}

    def _note(self, credit: Credit) -> None:
        """Remember how far each measure is in the pay period of a credit: the last word is that of the period's end."""
        for version in self._facts.versions:
            running = self._running[key(version)]
            for measure, interval, place in self._places.intervals(version, credit.booked_on):
                self._at_end[place] = running.so_far(measure, interval)

    def _pay(self, found: Placed, share: Sequence[Credit], begins: dict[str, Decimal], counts: list[Counts]) -> None:
        document = found.version.document
        share = share_exchanged(self._facts, document, share)
        period = period_in(self._facts.calendar, share[0].booked_on, document.pays)
        for credit, each in zip(share, counts, strict=True):
            if each:
                self._taken.setdefault((period.name, found.version.plan_id), []).append(
                    (found.version, as_counted(credit, each))
                )
            elif waits_for_rule(document, credit):
                self._wait(period, found.version.plan_id, "", "no_rule", credit)
        for component in document.components:
            paid = self._paid_by(found, component, period, share, counts)
            if not paid:
                continue
            moved = total(each.measure for count in counts if (each := count.get(component.measure)) is not None)
            where = (period.name, found.version.plan_id, component.id)
            across = across_of(self._facts, found.version, component, share[0], begins, counts)
            lines = self._deal_lines(found, component, paid, begins[component.measure], moved, across)
            self._lines.setdefault(where, []).extend(lines)
            self._last[where] = (found.version, component)

    def _paid_by(
        self, found: Placed, component: Component, period: Period, share: Sequence[Credit], counts: list[Counts]
    ) -> list[Paid]:
        """Return the lines that a component pays; those that it would pay and cannot wait."""
        measures = measures_of(component)
        about = [
            (credit, each)
            for credit, each in zip(share, counts, strict=True)
            if any(measure in each for measure in measures) and pays_for(component, credit)
        ]
        if not about:
            return []
        problem = self._places.problem(found, component, share[0].booked_on)
        looked_at = (*measures, *(gate.measure for gate in component.gates))
        paid: list[Paid] = []
        for credit, each in about:
            counted = moved_by(component, each)
            is_known = all(each[measure] is not None for measure in looked_at if measure in each)
            if problem is None and is_known and counted is not None:
                paid.append((counted.of or credit, counted))
            else:
                self._wait(period, found.version.plan_id, component.id, problem or "no_number", credit)
        return paid

    def _deal_lines(
        self,
        found: Placed,
        component: Component,
        paid: Sequence[Paid],
        begins: Decimal,
        moved: Decimal,
        across: Across,
    ) -> list[EarningLine]:
        """Return what a component pays for lines of one share, all lines of which move the measure together."""
        version, measure, first = found.version, found.version.measure_of(component), paid[0][0]
        interval = self._interval(measure, first).name
        known = quota_in(self._facts, version.document, measure, interval)
        quota = None if known is None else known.amount
        target = target_of(self._facts, version, component, found.spell, self._interval(measure, first))
        if component.gates:
            component = as_rated(component, lambda gate: self._percent(version, gate, first))
        bases = [paid_on(component, each) for _, each in paid]
        together = Counted(rule="", measure=moved, pay_base=total(bases))
        start, adds = within_cap(measure, quota, begins, together)
        instance = interval if component.table.to_date else f"{interval} {first.document_key}"
        before, after = self._bases.move(version, component, instance, start, adds, across)
        laid = self._scale(version, component, interval, quota, None if target is None else target.amount)
        rates = spread_over(laid, before, rate(laid, before, after), within_moved(bases, moved, adds.measure))
        stated = None if is_plain(version.document, component) else target
        return [self._line(version, component, laid, *each, stated) for each in zip(paid, rates, strict=True)]

    def _scale(
        self, version: PlanVersion, component: Component, interval: str, quota: Decimal | None, target: Decimal | None
    ) -> Scale:
        """Lay a table out once for an interval; never for another year, where equal numbers may have other digits."""
        where = (*key(version), component.id, component.table if component.gates else None, interval, target)
        if where not in self._scales:
            across = quota_across(self._facts, version, component, interval)
            self._scales[where] = scale(component.table, quota, target, across)
        return self._scales[where]

    def _line(
        self, version: PlanVersion, component: Component, laid: Scale, paid: Paid, rated: Rated, target: Target | None
    ) -> EarningLine:
        credit, counted = paid
        adjustments = self._adjust(version, component, credit, rated.exact)
        adjusted = left_of(rated.exact, adjustments)
        return EarningLine(
            credit=credit,
            rule=counted.rule,
            component=component.id,
            plan_id=version.plan_id,
            plan_version=version.version,
            quota=laid.quota,
            target=laid.target,
            rated=rated,
            adjustments=adjustments,
            adjusted=adjusted,
            earned=adjusted,
            target_from=target,
        )

    def _adjust(
        self, version: PlanVersion, component: Component, credit: Credit, amount: Decimal
    ) -> tuple[Adjustment, ...]:
        """Modify, gate and cap a line, in this order."""
        if not (component.modifiers or component.gates or self._caps.bite):
            return ()

        def reached(gate: Gate) -> Decimal | None:
            return self._percent(version, gate, credit)

        shut = shut_gate(component, reached)
        done = [] if shut is None else [rated_while_shut(shut, reached(shut), amount)]
        done += modified(component, credit, amount)
        for gate in component.gates:
            if gate.release is None and gate.effect == "no_pay":
                done += gated(gate, reached(gate), left_of(amount, done))
        owner, window = f"{version.plan_id}/{component.id}", f"{component.since}/{component.until}"
        limits = limits_while_shut(component, reached)
        done += self._caps.capped(owner, limits, credit, left_of(amount, done), window)
        of_plan = [Limit(cap=each) for each in version.document.caps]
        done += self._caps.capped(version.plan_id, of_plan, credit, left_of(amount, done))
        return tuple(done)

    def _percent(self, version: PlanVersion, gate: Gate, credit: Credit) -> Decimal | None:
        measures = self._final if gate.onset == "interval" else self._running
        measure = measure_of(version, gate)
        return measures[key(version)].measured(measure, self._interval(measure, credit).name).percent

    def _interval(self, measure: Measure, credit: Credit) -> Period:
        return period_in(self._facts.calendar, credit.booked_on, measure.interval)

    def _wait(self, period: Period, plan_id: str, component: str, problem: Problem, credit: Credit) -> None:
        currency = currency_beside(self._facts, plan_id, credit)
        self._unpaid.setdefault((period, plan_id, component, problem, currency), []).append(credit)

    def taken(self) -> tuple[Taken, ...]:
        """Return the credits that plans take, by period and plan."""
        return tuple(
            taken_by(self._facts, self._taken[where][-1][0], [credit for _, credit in self._taken[where]])
            for where in sorted(self._taken)
        )

    def earned(self) -> tuple[Earning, ...]:
        """Return the sections: each component of each plan in each period that it pays."""
        return tuple(self._earning(where) for where in sorted(self._lines))

    def _earning(self, where: tuple[str, str, str]) -> Earning:
        version, component = self._last[where]
        measure, lines = version.measure_of(component), self._lines[where]
        document, day = version.document, lines[-1].credit.booked_on
        period = period_in(self._facts.calendar, day, document.pays)
        currency = pay_currency(self._facts.spells, version.plan_id, document, period)
        several = in_cents(self._facts, document, period, currency, lines)
        interval = self._interval(measure, lines[-1].credit).name
        so_far = self._at_end[*key(version), measure.id, where[0], interval]
        measured = self._running[key(version)].beside_quota(measure, interval, so_far)
        return Earning(
            period=period,
            plan_id=version.plan_id,
            plan_version=version.version,
            component=component.id,
            currency=document.currency,
            measure=measure.id,
            measured_in=interval,
            measured=measured,
            tier=tier_of(component, lines[-1], measured),
            credited=total(line.credit.credited for line in lines),
            earned=total(line.earned for line in several),
            lines=several,
            pay_currency=currency,
            as_paid=total(line.as_paid for line in several),
        )

    def unpaid(self) -> tuple[Unpaid, ...]:
        """Return what waits, by period, plan, component and reason."""
        places = sorted(self._unpaid, key=lambda each: (each[0].name, *each[1:]))
        return tuple(unpaid_of(*each, self._unpaid[each]) for each in places)


def key(version: PlanVersion) -> tuple[str, int]:
    """Return what tells versions of plans apart."""
    return version.plan_id, version.version
