"""The version of the engine: the same plan version, engine version and position of the log give the same bytes."""

ENGINE_VERSION = 2
"""Raised by one whenever any number of any result changes for facts that there could have been before.

What only adds to results, where a plan says something that none could say before, leaves it as it is. It stands beside
stored sums and on statements. `tests/pinned` holds the engine to it.
"""


def with_engine(table_version: int) -> int:
    """Return the version of a table that is computed anew when it changes, and when the engine does."""
    return 1_000 * ENGINE_VERSION + table_version
