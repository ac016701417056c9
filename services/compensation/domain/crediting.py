"""Who is credited with what of a won deal: its amount by its shares, exact to the last digit."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from compensation.domain.billing import Billed
from compensation.domain.claim import Beside, Claim, Holding, held_by, passed_on
from compensation.domain.deal import CANCELLED, Deal, DealLine, Share
from compensation.domain.deal_problem import DealProblem
from compensation.domain.document.credit_rule import Source
from compensation.domain.engine.exact import HUNDRED, percent_of, plain, total
from compensation.domain.engine.facts import person_year
from compensation.domain.engine.line import Fields
from compensation.domain.exclusion import EVERYONE
from compensation.domain.hand_credit import HandCredit
from compensation.domain.stage import StageShare
from events.domain import Value
from fiscal.calendar import FiscalCalendar, year_of


class DealFacts(Value, tag=False):
    """A won deal, its shares and lines, who has claimed the owners among them, and the calendar.

    `beside` says who is credited with what the people of the deal are credited with, as it was on the booking day;
    `held` who holds the territory of its account, and `falls_in_none` that a plan pays by territory and it has none.
    `known`, `products` and `people` say what plans ask of the account, of products, and of people on that day.
    `stages` is what owners of its stages have of it, and `in_no_stage` that a plan pays by stages and it was in none.
    `excluded` says whom the deal does not credit by hand, who said so, and why.
    """

    deal: Deal
    shares: tuple[Share, ...]
    claims: dict[str, tuple[str, ...]]
    calendar: FiscalCalendar | None
    beside: tuple[Beside, ...] = ()
    held: tuple[Holding, ...] = ()
    falls_in_none: bool = False
    known: Fields = ()
    products: dict[str, Fields] = {}
    people: dict[str, Fields] = {}
    lines: tuple[DealLine, ...] = ()
    excluded: Mapping[str, str] = {}
    stages: tuple[StageShare, ...] = ()
    in_no_stage: bool = False
    billed: tuple[Billed, ...] = ()
    settling: tuple[Billed, ...] = ()

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What each line is worth, by its id."""
        return {each.line_id: each.amount for each in self.lines}


class CreditFacts(Value, tag=False):
    """A won deal, if it is one, and what is credited by hand under its name, or under a name of its own.

    `people` says what plans ask of the person of each credit by hand, by its id.
    """

    deal: DealFacts | None
    given: tuple[HandCredit, ...] = ()
    calendar: FiscalCalendar | None = None
    people: Mapping[str, Fields] = {}


class Credited(Value, tag=False):
    """One share of a line of a won deal: whose, of which fiscal year, how much; or why it is nobody's yet.

    It is of the whole deal where that has no lines, and where it is nobody's.
    """

    source: Source
    credited_as: str | None
    share: Share
    line: DealLine | None
    person_id: str | None
    person_year: str | None
    amount: Decimal | None
    problem: DealProblem | None
    known: Fields = ()
    excluded: str | None = None
    """Who has excluded it by hand, and why: it counts for nothing then, and waits for nothing."""


class Crediting:
    """What a deal credits, share by share; what all shares have in common is found out once."""

    def __init__(self, facts: DealFacts) -> None:
        self.facts = facts
        self.problem: DealProblem | None = deal_problem(facts)
        deal, calendar = facts.deal, facts.calendar
        self._year = None if deal.booked_on is None or calendar is None else year_of(calendar, deal.booked_on).name
        self._is_described = bool(facts.known or facts.products or facts.people)

    def credit_share(self, share: Share, source: Source = "own", credited_as: str | None = None) -> list[Credited]:
        """Credit one share, line by line; what is wrong with the deal comes before what is wrong with the owner."""
        facts, deal = self.facts, self.facts.deal
        person_id, owner_problem = owner_of(facts, share)
        problem: DealProblem | None = None if deal.status == CANCELLED else self.problem or owner_problem
        year = None
        if problem is None and person_id is not None and self._year is not None:
            year = person_year(person_id, self._year)
        return [
            Credited(
                source=source,
                credited_as=credited_as,
                share=share,
                line=line,
                person_id=person_id,
                person_year=year,
                amount=part_of(share, deal.amount if line is None else line.amount),
                problem=problem,
                known=known_of(facts, line, person_id) if self._is_described else (),
            )
            for line in (facts.lines if year is not None and facts.lines else (None,))
        ]


def credit(facts: DealFacts) -> list[Credited]:
    """Return what each share of a won deal is worth, and whose it is; then what that is for others.

    Those who stand beside an owner, and who hold the territory, are credited before those who lead them: what a line
    is credited with is all of that. A team's deals are those that its people own.
    """
    deal = Crediting(facts)
    own = [deal.credit_share(share) for share in facts.shares]
    found = [credited for lines in (*own, *beside_own(deal, own)) for credited in lines]
    return [left_out(facts, each) for each in found] if facts.excluded else found


def beside_own(deal: Crediting, own: Sequence[list[Credited]]) -> Iterator[list[Credited]]:
    """Credit those who are credited with what others own, or with a part of the deal beside them."""
    facts, is_sound = deal.facts, deal.problem is None
    owned = [(first.person_id or "", first.share.percent) for first, *_ in own if first.problem is None]
    found = [*passed_on(facts.beside, "relationship", owned), *(held_by(facts.held) if is_sound else ())]
    staged = list(by_stages(deal)) if is_sound else []
    theirs = [*owned, *((each.person_id, each.percent) for each in found), *credited_in(staged)]
    found += [*passed_on(facts.beside, "team", owned), *passed_on(facts.beside, "roll_up", theirs)]
    yield from numbered(deal, found)
    yield from staged
    if is_sound and facts.deal.status != CANCELLED:
        yield list(named_nowhere(facts))


def by_stages(deal: Crediting) -> Iterator[list[Credited]]:
    """Credit the owners of a deal's stages; who is not known waits, as an owner does, and once if that is an owner."""
    facts = deal.facts
    named = {(each.person_id, each.owner_hash) for each in facts.shares if owner_of(facts, each)[1] is not None}
    for number, each in enumerate(facts.stages, 1):
        if (each.person_id, each.owner_hash) in named:
            continue
        share = Share(
            deal_id=facts.deal.deal_id,
            number=number,
            person_id=each.person_id,
            owner_hash=each.owner_hash,
            percent=each.percent,
        )
        yield deal.credit_share(share, "stages", each.credited_as)


def credited_in(several: Sequence[list[Credited]]) -> Iterator[tuple[str, Decimal]]:
    """Return who is credited in shares of a deal, and with how much of it."""
    for first, *_ in several:
        if first.person_id is not None and first.problem is None:
            yield first.person_id, first.share.percent


def named_nowhere(facts: DealFacts) -> Iterator[Credited]:
    """Return what a territory, or the owners of stages, would be credited with, if the deal were in one."""
    if facts.falls_in_none:
        yield unplaced(facts, "territory", "no_territory")
    if facts.in_no_stage:
        yield unplaced(facts, "stages", "no_stage")


def left_out(facts: DealFacts, credited: Credited) -> Credited:
    """Return a credit as exclusions leave it. What others have by way of a person who is excluded stays theirs."""
    said = facts.excluded.get(credited.person_id or EVERYONE) or facts.excluded.get(EVERYONE)
    return credited if said is None else msgspec.structs.replace(credited, problem=None, excluded=said)


def unplaced(facts: DealFacts, source: Source, problem: DealProblem) -> Credited:
    """Return what would be credited by a source, if the deal were where that asks."""
    whole = Share(deal_id=facts.deal.deal_id, number=0, person_id=None, owner_hash=None, percent=HUNDRED)
    return Credited(
        source=source,
        credited_as=None,
        share=whole,
        line=None,
        person_id=None,
        person_year=None,
        amount=part_of(whole, facts.deal.amount),
        problem=problem,
    )


def numbered(deal: Crediting, claims: Sequence[Claim]) -> Iterator[list[Credited]]:
    """Credit claims, those of each source numbered by what they are credited as, then by person."""
    counts: dict[str, int] = {}
    for each in sorted(claims, key=lambda each: (each.source, each.credited_as or "", each.person_id)):
        number = counts[each.source] = counts.get(each.source, 0) + 1
        share = Share(
            deal_id=deal.facts.deal.deal_id,
            number=number,
            person_id=each.person_id,
            owner_hash=None,
            percent=each.percent,
        )
        yield deal.credit_share(share, each.source, each.credited_as)


def known_of(facts: DealFacts, line: DealLine | None, person_id: str | None) -> Fields:
    """Return what else is known of a credit: of the deal's account, of the line's product, and of the person."""
    product = facts.deal.product if line is None else line.product_id
    return (*facts.known, *facts.products.get(product or "", ()), *facts.people.get(person_id or "", ()))


def part_of(share: Share, amount: Decimal | None) -> Decimal | None:
    """Return a share of an amount, with every digit."""
    return None if amount is None else plain(percent_of(share.percent, amount))


def deal_problem(facts: DealFacts) -> DealProblem | None:
    """Return what keeps the whole deal from counting."""
    if facts.deal.amount is None:
        return "no_amount"
    if facts.deal.booked_on is None:
        return "no_booking_day"
    if facts.calendar is None:
        return "no_calendar"
    adds_up = not facts.lines or total(each.amount for each in facts.lines) == facts.deal.amount
    return None if adds_up else "lines_do_not_add_up"


def owner_of(facts: DealFacts, share: Share) -> tuple[str | None, DealProblem | None]:
    """Return whose a share is, or why it is nobody's."""
    return claimed_by(share.person_id, share.owner_hash, facts.claims.get(share.owner_hash or "", ()))


def claimed_by(
    person_id: str | None, owner_hash: str | None, claimants: Sequence[str]
) -> tuple[str | None, DealProblem | None]:
    """Return who an owner is: a person of ours, or the only one who has claimed what the CRM calls them."""
    if person_id is not None:
        return person_id, None
    if owner_hash is None:
        return None, "no_owner"
    if len(claimants) == 1:
        return claimants[0], None
    return None, "disputed_owner" if claimants else "unmatched_owner"
