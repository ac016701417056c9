"""What do the credits of a won deal follow from? All facts of many deals, in a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compensation.domain.billing import Billed
from compensation.domain.claim import Beside, Holding
from compensation.domain.crediting import CreditFacts, DealFacts
from compensation.domain.deal import Deal, Share
from compensation.domain.stage import StageShare
from compensation.projections import calendars, people
from compensation.projections.beside import Besides, People, holders_of, managers_of, mates_of, relationships_of
from compensation.projections.billing import billed_of
from compensation.projections.deal_lines import lines_among
from compensation.projections.deals import won_among
from compensation.projections.entitled import Entitled, entitled
from compensation.projections.exclusions import excluded_from
from compensation.projections.hand_credits import given_under
from compensation.projections.known import asked, known_of_deals, known_of_people, known_of_products
from compensation.projections.plans import billed_kinds, published_documents, settling_kinds
from compensation.projections.splits import HandShareRow, by_hand
from compensation.projections.stages import hashes_in, owners_among, shares_by_stages, whose
from events.store.session import Reading

Found = dict[str, tuple[Deal, tuple[Share, ...]]]


@dataclass(frozen=True, kw_only=True)
class Others:
    """By deal, who owns it or has a part of it, and who is credited with it beside them; deals without a territory."""

    first: People
    beside: Besides
    held: dict[str, tuple[Holding, ...]]
    unplaced: frozenset[str]

    def credited(self) -> People:
        """Return everybody who is credited with each deal."""
        return {name: (day, people | named_in(self.beside.get(name, ()))) for name, (day, people) in self.first.items()}


def deal_facts(reading: Reading, deal_ids: Sequence[str]) -> dict[str, DealFacts]:
    """Return the facts of won deals among some."""
    found = with_hand_shares(reading, won_among(reading, deal_ids))
    known_plans = entitled(reading)
    owners = owners_among(reading, list(found)) if known_plans.kinds("stages") else {}
    hashes = {share.owner_hash for _, shares in found.values() for share in shares if share.owner_hash is not None}
    claims = people.claims_of(reading, sorted(hashes | hashes_in(owners.values())))
    staged, unstaged = shares_by_stages(known_plans, [deal for deal, _ in found.values()], owners, claims)
    others, wanted = others_of(reading, known_plans, found, claims, staged), asked(reading)
    calendar, lines = calendars.calendar(reading), lines_among(reading, list(found))
    deals = [deal for deal, _ in found.values()] if wanted else []
    known = known_of_deals(reading, wanted, deals)
    products = known_of_products(reading, wanted, deals, lines)
    described = known_of_people(reading, wanted, others.credited)
    excluded = excluded_from(reading, list(found))
    documents = list(published_documents(reading))
    credited_by, settled_by = billed_kinds(documents), settling_kinds(documents)
    billed = billed_of(reading, list(found), credited_by | settled_by)
    return {
        deal_id: DealFacts(
            deal=deal,
            shares=shares,
            claims=claims,
            calendar=calendar,
            beside=others.beside.get(deal_id, ()),
            held=others.held.get(deal_id, ()),
            falls_in_none=deal_id in others.unplaced,
            lines=lines.get(deal_id, ()),
            known=known.get(deal_id, ()),
            products=products.get(deal_id, {}),
            people=described.get(deal_id, {}),
            excluded=excluded.get(deal_id, {}),
            stages=staged.get(deal_id, ()),
            in_no_stage=deal_id in unstaged,
            billed=of_kinds(billed.get(deal_id, ()), credited_by),
            settling=of_kinds(billed.get(deal_id, ()), settled_by),
        )
        for deal_id, (deal, shares) in found.items()
    }


def of_kinds(several: Sequence[Billed], kinds: frozenset[str]) -> tuple[Billed, ...]:
    """Return what is billed and paid of a deal in documents of some kinds."""
    return tuple(each for each in several if each.kind in kinds)


def credit_facts(reading: Reading, names: Sequence[str]) -> dict[str, CreditFacts]:
    """Return the facts of won deals among some, and of what is credited by hand under these names."""
    of_deals, given = deal_facts(reading, names), given_under(reading, names)
    calendar = calendars.calendar(reading) if given else None
    several = [each for credits_ in given.values() for each in credits_]
    credited: People = {each.credit_id: (each.booked_on, frozenset({each.person_id})) for each in several}
    described = known_of_people(reading, asked(reading), lambda: credited) if several else {}
    whose = {each.credit_id: described.get(each.credit_id, {}).get(each.person_id, ()) for each in several}
    return {
        name: CreditFacts(
            deal=of_deals.get(name),
            given=given.get(name, ()),
            calendar=calendar,
            people={each.credit_id: whose[each.credit_id] for each in given.get(name, ())},
        )
        for name in of_deals | given
    }


def with_hand_shares(reading: Reading, found: Found) -> Found:
    """Return deals with the shares by hand of those that are split so: they stand instead of the CRM's."""
    split = by_hand(reading, list(found))
    return found | {
        deal_id: (found[deal_id][0], tuple(share_of(row) for row in rows)) for deal_id, rows in split.items()
    }


def share_of(row: HandShareRow) -> Share:
    """Return a share by hand as crediting reads it."""
    return Share(
        deal_id=row.deal_id,
        number=row.number,
        person_id=row.person_id,
        owner_hash=None,
        percent=row.percent,
        by_hand=f"{row.split_by}: {row.reason}",
    )


def others_of(
    reading: Reading,
    known: Entitled,
    found: Found,
    claims: Mapping[str, tuple[str, ...]],
    staged: Mapping[str, tuple[StageShare, ...]],
) -> Others:
    """Return, by deal, who is credited with it beside those who own it, and the deals that fall in no territory."""
    owners: People = {
        deal_id: (deal.booked_on, frozenset(each for share in shares for each in sharers(share, claims)))
        for deal_id, (deal, shares) in found.items()
        if deal.booked_on is not None
    }
    if not known.plans:
        return Others(first=owners, beside={}, held={}, unplaced=frozenset())
    related = relationships_of(reading, known, owners)
    held, unplaced = holders_of(reading, known, [deal for deal, _ in found.values()])
    first = owners
    if related or held or staged:
        first = {
            deal_id: (
                day,
                people
                | named_in(related.get(deal_id, ()))
                | {each.person_id for each in held.get(deal_id, ())}
                | {who for each in staged.get(deal_id, ()) if (who := whose(each, claims)) is not None},
            )
            for deal_id, (day, people) in owners.items()
        }
    several = (related, mates_of(reading, known, owners), managers_of(reading, known, first))
    beside = {name: tuple(each for by in several for each in by.get(name, ())) for name in owners}
    return Others(first=first, beside=beside, held=held, unplaced=unplaced)


def named_in(besides: Sequence[Beside]) -> frozenset[str]:
    """Return everybody who stands beside somebody."""
    return frozenset(each for beside in besides for several in beside.by.values() for each in several)


def sharers(share: Share, claims: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return who may own a share: everybody who has claimed it."""
    return (share.person_id,) if share.person_id is not None else claims.get(share.owner_hash or "", ())
