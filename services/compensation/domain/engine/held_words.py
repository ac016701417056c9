"""Sentences for what is held: which part of which deal, when it is due, and what becomes of it."""

from compensation.domain.engine.held import Held, Lapsed, Released, Waiting
from compensation.domain.engine.trace import money


def explain_held(held: Held) -> str:
    """Return the sentence of a part that its own period does not pay."""
    part = f"Part {held.number} of {held.count}" if held.count > 1 else "All"
    earned = f"{part} of what {held.credit.named}, booked on {held.credit.booked_on}, earned"
    plan = f"Plan {held.plan_id}, version {held.plan_version}, {held.component.replace('_', ' ')}."
    amount = money(held.amount, held.currency)
    if held.pay_currency != held.currency:
        amount += f", paid as {money(held.as_paid, held.pay_currency)}"
    return f"{earned}, {amount}, is due {held.due}: {fate_in_words(held)}. {plan}"


def fate_in_words(held: Held) -> str:
    """Return what becomes of a part."""
    match held.fate:
        case Released(period=period, on=day):
            return f"paid in {period.name}, from {day} on"
        case Waiting(until=None):
            return "that day is not known yet"
        case Waiting(until=day):
            return f"that is not so yet, and it lapses after {day}"
        case Lapsed(on=day) if day == held.credit.ended_on:
            return f"lapsed, since the customer cancelled on {day}"
        case Lapsed(on=day):
            return f"lapsed, since that was not so by {day}"
