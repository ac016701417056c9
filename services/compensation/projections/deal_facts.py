"""What do the credits of a won deal follow from? All facts of many deals, in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import date

from compensation.domain.crediting import Deal, DealFacts, Share
from compensation.projections import calendars, people
from compensation.projections.deal_lines import lines_among
from compensation.projections.deals import won_among
from compensation.projections.lines import managers_paid_on
from events.store.session import Reading

Found = dict[str, tuple[Deal, tuple[Share, ...]]]


def deal_facts(reading: Reading, deal_ids: Sequence[str]) -> dict[str, DealFacts]:
    """Return the facts of won deals among some."""
    found = won_among(reading, deal_ids)
    hashes = {share.owner_hash for _, shares in found.values() for share in shares if share.owner_hash is not None}
    claims = people.claims_of(reading, sorted(hashes))
    managers, calendar = managers_of(reading, found, claims), calendars.calendar(reading)
    lines = lines_among(reading, list(found))
    return {
        deal_id: DealFacts(
            deal=deal,
            shares=shares,
            claims=claims,
            calendar=calendar,
            managers=managers[deal_id],
            lines=lines.get(deal_id, ()),
        )
        for deal_id, (deal, shares) in found.items()
    }


def managers_of(
    reading: Reading, found: Found, claims: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, by deal, the managers whose plans pay for what their line shares of it."""
    wanted: dict[str, list[tuple[str, date]]] = {deal_id: [] for deal_id in found}
    for deal_id, (deal, shares) in found.items():
        if deal.booked_on is not None:
            people_of = {each for share in shares for each in sharers(share, claims)}
            wanted[deal_id] = [(person_id, deal.booked_on) for person_id in sorted(people_of)]
    managers = managers_paid_on(reading, [each for several in wanted.values() for each in several])
    return {
        deal_id: {person_id: managers[person_id, day] for person_id, day in several if (person_id, day) in managers}
        for deal_id, several in wanted.items()
    }


def sharers(share: Share, claims: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return who may own a share: everybody who has claimed it."""
    return (share.person_id,) if share.person_id is not None else claims.get(share.owner_hash or "", ())
