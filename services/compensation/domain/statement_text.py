"""A statement as a page of text, for people who read it in a terminal or in a mail."""

from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.drawing import Cost, Payout
from compensation.domain.engine.held import Held, Released
from compensation.domain.engine.held_words import explain_held
from compensation.domain.engine.sections import Earning, Unpaid
from compensation.domain.engine.trace import explain, explain_clawed, explain_excluded, explain_unpaid, money, percent
from compensation.domain.engine.version import ENGINE_VERSION
from compensation.domain.statement import Statement
from money.money import Money

WIDTH = 100


def statement_text(statement: Statement, name: str, computed_up_to: int) -> str:
    """Return the page: a head, a section for each plan and period, what waits, and the sums."""
    head = f"Statement of {name} ({statement.person_id}) for {statement.period.name}"
    days = f"{statement.period.starts_on} to {statement.period.ends_on}"
    days += f", computed up to position {computed_up_to} by engine {ENGINE_VERSION}"
    sections = [section(earning) for earning in statement.earned] + [waiting(each) for each in statement.unpaid]
    sections += [later(each) for each in statement.held] + [come_due(each) for each in statement.released]
    sections += [taken_back(each) for each in statement.clawed]
    sections += [left_out(each) for each in statement.excluded]
    paid = [paid_out(each) for each in statement.payouts if is_told(each)]
    body = [*sections, *paid] or [["Nothing was booked."]]
    foot = [row("Credited", amounts(statement.credited)), row("Earned", amounts(statement.pay))]
    if statement.held or statement.released:
        foot.append(row("Payable", amounts(statement.payable)))
    return "\n".join([head, days, "=" * WIDTH, *(line for each in body for line in (*each, "")), *foot, ""])


def is_told(payout: Payout) -> bool:
    """Say whether a payout is worth a place: something else than what was earned is paid, or in another currency."""
    return payout.paid != payout.earned or bool(payout.debt) or payout.cost is not None


def section(earning: Earning) -> list[str]:
    """Return the lines of one plan and period."""
    measured = earning.measured
    head = f"{earning.period.name}, plan {earning.plan_id}, version {earning.plan_version}"
    head += f", {earning.component.replace('_', ' ')}"
    reached = "" if measured.percent is None else f"{percent(measured.percent)} of quota, tier {earning.tier}"
    lines = [row(head, reached), "-" * WIDTH]
    for number, line in enumerate(earning.lines, 1):
        title = f"{number:>4}  {line.credit.booked_on}  {title_of(line.credit)}"
        lines += [row(title, money(line.earned, earning.currency)), f"      {explain(line, earning)}"]
    return [*lines, row(f"      Earned in {earning.period.name}", money(earning.earned, earning.currency))]


def taken_back(clawed: Clawed) -> list[str]:
    """Return what is taken back of a cancelled deal."""
    head = f"{clawed.period.name}, taken back of {clawed.credit.document_id}"
    return [row(head, money(clawed.earned, clawed.currency)), "-" * WIDTH, f"      {explain_clawed(clawed)}"]


def left_out(credit: Credit) -> list[str]:
    """Return a credit that is excluded by hand."""
    head = f"{credit.deal_id}, excluded"
    return [row(head, money(credit.amount, credit.currency)), "-" * WIDTH, f"      {explain_excluded(credit)}"]


def later(held: Held) -> list[str]:
    """Return what of a line its own period does not pay."""
    head = f"{held.period.name}, held of {held.credit.deal_id}"
    return [row(head, money(-held.amount, held.currency)), "-" * WIDTH, f"      {explain_held(held)}"]


def come_due(held: Held) -> list[str]:
    """Return what was held and is paid now, or never."""
    is_paid = isinstance(held.fate, Released)
    head = f"{'Released' if is_paid else 'Lapsed'} of {held.credit.deal_id}, earned in {held.period.name}"
    return [row(head, money(held.amount, held.currency) if is_paid else ""), "-" * WIDTH, f"      {explain_held(held)}"]


def paid_out(payout: Payout) -> list[str]:
    """Return how what is paid for a pay period follows from what was earned."""
    steps = [("Earned", payout.earned), ("Brought from before", payout.brought), ("Advance", payout.advance)]
    steps += [("Taken back", -payout.recovered), ("Carried into the next period", -payout.carried)]
    lines = [row(f"      {name}", money(amount, payout.currency)) for name, amount in steps if amount]
    owed = [row("      Still owed", money(payout.debt, payout.currency))] if payout.debt else []
    forgiven = [row("      Forgiven", money(payout.forgiven, payout.currency))] if payout.forgiven else []
    head = row(f"{payout.period.name}, paid", money(payout.paid, payout.currency))
    waits = ["      A rate by which the plan pays is not known yet."] if payout.waits else []
    cost = [] if payout.cost is None else cost_lines(payout.cost)
    return [head, "-" * WIDTH, *lines, *forgiven, *owed, *waits, *cost]


def cost_lines(cost: Cost) -> list[str]:
    """Return what a payout in another currency costs in the plan's."""
    lines = [row("      Cost when it was earned", money(cost.posted, cost.currency))]
    if cost.paid is None or cost.difference is None:
        return lines
    paid = row(f"      Cost on the pay date, {cost.paid_on}", money(cost.paid, cost.currency))
    return [*lines, paid, row("      Difference", money(cost.difference, cost.currency))]


def waiting(unpaid: Unpaid) -> list[str]:
    """Return the lines of what is not paid yet."""
    head = f"{unpaid.period.name}, not paid yet"
    return [
        row(head, money(unpaid.credited, unpaid.currency)),
        "-" * WIDTH,
        *(f"      {explain_unpaid(credit, unpaid)}" for credit in unpaid.credits),
    ]


def title_of(credit: Credit) -> str:
    """Return the id under which a credit stands: its document's, or that of a credit by hand."""
    return credit.document_id if credit.given is None else credit.given.credit_id


def row(left: str, right: str) -> str:
    """Return two texts at the two ends of a line."""
    return f"{left}{right.rjust(max(WIDTH - len(left), len(right) + 2))}" if right else left


def amounts(found: list[Money]) -> str:
    """Return sums of several currencies side by side."""
    return ", ".join(money(each.amount, each.currency) for each in found) or "nothing"
