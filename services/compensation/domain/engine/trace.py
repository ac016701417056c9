"""Traces in words: why a line is what it is, said so that the person it pays can follow."""

from datetime import date
from decimal import Decimal

from compensation.domain.document.credit_rule import spoken
from compensation.domain.engine.adjusting import Adjustment
from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, Document, Invoice, Payment
from compensation.domain.engine.exact import HUNDRED, ZERO, plain_money, ratio_percent, total
from compensation.domain.engine.given import Given
from compensation.domain.engine.line import Line
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.posted import Result, Score
from compensation.domain.engine.rate import Conversion, Exchanged
from compensation.domain.engine.rate_table import Level, Slice
from compensation.domain.engine.sections import Earning, Unpaid
from compensation.domain.engine.target import TargetPart

DIGITS_SHOWN_MAX = 8
"""Digits after the point that a sentence shows: a third has no end."""

REASONS: dict[Problem, str] = {
    "no_plan": "no plan is assigned on the booking day",
    "several_plans": "more than one plan is assigned on the booking day",
    "plan_not_in_effect": "the plan has no version in effect on the booking day",
    "other_currency": "the deal is in another currency than the plan",
    "no_payment_rule": "the assignment pays in another currency, and the plan does not say by which rate",
    "no_rate": "the plan's exchange rate of that day is not known",
    "no_rule": "no credit rule of the plan is about this deal",
    "no_quota": "there is no quota for the period",
    "quota_in_other_currency": "the quota of the period is in another currency than the plan",
    "quota_is_zero": "the quota of the period is zero",
    "no_target_pay": "the assignment says no target pay",
    "target_pay_in_other_currency": "the target pay is in another currency than the plan",
    "no_result": "a result or an objective's score that the plan looks at is not posted for the period",
    "no_number": "the deal's line does not say the number that the plan measures",
}
"""Why a credit waits, and so what pays it when it is resolved."""


def explain(line: EarningLine, earning: Earning) -> str:
    """Return the line's sentence: the deal, the share, the way the measure went, what it earned, and by which plan."""
    currency, of_deal = earning.currency, line.rated.of_deal
    worth = " + ".join(slice_in_words(each, line, currency) for each in line.rated.slices) or "nothing"
    if line.rated.level is not None:
        worth = level_in_words(line, line.rated.level, currency)
    if of_deal is not None:
        worth += f" = {money(of_deal, currency)} for the deal's lines, of which this one has a part"
    worth += target_in_words(line, currency)
    steps = "".join(adjustment_in_words(each, currency) for each in line.adjustments)
    where = attainment_in_words(line, earning)
    paid = "" if line.payment is None else f" {paid_in_words(line.payment, line.earned, line.as_paid)}"
    version = f"Plan {line.plan_id}, version {line.plan_version}, {line.component.replace('_', ' ')}.{paid}"
    return f"{credit_in_words(line.credit)}{where}: {worth} = {money(line.rated.exact, currency)}{steps}. {version}"


def paid_in_words(payment: Conversion, earned: Decimal, as_paid: Decimal) -> str:
    """Return what is paid in another currency, and by which rate."""
    paid = f"{money(earned, payment.base)} is paid as {money(as_paid, payment.quote)}"
    return f"{paid} ({rates_in_words(payment)})."


def explain_unpaid(credit: Credit, unpaid: Unpaid) -> str:
    """Return the sentence of a credit that waits."""
    reason = REASONS[unpaid.problem]
    plan = f" (plan {unpaid.plan_id})" if unpaid.plan_id else ""
    return f"{credit_in_words(credit)} is not paid yet in {unpaid.period.name}: {reason}{plan}."


def explain_excluded(credit: Credit) -> str:
    """Return the sentence of a credit that is excluded by hand."""
    return f"{credit_in_words(credit, 'would count')}, and is excluded by hand by {credit.excluded}."


def explain_clawed(clawed: Clawed) -> str:
    """Return the sentence of what is taken back."""
    credit, currency = clawed.credit, clawed.currency
    stayed = "" if clawed.months_served is None else f" after {clawed.months_served} months"
    payer = f"its {credit.document_kind} {credit.document_id}" if credit.document and not clawed.refund else "it"
    paid = f"{plain_number(clawed.percent)}% of the {money(clawed.paid, currency)} that {payer} paid"
    plan = f"Plan {clawed.plan_id}, version {clawed.plan_version}, {clawed.component.replace('_', ' ')}."
    if clawed.refund is not None:
        back = (
            f"{money(clawed.refund.amount, credit.currency)} of payment {credit.document_id} of deal {credit.deal_id}"
        )
        return f"{back} went back on {clawed.refund.refunded_on}{stayed}: {paid} is taken back. {plan}"
    deal = f"Deal {credit.deal_id}, booked on {day_booked(credit)}, was cancelled on {credit.cancelled_on}{stayed}"
    return f"{deal}: {paid} is taken back. {plan}"


def credit_in_words(credit: Credit, counts: str = "counts") -> str:
    """Return which document it was, when it was booked, and which share of it counts."""
    if credit.document is not None:
        return document_in_words(credit, credit.document, counts)
    if credit.given is not None:
        return given_in_words(credit, credit.given, counts)
    about = ", ".join(each for each in (credit.product, credit.account) if each)
    named = f"Deal {credit.deal_id} ({about})" if about else f"Deal {credit.deal_id}"
    if credit.line is not None:
        named += f", {line_in_words(credit.line)}"
    whole = money(credit.line_amount, credit.currency)
    worth = whole
    if credit.counted_percent != HUNDRED:
        worth = f"{money(credit.amount, credit.currency)} ({plain_number(credit.counted_percent)}% of {whole})"
    worth += "" if credit.exchanged is None else exchanged_in_words(credit.amount, credit.exchanged)
    return f"{named}, booked on {credit.booked_on}, {counts} {worth}{source_in_words(credit)}"


def given_in_words(credit: Credit, given: Given, counts: str) -> str:
    """Return what is credited by hand: for which deal, on which day, with what, by whom and why."""
    of_deal = f" for deal {credit.deal_id}" if given.is_of_deal else ""
    numbers = {"units": given.units, "deals": given.deals}
    amounts = {"margin": given.margin, "yearly value": given.value_per_year}
    said = [money(credit.amount, credit.currency)] if credit.amount else []
    said += [f"{plain_number(number)} {name}" for name, number in numbers.items() if number is not None]
    said += [f"{money(amount, credit.currency)} {name}" for name, amount in amounts.items() if amount is not None]
    worth = ", ".join(said)
    worth += "" if credit.exchanged is None else exchanged_in_words(credit.amount, credit.exchanged)
    named = f"Credit {given.credit_id} by hand ({credit.by_hand}){of_deal}"
    return f"{named}, booked on {credit.booked_on}, {counts} {worth}"


def source_in_words(credit: Credit) -> str:
    """Return as what a person is credited with a deal that is another's."""
    match credit.source:
        case "relationship":
            return f" as {spoken(credit.credited_as)}"
        case "territory":
            return f" as {spoken(credit.credited_as).split(' ', maxsplit=1)[0]} of the territory"
        case "stages":
            return f" for stages owned ({credit.credited_as})"
        case "team":
            return " of the team"
        case _:
            return "" if credit.by_hand is None else f", split by hand by {credit.by_hand}"


def exchanged_in_words(amount: Decimal, exchanged: Exchanged) -> str:
    """Return what an amount of another currency is in the plan's, and towards attainment where that is other money."""
    pay, attainment = exchanged.pay, exchanged.attainment
    words = f" = {money(pay.of(amount), exchanged.currency)} ({rates_in_words(pay)})"
    if attainment.rates == pay.rates:
        return words
    towards = money(attainment.of(amount), exchanged.currency)
    return f"{words}, towards attainment {towards} ({rates_in_words(attainment)})"


def rates_in_words(conversion: Conversion) -> str:
    """Return the rates of a conversion, each with its kind, its day and its source."""
    return " and ".join(
        f"{each.base} 1 = {money(each.rate, each.quote)}, {each.kind.replace('_', ' ')} rate of {each.effective_on}"
        f" by {each.source}"
        for each in conversion.rates
    )


def day_booked(credit: Credit) -> date:
    """Return the day on which a credit's deal was booked."""
    return credit.document.booked_on if isinstance(credit.document, Invoice | Payment) else credit.booked_on


def document_in_words(credit: Credit, document: Document, counts: str) -> str:
    """Return what a credit comes from that is not the booking of a deal."""
    match document:
        case Activity():
            return activity_in_words(credit, document)
        case Result(name=name, subject=subject, value=value):
            what = f"Result {name.replace('_', ' ')} of the {subject}"
            return f"{what}, of a period that ended on {credit.booked_on}, counts {plain_number(value)}"
        case Score(name=name, subject=subject, percent=reached, weight=weight):
            weighs = "" if weight is None else f" at a weight of {plain_number(weight)}%"
            what = f"Objective {name} of the {subject}, of a period that ended on {credit.booked_on}"
            return f"{what}, was reached to {plain_number(reached)}%{weighs}"
        case Invoice() | Payment():
            return billed_in_words(credit, document, counts)


def billed_in_words(credit: Credit, document: Invoice | Payment, counts: str) -> str:
    """Return what was billed or paid, when, and what of it counts."""
    about = ", ".join(each for each in (credit.product, credit.account) if each)
    named = f"deal {credit.deal_id} ({about})" if about else f"deal {credit.deal_id}"
    if credit.line is not None:
        named += f", {line_in_words(credit.line)}"
    counts += f" {money(credit.amount, credit.currency)}"
    if credit.amount != document.amount:
        counts += f" of {money(document.amount, credit.currency)}"
    if credit.exchanged is not None:
        counts += exchanged_in_words(credit.amount, credit.exchanged)
    counts += source_in_words(credit)
    if isinstance(document, Invoice):
        return f"Invoice {document.document_id} of {named}, issued on {credit.booked_on}, {counts}"
    back = total(each.amount for each in document.refunds)
    went = f", {money(back, credit.currency)} of which went back" if back else ""
    invoice = f" for invoice {document.invoice_id}" if document.invoice_id is not None else ""
    return f"Payment {document.document_id}{invoice} of {named}, received on {credit.booked_on}, {counts}{went}"


def activity_in_words(credit: Credit, activity: Activity) -> str:
    """Return what was done, when, and how many times."""
    about = ", ".join(each for each in (activity.activity_kind, credit.account, credit.deal_id) if each)
    return f"Activity {activity.document_id} ({about}), done on {credit.booked_on}, counts {activity.count}"


def line_in_words(line: Line) -> str:
    """Return which line of its deal a credit is of."""
    about = ", ".join(each for each in (line.type, line.product_id) if each)
    return f"line {line.line_id} ({about})" if about else f"line {line.line_id}"


def attainment_in_words(line: EarningLine, earning: Earning) -> str:
    """Return from where to where the line takes the attainment of its interval; nothing where there is no quota."""
    if not line.quota or line.rated.before == line.rated.after:
        return ""
    ends = (percent(ratio_percent(amount, line.quota)) for amount in (line.rated.before, line.rated.after))
    before, after = ends
    return f" and takes {earning.measured_in} from {before} to {after} of quota"


def slice_in_words(each: Slice, line: EarningLine, currency: str) -> str:
    """Return what a slice pays on, and its rate."""
    if line.rated.pays == "target" and line.quota and line.target is not None:
        covered = percent(ratio_percent(each.pay_base, line.quota))
        return f"{covered} of {money(line.target, currency)} target pay at {plain_number(each.rate)}%"
    return rated_in_words(line, each.rate, each.pay_base, currency)


def rated_in_words(line: EarningLine, rate: Decimal, base: Decimal, currency: str) -> str:
    """Return a rate on what it is paid on."""
    pays = line.rated.pays
    if pays == "percent":
        return f"{money(base, currency)} at {plain_number(rate)}%"
    if pays == "each":
        return f"{plain_number(base)} at {money(rate, currency)} each"
    if pays == "amount":
        return money(rate, currency)
    return f"{plain_number(rate)}% of {money(line.target or ZERO, currency)} target pay"


def level_in_words(line: EarningLine, level: Level, currency: str) -> str:
    """Return what everything to date is worth now, less what it was worth before."""
    now = rated_in_words(line, level.rate_after, level.base_after, currency)
    if level.column is not None and level.across_after is not None:
        now += f" (row {level.tier}, column {level.column} at {plain_number(level.across_after)})"
    if not level.before:
        return now
    before = rated_in_words(line, level.rate_before, level.base_before, currency)
    return f"{now}, to date, less {before}, before"


def target_in_words(line: EarningLine, currency: str) -> str:
    """Return what target pay is made of, where that is more than an equal part of the year's."""
    if line.target_from is None:
        return ""
    return f" (target pay: {' + '.join(target_part_in_words(each, currency) for each in line.target_from.parts)})"


def target_part_in_words(part: TargetPart, currency: str) -> str:
    """Return what one assignment adds to the target pay of an interval."""
    words = f"{money(part.part, currency)} of {money(part.yearly, currency)} a year"
    return words if part.days is None else f"{words} for {part.days} of {part.of_days} days"


def adjustment_in_words(adjustment: Adjustment, currency: str) -> str:
    """Return what a modifier, a gate or a cap made of the line."""
    return f"; {adjustment.kind}: {adjustment.detail} = {money(adjustment.after, currency)}"


def plain_number(number: Decimal) -> str:
    """Return a number as people read it: without needless zeros, and cut where it would never end."""
    digits = -int(number.normalize().as_tuple().exponent)
    return f"{number.normalize():f}" if digits <= DIGITS_SHOWN_MAX else f"{number:.{DIGITS_SHOWN_MAX}f}…"


def percent(number: Decimal) -> str:
    """Return a percent as people read it, with two digits."""
    return f"{number:.2f}%"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount as people read it: every digit that it needs, but cut where it would never end."""
    digits = -int(amount.normalize().as_tuple().exponent)
    if digits > DIGITS_SHOWN_MAX:
        return f"{currency} {amount:,.{DIGITS_SHOWN_MAX}f}…"
    return str(plain_money(amount, currency))
