"""Who owned each deal in which of its stages? Heard from performance, until the deal is won."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Column, Index, MetaData, Table, Text, or_, select

from compensation.domain.deal import Deal
from compensation.domain.document.stages import stage_key
from compensation.domain.stage import StageOwners, StageShare, stage_shares
from compensation.projections import people
from compensation.projections.deals import DEAL
from compensation.projections.entitled import Entitled
from events.contracts.performance import DealEventV1, DealReopenedV1, DealWonV1, KnownOwner, Owner, UnmatchedOwner
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

WON = ""
"""Stands for a stage of which nobody is the owner: the deal is won, and what comes later moves no credit."""

stage_owners = Table(
    "stage_owners",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("first_person_id", Text),
    Column("first_owner_hash", Text),
    Column("last_person_id", Text),
    Column("last_owner_hash", Text),
    Index("stage_owners_by_first", "first_person_id"),
    Index("stage_owners_by_last", "last_person_id"),
    Index("stage_owners_by_first_hash", "first_owner_hash"),
    Index("stage_owners_by_last_hash", "last_owner_hash"),
)


def project(rows: Rows[StageOwners], recorded: Recorded[Value]) -> Rows[StageOwners]:
    """Say who owned the deal in which stage after an event."""
    told = recorded.event
    if not isinstance(told, DealEventV1):
        return rows
    if isinstance(told, DealReopenedV1):
        rows = rows.drop(recorded.key, WON)
    if rows.get(recorded.key, WON) is not None:
        return rows
    stage = stage_key(told.terms.stage or "")
    if stage:
        rows = rows.put(owners_after(rows.get(recorded.key, stage), recorded.key, stage, told.terms.owner))
    return rows.put(owners_after(None, recorded.key, WON, None)) if isinstance(told, DealWonV1) else rows


def owners_after(before: StageOwners | None, deal_id: str, stage: str, owner: Owner | None) -> StageOwners:
    """Return the owners of a stage when somebody is told to be the owner in it."""
    person_id = owner.person_id if isinstance(owner, KnownOwner) else None
    owner_hash = owner.owner_hash if isinstance(owner, UnmatchedOwner) else None
    return StageOwners(
        deal_id=deal_id,
        stage=stage,
        first_person_id=person_id if before is None else before.first_person_id,
        first_owner_hash=owner_hash if before is None else before.first_owner_hash,
        last_person_id=person_id,
        last_owner_hash=owner_hash,
    )


STAGE_OWNERS = Projection(table=stage_owners, row=StageOwners, kind=DEAL, project=project)


def owners_among(reading: Reading, deal_ids: Iterable[str]) -> dict[str, tuple[StageOwners, ...]]:
    """Return who owned the deals among some in their stages."""
    found: dict[str, list[StageOwners]] = {}
    columns = stage_owners.c
    wanted = select(stage_owners).where(reading.among(columns.deal_id, list(deal_ids)), columns.stage != WON)
    for row in reading.rows(wanted.order_by(columns.deal_id, columns.stage), StageOwners):
        found.setdefault(row.deal_id, []).append(row)
    return {deal_id: tuple(rows) for deal_id, rows in found.items()}


def hashes_in(owners: Iterable[tuple[StageOwners, ...]]) -> set[str]:
    """Return what CRMs call the owners of stages."""
    several = {name for rows in owners for row in rows for name in (row.first_owner_hash, row.last_owner_hash)}
    return {each for each in several if each is not None}


def deals_staged_by(reading: Reading, person_ids: Sequence[str]) -> Iterable[str]:
    """Return the deals of which people owned a stage, also by what CRMs call them."""
    hashes, columns = people.hashes_of(reading, person_ids), stage_owners.c
    theirs = or_(
        reading.among(columns.first_person_id, person_ids),
        reading.among(columns.last_person_id, person_ids),
        reading.among(columns.first_owner_hash, hashes),
        reading.among(columns.last_owner_hash, hashes),
    )
    return [deal_id for (deal_id,) in reading.tuples(select(columns.deal_id).where(theirs).distinct())]


def deals_staged_by_name(reading: Reading, owner_hash: str) -> Iterable[str]:
    """Return the deals of which the owner that a CRM calls so owned a stage."""
    columns = stage_owners.c
    theirs = or_(columns.first_owner_hash == owner_hash, columns.last_owner_hash == owner_hash)
    return [deal_id for (deal_id,) in reading.tuples(select(columns.deal_id).where(theirs).distinct())]


def shares_by_stages(
    known: Entitled,
    deals: Iterable[Deal],
    owners: Mapping[str, tuple[StageOwners, ...]],
    claims: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, tuple[StageShare, ...]], frozenset[str]]:
    """Return, by deal, what the owners of its stages have of it whose plans pay by stages, and those who are not known;
    and the deals that were in none of these stages while a plan pays by them.
    """
    rules, since = known.kinds("stages"), known.by_stages_since
    found: dict[str, tuple[StageShare, ...]] = {}
    nowhere: set[str] = set()
    for deal in deals:
        day = deal.booked_on
        if since is None or day is None or day < since:
            continue
        several = [stage_shares(rule, owners.get(deal.deal_id, ())) for _, rule in sorted(rules.items(), key=str)]
        if not any(several):
            nowhere.add(deal.deal_id)
        found[deal.deal_id] = tuple(
            each
            for shares in several
            for each in shares
            if (who := whose(each, claims)) is None or known.credits(who, "stages", each.credited_as, day)
        )
    return found, frozenset(nowhere)


def whose(share: StageShare, claims: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the person who owned stages, if it is known who that is."""
    claimants = claims.get(share.owner_hash or "", ())
    return share.person_id or (claimants[0] if len(claimants) == 1 else None)
