"""Alembic brings the log's tables up to date, inside the caller's transaction."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from events.store.session import Reading, Writing

MIGRATIONS = Path(__file__).parent / "migrations"

_ONE_AT_A_TIME = 0x0A77A1


def is_of_this_release(reading: Reading) -> bool:
    """Say whether a database's tables are those of this release, neither older nor newer."""
    return reading.scalar(text("SELECT version_num FROM alembic_version")) == head()


@lru_cache(maxsize=1)
def head() -> str | None:
    """Return the last revision that this release knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def migrate(writing: Writing) -> None:
    """Run the migrations that this database has not seen. Processes that start together take turns."""
    if writing.is_postgres:
        writing.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = writing.connection
    command.upgrade(config, "head")
