"""The log, its readers' marks, and what is kept beside it."""

import sqlalchemy as sa
from alembic import op

from events.store.columns import Instant
from events.store.tables import APPEND_ONLY

revision = "0001"
down_revision = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and the triggers that keep the log append-only."""
    make_log()
    make_readers()
    make_shelves()
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def make_log() -> None:
    """Events, and the requests that made them."""
    op.create_table(
        "events",
        sa.Column("position", IDENTITY, primary_key=True, autoincrement=True),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("schema", sa.SmallInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("traceparent", sa.Text),
        sa.UniqueConstraint("stream", "version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "requests",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
    )


def make_readers() -> None:
    """How far readers have come, which read models are in use, what is to be derived anew."""
    op.create_table(
        "marks",
        sa.Column("reader", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "read_models",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    op.create_table(
        "dirty",
        sa.Column("id", IDENTITY, primary_key=True, autoincrement=True),
        sa.Column("derivation", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("dirty_by_key", "dirty", ["derivation", "key"])
    op.create_table(
        "told",
        sa.Column("derivation", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )


def make_shelves() -> None:
    """What could not be understood yet, and raw deliveries."""
    op.create_table(
        "parked",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
    )
    op.create_index("parked_by_stream", "parked", ["kind", "source", "stream", "sequence"])
    op.create_table(
        "deliveries",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
    )
