"""The log's own tables, the same in every service's database. Alembic makes them; nothing else changes them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from events.store.columns import Instant

metadata = MetaData()

_identity = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("position", _identity, primary_key=True, autoincrement=True),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("schema", SmallInteger, nullable=False),
    Column("data", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Column("causation_id", Uuid),
    Column("traceparent", Text),
    UniqueConstraint("stream", "version"),
    sqlite_autoincrement=True,
)
"""What happened, for ever. Triggers refuse UPDATE, DELETE and TRUNCATE."""

requests = Table(
    "requests",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
"""Requests that succeeded, with the answer that is given again."""

marks = Table(
    "marks",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("last", Text),
)
"""How far each reader has come: the relay in the own log, the consumer in each partition of a topic.

`last` is the id of the last message that a mark of a topic covers, so that it is known when the topic is another one.
"""

read_models = Table(
    "read_models",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
)
"""Which generation of a read model is written and read. A rebuild fills the next one and flips this row."""

dirty = Table(
    "dirty",
    metadata,
    Column("id", _identity, primary_key=True, autoincrement=True),
    Column("derivation", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("dirty_by_key", "derivation", "key"),
    sqlite_autoincrement=True,
)
"""Keys whose facts changed, with the position of the cause. Rows are inserted and deleted, never updated."""

told = Table(
    "told",
    metadata,
    Column("derivation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("data", Text, nullable=False),
)
"""What a derivation last told of a subject, so that it tells only what differs."""

parked = Table(
    "parked",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("problem", Text, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("parked_by_stream", "kind", "source", "stream", "sequence"),
)
"""What is authentic but could not be understood yet, kept whole until a person retries or drops it."""

frozen = Table(
    "frozen",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("released_at", Instant),
)
"""Streams that a restored log could not complete. `version` is the last that others have heard of.

A released stream goes on above that version, or those others would take what is new for what they know.
"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("box", LargeBinary, nullable=False),
)
"""Raw webhook deliveries, sealed under a key per source and day that expires."""

APPEND_ONLY = {
    "postgresql": (
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are never updated or deleted'; END $$
        """,
        """
        CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """,
    ),
    "sqlite": tuple(
        f"""
        CREATE TRIGGER events_no_{change.lower()} BEFORE {change} ON events
        BEGIN SELECT RAISE(ABORT, 'events are never updated or deleted'); END
        """
        for change in ("UPDATE", "DELETE")
    ),
}
"""The triggers that keep the log append-only, by dialect."""
