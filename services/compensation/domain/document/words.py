"""A plan in plain words, which the people it pays can read and accept."""

from decimal import Decimal

from compensation.domain.document.condition import condition_in_words
from compensation.domain.document.credit_rule import is_whole, rule_in_words, short
from compensation.domain.document.exchange import exchange_in_words
from compensation.domain.document.instalment import instalments_in_words
from compensation.domain.document.matrix import band_in_words
from compensation.domain.document.payout import minimum_in_words, settlement_in_words
from compensation.domain.document.shape import (
    HUNDRED,
    Cap,
    Clawback,
    Component,
    Draw,
    Gate,
    Measure,
    Modifier,
    PlanDocument,
    RateTable,
    Tier,
)
from compensation.domain.document.target import target_in_words, weights_in_words
from compensation.domain.document.trigger import HAPPENED, NOUNS, nouns
from compensation.domain.document.trigger_faults import rules_of
from money.money import digits_of

CENTS = 2
"""Digits of a currency that has cents."""

COUNTED = {
    "deals": "deals",
    "activities": "activities",
    "results": "results",
    "objectives": "objectives",
    "units": "units",
    "margin": "margin",
    "value_per_year": "yearly value",
}


def in_words(document: PlanDocument) -> str:
    """Return what the plan pays, one sentence after the other."""
    measures = {each.id: each for each in document.measures}
    several = len(document.components) > 1
    said = [component_in_words(document, each, measures[each.measure], named=several) for each in document.components]
    said += [f"All together {cap_in_words(cap, document.currency)}" for cap in document.caps]
    said += [f"What says nothing else is {instalments_in_words(document.instalments)}"] if document.instalments else []
    said += target_in_words(document.target) if document.target is not None else []
    said += [clawback_in_words(document.clawback)] if document.clawback is not None else []
    said += [exchange_in_words(document.exchange, document.currency)] if document.exchange is not None else []
    said += payout_in_words(document)
    paid = f"Paid in {document.currency} by {document.pays}, rounded {rounding_in_words(document)}"
    return ". ".join([*said, paid]) + "."


def rounding_in_words(document: PlanDocument) -> str:
    """Return when pay is rounded, to what, and where the half of it goes."""
    when = "once a period" if document.rounding.at == "end" else "deal by deal"
    digits = digits_of(document.currency)
    if digits == CENTS:
        rule = {"half_up": "half a cent up", "half_even": "half a cent to the even cent"}
        return f"{when}, {rule[document.rounding.rule]}"
    rule = {"half_up": "half of that up", "half_even": "half of that to the even one"}
    return f"{when} to {document.currency} {Decimal(1).scaleb(-digits):f}, {rule[document.rounding.rule]}"


def component_in_words(document: PlanDocument, component: Component, measure: Measure, *, named: bool) -> str:
    """Return one component: its rates, on what, for which deals, and what limits it."""
    rates = table_in_words(component.table, measure, measured_in_words(document, measure), document.currency)
    about = nouns(each.trigger for each in rules_of(document, component))
    parts = [f"{component.id.replace('_', ' ').capitalize()}: {rates}" if named else rates]
    if component.table.pays == "target" and component.weight != HUNDRED:
        parts.append(f"weighing {short(component.weight)}% of the target pay")
    if component.weights:
        parts.append(weights_in_words(component.weights, measure.interval))
    if component.when is not None:
        parts.append(f"for {about} whose {condition_in_words(component.when)}")
    if component.since is not None or component.until is not None:
        happened = dict.fromkeys(HAPPENED[each.trigger] for each in rules_of(document, component))
        parts.append(f"{' or '.join(happened)}{window_in_words(component)}")
    if measure.cap_percent is not None:
        parts.append(f"attainment counts up to {short(measure.cap_percent)}% of quota")
    parts += [modifier_in_words(each) for each in component.modifiers]
    parts += [gate_in_words(each, component, measure, document.currency) for each in component.gates]
    parts += [cap_in_words(each, document.currency) for each in component.caps]
    parts += [instalments_in_words(component.instalments)] if component.instalments else []
    return "; ".join(parts)


def measured_in_words(document: PlanDocument, measure: Measure) -> str:
    """Return what a measure adds up: `bookings of own deals`."""
    rules = [each for each in document.credit_rules if each.id in measure.rules]
    what = measure.field or COUNTED.get(measure.counts) or measure.id.replace("_", " ")
    plain = [
        each for each in rules if each.source == "own" and each.when is None and NOUNS[each.trigger] in ("deals", what)
    ]
    if len(rules) == 1 and plain and is_whole(rules[0]):
        return what
    return f"{what} ({' and '.join(rule_in_words(each) for each in rules)})"


def table_in_words(table: RateTable, measure: Measure, measured: str, currency: str) -> str:
    """Return the rates with their edges."""
    if table.kind == "matrix":
        return matrix_in_words(table, measure, measured, currency)
    if table.kind == "curve":
        points = [f"{rate_in_words(table, each, currency)} at {edge(table, each)}" for each in table.tiers]
        return f"{', '.join(points)} {of_what(table, measured)}{by(table, measure)}, in straight lines between"
    steps = [step_in_words(table, measure, place, measured, currency) for place in range(len(table.tiers))]
    how = {"step": "", "whole": ", the reached rate on everything", "proportional": ", each tier by the share covered"}
    return ", ".join(steps) + (how[table.kind] if len(steps) > 1 else "")


def matrix_in_words(table: RateTable, measure: Measure, measured: str, currency: str) -> str:
    """Return a matrix row by row, each rate with its column."""
    matrix = table.matrix
    if matrix is None:
        return ""
    down, across = (each.replace("_", " ") for each in (measure.id, matrix.across))
    rows, columns = (
        [band_in_words(bands, place, is_percent=over == "attainment") for place in range(len(bands))]
        for bands, over in ((matrix.rows, table.over), (matrix.columns, matrix.columns_over))
    )
    said: list[str] = []
    for row, rates in zip(rows, matrix.rates, strict=True):
        paid = (rate_in_words(table, Tier(up_to=None, rate=rate), currency) for rate in rates)
        cells = [f"{rate} with {across} {column}" for rate, column in zip(paid, columns, strict=True)]
        said.append(f"{down} {row}: {', '.join(cells)}")
    head = f"A rate {of_what(table, measured)}{by(table, measure)}, by where {down} and {across} meet"
    return f"{head} ({'; '.join(said)})"


def step_in_words(table: RateTable, measure: Measure, place: int, measured: str, currency: str) -> str:
    """Return one tier in words; the first names the measure, and the quota where there is an edge."""
    tier = table.tiers[place]
    rate = rate_in_words(table, tier, currency)
    if place == 0:
        rate += f" {of_what(table, measured)}"
        if tier.up_to is None:
            return f"{rate}{by(table, measure)}"
        whose = f" of the {whose_quota(measure)}" if table.over == "attainment" else by(table, measure)
        return f"{rate} up to {edge(table, tier)}{whose}"
    return f"{rate} above" if tier.up_to is None else f"{rate} up to {edge(table, tier)}"


def whose_quota(measure: Measure) -> str:
    """Return which quota stands beside a measure."""
    return f"team's {measure.interval} quota" if measure.quota_of == "team" else f"{measure.interval}'s quota"


def of_what(table: RateTable, measured: str) -> str:
    """Return what a rate is of."""
    return {"percent": f"of {measured}", "each": f"for each of {measured}", "amount": f"for {measured}"}.get(
        table.pays, f"of target pay for {measured}"
    )


def by(table: RateTable, measure: Measure) -> str:
    """Return over what a measure is added up."""
    return f" by {measure.interval}" if table.to_date else ", deal by deal"


def rate_in_words(table: RateTable, tier: Tier, currency: str) -> str:
    """Return a rate: a percent, or an amount of money."""
    return f"{short(tier.rate)}%" if table.pays in ("percent", "target") else f"{currency} {short(tier.rate)}"


def edge(table: RateTable, tier: Tier) -> str:
    """Return an edge: in percent of quota, or of the measure itself."""
    number = short(tier.up_to or Decimal(0))
    return f"{number}%" if table.over == "attainment" else number


def window_in_words(window: Component | Draw) -> str:
    """Return the days on which a part of a plan holds."""
    since = f" from {window.since}" if window.since is not None else ""
    until = f" until {window.until}" if window.until is not None else ""
    return f"{since}{until}"


def modifier_in_words(modifier: Modifier) -> str:
    """Return a modifier: what is paid is multiplied."""
    about = f" where {condition_in_words(modifier.when)}" if modifier.when is not None else ""
    return f"times {short(modifier.percent)}%{about}"


def gate_in_words(gate: Gate, component: Component, measure: Measure, currency: str) -> str:
    """Return a gate: when it opens, and what is paid before."""
    onset = "from then on" if gate.onset == "crossing" else "then for all of it"
    held = {None: "", "crossing": ", held until then", "interval_end": ", held until its interval ends"}
    reached = f"{gate.measure.replace('_', ' ')} reaches {short(gate.at_least)}% of quota"
    if gate.effect == "no_pay":
        return f"only once {reached}, {onset}{held[gate.release]}"
    if gate.effect == "base_rate":
        before = f"only {rate_in_words(component.table, component.table.tiers[0], currency)}"
    elif gate.table is not None:
        before = f"instead {table_in_words(gate.table, measure, measure.id.replace('_', ' '), currency)}"
    else:
        before = "" if gate.cap is None else cap_in_words(gate.cap, currency)
    return f"until {reached} ({onset} as above) {before}"


def cap_in_words(cap: Cap, currency: str) -> str:
    """Return a cap."""
    if cap.over == "window":
        return f"at most {currency} {short(cap.amount)} in all of these days of a fiscal year"
    return f"at most {currency} {short(cap.amount)} a {cap.over}"


def clawback_in_words(clawback: Clawback) -> str:
    """Return what is taken back when a customer cancels."""
    words = f"When a customer cancels, {short(clawback.percent)}% of what the deal paid is taken back"
    if clawback.months is None:
        return words
    return f"{words}, less for each month that the customer stayed, and nothing after {clawback.months} months"


def payout_in_words(document: PlanDocument) -> list[str]:
    """Return what is paid at least and at most in a pay period."""
    said: list[str] = []
    draw = document.draw
    if draw is not None:
        least = f"At least {document.currency} {short(draw.amount)} a {document.pays}{window_in_words(draw)}"
        said.append(f"{least}, {recovery_in_words(draw, document)}")
    if document.minimum is not None:
        amount = f"{document.currency} {short(document.minimum.amount)}"
        said.append(minimum_in_words(document.minimum, amount, document.pays))
    if document.settles is not None:
        said.append(settlement_in_words(document.settles))
    if document.maximum is not None:
        most = f"At most {document.currency} {short(document.maximum)} is paid a {document.pays}"
        said.append(f"{most}; the rest is carried into the next")
    return said


def recovery_in_words(draw: Draw, document: PlanDocument) -> str:
    """Return what becomes of an advance."""
    if not draw.recoverable:
        return "which is not taken back"
    words = f"an advance that is taken back from {short(draw.recovered_percent)}% of what is earned above it"
    if draw.recovered_max is not None:
        words += f", at most {document.currency} {short(draw.recovered_max)} a {document.pays}"
    if draw.forgiven_after is not None:
        words += f", and forgiven after {draw.forgiven_after} pay periods"
    words += "" if draw.recovered_since is None else f", from {draw.recovered_since} on"
    words += "" if draw.forgiven_on is None else f", and forgiven on {draw.forgiven_on}"
    if draw.floor is not None:
        words += f"; at least {document.currency} {short(draw.floor)} is left of what was earned"
    return words
