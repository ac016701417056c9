"""What a plan has to do with a credit by the document that it comes from: whether it counts such, and what waits."""

from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.trigger import BILLED
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import TRIGGERS
from compensation.domain.engine.facts import PersonYear


def counts_such(document: PlanDocument, credit: Credit) -> bool:
    """Say whether a plan has a rule about the person's own documents of a credit's kind."""
    trigger = TRIGGERS.get(credit.document_kind)
    return any(rule.source == "own" and rule.trigger == trigger for rule in document.credit_rules)


def waits_for_plan(facts: PersonYear, credit: Credit) -> bool:
    """Say whether a credit of a day without a plan waits for one.

    What somebody sold does; another document does if some plan of the person counts such at all.
    """
    if not credit.is_direct or credit.cancelled_on is not None:
        return False
    return credit.document is None or any(counts_such(each.document, credit) for each in facts.versions)


def waits_for_rule(document: PlanDocument, credit: Credit) -> bool:
    """Say whether a credit that no rule of its plan lets in waits for one.

    What somebody sold does, when the plan pays by that: by the booking, the bill or the cash. Nobody expects every call
    to be paid, or every result. A credit by hand always does.
    """
    if credit.given is not None:
        return True
    if credit.source != "own" or credit.document_kind in ("activity", "result", "objective"):
        return False
    if credit.document is not None:
        return counts_such(document, credit)
    return not any(rule.source == "own" and rule.trigger in BILLED for rule in document.credit_rules)


def currency_beside(facts: PersonYear, plan_id: str, credit: Credit) -> str:
    """Return the currency in which a credit waits: its own, or where it is no money that of a plan that counts it."""
    if credit.is_money:
        return credit.currency
    counting = [each for each in facts.versions if counts_such(each.document, credit)]
    return min(counting, key=lambda each: each.plan_id != plan_id).document.currency
