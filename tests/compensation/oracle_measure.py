"""The oracle's measures: which credits count, in which order, how far they take a measure, and the cap on that."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from compensation.domain.document.condition import Condition
from compensation.domain.document.credit_rule import CreditRule
from compensation.domain.document.shape import Component, Measure
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, Payment
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from compensation.domain.engine.posted import Result, Score
from fiscal.calendar import PeriodKind, period_of
from tests.compensation.oracle_rates import is_exchanged, pay_rate, plan_rate
from tests.compensation.oracle_words import is_true

NOTHING = Fraction(0)


def in_order(facts: PersonYear) -> list[Credit]:
    return sorted(
        facts.credits,
        key=lambda each: (
            each.booked_on,
            each.source_at,
            *named(each),
            each.source != "own",
            each.number,
            each.source,
        ),
    )


def named(credit: Credit) -> tuple[str, str]:
    """Return the id and the kind of what a credit comes from."""
    return (credit.deal_id, "deal") if credit.document is None else (credit.document.document_id, kind_of(credit))


def kind_of(credit: Credit) -> str:
    return "objective" if isinstance(credit.document, Score) else type(credit.document).__name__.lower()


def interval(facts: PersonYear, credit: Credit, kind: PeriodKind) -> str:
    return period_of(facts.calendar, credit.booked_on, kind).name


def until(facts: PersonYear, credit: Credit, kind: PeriodKind, *, with_it: bool) -> list[Credit]:
    """Return the credits of an interval up to one of them."""
    around = period_of(facts.calendar, credit.booked_on, kind)
    ordered = in_order(facts)
    place = ordered.index(credit) + with_it
    return [each for each in ordered[:place] if around.contains(each.booked_on)]


def holds(facts: PersonYear, version: PlanVersion, condition: Condition | None, credit: Credit) -> bool:
    """Say whether a condition holds, in the money of the plan."""
    return is_true(condition, credit, pay_rate(facts, version, credit) or NOTHING)


def lets_in(facts: PersonYear, version: PlanVersion, measure: Measure, credit: Credit) -> CreditRule | None:
    """Return the first rule of a measure that is about a credit; for one by hand, the one that it names."""
    if credit.given:
        said_of_it = {"amount": credit.amount, "deals": credit.given.deals}.get(measure.counts)
        by_name = [each for each in version.document.credit_rules if each.id == credit.given.rule]
        return by_name[0] if by_name and said_of_it and by_name[0].id in measure.rules else None
    for rule in version.document.credit_rules:
        said = {"roll_up": None if rule.reach == "line" else "direct", "own": None, "team": None}
        said_as = said.get(rule.source, rule.relationship)
        if rule.source == "territory":
            shared, above = " equally" * (rule.holders == "equally"), " parents" * rule.parents
            said_as = f"{rule.role}{shared}{above}"
        if rule.source == "stages":
            weights = ", ".join(f"{each.stage} {each.weight}" for each in rule.stages)
            lost = " of all" * (rule.skipped == "lost")
            said_as = f"{weights}{lost}" + " by first owner" * (rule.stage_owner == "first")
        is_of_kind = (rule.source, said_as) == (credit.source, credit.credited_as)
        of_such = rule.trigger == ("booking" if credit.document is None else kind_of(credit))
        if rule.id in measure.rules and is_of_kind and of_such and holds(facts, version, rule.when, credit):
            return rule
    return None


def left_of(facts: PersonYear, version: PlanVersion, measure: Measure, credit: Credit) -> Fraction:
    """Return which part of a credit counts: own shares whole, others as far as those before them leave of the deal."""
    if credit.source in ("own", "by_hand") or not credit.percent:
        return Fraction(1)
    ordered = in_order(facts)
    left = Fraction(100)
    for each in ordered[: ordered.index(credit)]:
        if named(each) == named(credit) and not each.given and lets_in(facts, version, measure, each):
            left -= Fraction(each.percent) if each.source == "own" else min(max(left, NOTHING), Fraction(each.percent))
    return min(Fraction(credit.percent), max(left, NOTHING)) / Fraction(credit.percent)


def counts(
    facts: PersonYear, version: PlanVersion, measure: Measure, credit: Credit
) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return what a credit adds to a measure, and what there is to pay on: in units of the measure, and in money."""
    rule = lets_in(facts, version, measure, credit)
    if rule is not None:
        left = left_of(facts, version, measure, credit)
        if left:
            money, times = in_money(version, credit) * left, worth(credit) * left
            times = Fraction(credit.given.deals or 0) if credit.given else times
            planned = money * (plan_rate(facts, version, credit.currency, credit.booked_on) or NOTHING)
            money *= pay_rate(facts, version, credit) or NOTHING
            moved, units = (planned, money) if measure.counts == "amount" else (times, times)
            towards, paid = Fraction(rule.attainment_percent) / 100, Fraction(rule.pay_percent) / 100
            return moved * towards, units * paid, money * paid
    return None


def in_money(version: PlanVersion, credit: Credit) -> Fraction:
    """Return what a credit is in money: without a clawback rule, what went back of cash never came in."""
    whole = Fraction(credit.amount)
    if not isinstance(credit.document, Payment) or version.document.clawback is not None:
        return whole
    back = sum((Fraction(each.amount) for each in credit.document.refunds), NOTHING)
    return whole * (1 - back / Fraction(credit.document.amount))


def worth(credit: Credit) -> Fraction:
    """Return how many times something was done, as far as it is the person's; a deal is one. Or what was posted."""
    if isinstance(credit.document, Result):
        return Fraction(credit.document.value)
    if isinstance(credit.document, Score):
        return Fraction(credit.document.percent) * Fraction(credit.document.weight or 0) / 100
    times = credit.document.count if isinstance(credit.document, Activity) else 1
    return times * Fraction(credit.percent) / 100


def measured(facts: PersonYear, version: PlanVersion, measure: Measure, several: Sequence[Credit]) -> Fraction:
    """Add up what credits that are money of the plan count in a measure, whichever plan pays them."""
    mine = [counts(facts, version, measure, each) for each in several if is_exchanged(facts, version, each)]
    return sum((each[0] for each in mine if each), NOTHING)


def is_in(version: PlanVersion, credit: Credit) -> bool:
    """Say whether a plan's currency is that of a credit; an activity has none."""
    return isinstance(credit.document, Activity) or credit.currency == version.document.currency


def quota_for(facts: PersonYear, measure: Measure, day: date) -> Quota | None:
    wanted = (measure.quota, period_of(facts.calendar, day, measure.interval).name, measure.quota_of)
    return next((each for each in facts.quotas if (each.measure, each.period, each.of) == wanted), None)


def worth_of(facts: PersonYear, version: PlanVersion, measure: Measure, quota: Quota | None) -> Fraction:
    """Return a quota in the money of the plan, if it is of money."""
    if quota is None or measure.counts != "amount":
        return Fraction(quota.amount) if quota else NOTHING
    return Fraction(quota.amount) * (plan_rate(facts, version, quota.currency or "", quota.starts_on) or NOTHING)


def measure_of(version: PlanVersion, name: str) -> Measure:
    return next(each for each in version.document.measures if each.id == name)


def measured_by(component: Component) -> tuple[str, ...]:
    """Return the measures that a component goes by: a matrix has two."""
    matrix = component.table.matrix
    return (component.measure,) if matrix is None else (component.measure, matrix.across)


def held(measure: Measure, quota: Fraction, reached: Fraction) -> Fraction:
    """Hold a measure to the cap on attainment."""
    return reached if measure.cap_percent is None else min(reached, quota * Fraction(measure.cap_percent) / 100)


def within(
    facts: PersonYear, version: PlanVersion, measure: Measure, quota: Fraction, credit: Credit
) -> tuple[Fraction, Fraction, Fraction]:
    """Return what of a credit counts for pay: its part up to the cap on attainment."""
    found = counts(facts, version, measure, credit)
    moved, units, money = found or (NOTHING, NOTHING, NOTHING)
    if not moved:
        return NOTHING, units, money
    begins = measured(facts, version, measure, until(facts, credit, measure.interval, with_it=False))
    part = held(measure, quota, begins + moved) - held(measure, quota, begins)
    return part, units * part / moved, money * part / moved


def said_of(version: PlanVersion, name: str) -> object:
    """Return what a version says of a component: its terms, its measure, the rules of that, and its money."""
    found = [each for each in version.document.components if each.id == name]
    names = [name for each in found for name in measured_by(each)]
    measures = [measure_of(version, name) for name in names]
    rules = [each for each in version.document.credit_rules for measure in measures if each.id in measure.rules]
    target = [version.document.target for each in found if each.table.pays == "target"]
    return found, measures, rules, target, version.document.currency, version.document.exchange


def goes_on(facts: PersonYear, one: PlanVersion, other: PlanVersion, component: Component) -> bool:
    """Say whether all versions of a plan from one to another say the same of a component."""
    numbers = range(min(one.version, other.version), max(one.version, other.version) + 1)
    between = [each for each in facts.versions if each.plan_id == one.plan_id and each.version in numbers]
    said = [said_of(each, component.id) for each in between]
    return one.plan_id == other.plan_id and all(each == said[0] for each in said)
