"""Which plans are there, what do they say, and which version holds when?"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import msgspec
from sqlalchemy import Column, Date, Integer, MetaData, Select, Table, Text, select

from compensation.domain.document.exchange import kinds_of
from compensation.domain.document.instalment import SETTLED
from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.trigger import BILLED
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.plan import PlanDrafted, PlanEvent, PlanPublished, PlanRevised
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

DRAFT, PUBLISHED = "draft", "published"

metadata = MetaData()

plans = Table(
    "plans",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("plan_version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("effective_on", Date),
    Column("document", Text, nullable=False),
)


class PlanRow(Value, tag=False):
    """A plan as it was last written. `version` is the stream's."""

    plan_id: str
    name: str
    status: str
    plan_version: int
    document: str
    version: int


class PlanVersionRow(Value, tag=False):
    """One version of a plan; a draft has no day yet."""

    plan_id: str
    plan_version: int
    status: str
    effective_on: date | None
    document: str


def project_plan(rows: Rows[PlanRow], recorded: Recorded[PlanEvent]) -> Rows[PlanRow]:
    """Say how the plan reads after an event."""
    match recorded.event:
        case PlanDrafted(version=number, document=document) | PlanRevised(version=number, document=document):
            row = PlanRow(
                plan_id=recorded.key,
                name=document.name,
                status=DRAFT,
                plan_version=number,
                document=written(document),
                version=recorded.version,
            )
            return rows.put(row)
        case PlanPublished():
            return rows.change(recorded.key, status=PUBLISHED, version=recorded.version)


def project_version(rows: Rows[PlanVersionRow], recorded: Recorded[PlanEvent]) -> Rows[PlanVersionRow]:
    """Say which versions there are after an event."""
    match recorded.event:
        case PlanDrafted(version=number, document=document) | PlanRevised(version=number, document=document):
            row = PlanVersionRow(
                plan_id=recorded.key,
                plan_version=number,
                status=DRAFT,
                effective_on=None,
                document=written(document),
            )
            return rows.put(row)
        case PlanPublished(version=number, effective_on=day):
            return rows.change(recorded.key, number, status=PUBLISHED, effective_on=day)


PLANS = Projection(table=plans, row=PlanRow, kind="plan", project=project_plan)
PLAN_VERSIONS = Projection(table=plan_versions, row=PlanVersionRow, kind="plan", project=project_version)


def written(document: PlanDocument) -> str:
    """Return a document as a row keeps it."""
    return msgspec.json.encode(document).decode()


@lru_cache(maxsize=1_024)
def document_of(text: str) -> PlanDocument:
    """Return the document that a row keeps."""
    return msgspec.json.decode(text, type=PlanDocument)


def plan_row(reading: Reading, plan_id: str) -> PlanRow | None:
    """Return one plan."""
    return reading.one(select(plans).where(plans.c.plan_id == plan_id), PlanRow)


def versions_of(reading: Reading, plan_id: str) -> list[PlanVersionRow]:
    """Return the versions of a plan, the first one first."""
    statement = select(plan_versions).where(plan_versions.c.plan_id == plan_id).order_by(plan_versions.c.plan_version)
    return reading.rows(statement, PlanVersionRow)


def is_published(reading: Reading, plan_id: str) -> bool:
    """Say whether some version of a plan is published."""
    return any(row.status == PUBLISHED for row in versions_of(reading, plan_id))


def all_published(reading: Reading) -> list[PlanVersion]:
    """Return all published versions."""
    wanted = select(plan_versions.c.plan_id).where(plan_versions.c.status == PUBLISHED).distinct()
    return published_versions(reading, sorted(plan_id for (plan_id,) in reading.tuples(wanted)))


def published_documents(reading: Reading) -> list[PlanDocument]:
    """Return the documents of all published versions."""
    published = reading.rows(select(plan_versions).where(plan_versions.c.status == PUBLISHED), PlanVersionRow)
    return [document_of(row.document) for row in published]


def billed_kinds(documents: Iterable[PlanDocument]) -> frozenset[str]:
    """Return which documents of deals some plan counts beside bookings."""
    return frozenset(rule.trigger for document in documents for rule in document.credit_rules) & BILLED


def settling_kinds(documents: Iterable[PlanDocument]) -> frozenset[str]:
    """Return which documents of deals let out what some plan pays for bookings."""
    return frozenset(
        instalment.due
        for document in documents
        for instalments in (document.instalments, *(each.instalments for each in document.components))
        for instalment in instalments
        if instalment.due in SETTLED
    )


def published_versions(reading: Reading, plan_ids: Iterable[str]) -> list[PlanVersion]:
    """Return the published versions of plans."""
    statement = select(plan_versions).where(
        plan_versions.c.status == PUBLISHED, reading.among(plan_versions.c.plan_id, plan_ids)
    )
    return [
        PlanVersion(
            plan_id=row.plan_id,
            version=row.plan_version,
            effective_on=row.effective_on,
            document=document_of(row.document),
        )
        for row in reading.rows(statement, PlanVersionRow)
        if row.effective_on is not None
    ]


def exchanging(reading: Reading, kind: str, pair: set[str]) -> list[str]:
    """Return the plans with a published version that may exchange by a pair's rates of a kind."""
    published = reading.rows(select(plan_versions).where(plan_versions.c.status == PUBLISHED), PlanVersionRow)
    return sorted({row.plan_id for row in published if exchanges_by(document_of(row.document), kind, pair)})


def exchanges_by(document: PlanDocument, kind: str, pair: set[str]) -> bool:
    """Say whether a plan may exchange by a pair's rates of a kind: one of the two is its own currency, or its pivot."""
    exchange = document.exchange
    if exchange is None or kind not in kinds_of(exchange):
        return False
    return bool(pair & {document.currency, exchange.pivot})


def listed(reading: Reading, plan_ids: Iterable[str] | None) -> Select[tuple[PlanRow]]:
    """Ask for plans: those with some ids, or all of them."""
    statement = select(plans)
    return statement if plan_ids is None else statement.where(reading.among(plans.c.plan_id, plan_ids))
