"""Alembic brings the log's tables up to date, inside the caller's transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from events.store.session import Writing

_ONE_AT_A_TIME = 0x0A77A1


def migrate(writing: Writing) -> None:
    """Run the migrations that this database has not seen. Processes that start together take turns."""
    if writing.is_postgres:
        writing.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = writing.connection
    command.upgrade(config, "head")
