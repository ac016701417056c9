"""Disks that are full: commands are refused, nothing of them stays, and all goes on when there is room again."""

import asyncio
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from attain.faults.ground import files_on_a_small_disk, server_on_a_small_disk
from attain.faults.trial import Fault, Stage, seen

NO_ROOM = "/problems/no-room"
AWAY = "/problems/not-ready"
REFUSED_MIN = 20
"""How many requests are refused before there is room again."""


async def full(stage: Stage) -> None:
    """Fill the disk on which all databases are, twice: at the second time no new file of the server's log has room.

    Then PostgreSQL ends; it is started again when there is room.
    """
    ground = stage.rig.ground
    async with stage.load.under_way():
        await stage.sent(0.2)
        ground.small.fill()
        await refused(stage, NO_ROOM)
        ground.small.make_room()
        await stage.sent(0.5)
        ground.small.fill()
        with suppress(DBAPIError, OSError):
            await asyncio.to_thread(ground.server.run, "SELECT pg_switch_wal()")
        await refused(stage, AWAY)
        ground.small.make_room()
        await asyncio.to_thread(ground.server.restart, "fast")


async def full_of_files(stage: Stage) -> None:
    """Fill the disk on which SQLite's files and the wire's are, twice."""
    disk = stage.rig.ground.small
    async with stage.load.under_way():
        for share in (0.2, 0.5):
            await stage.sent(share)
            disk.fill()
            await refused(stage, NO_ROOM)
            disk.make_room()


async def refused(stage: Stage, kind: str) -> None:
    """Wait until a few more requests were answered with a problem."""
    count = stage.load.problems[kind] + REFUSED_MIN
    await seen(f"{REFUSED_MIN} requests answered with {kind}", lambda: stage.load.problems[kind] >= count)


FAULTS = (
    Fault(
        name="full-disk",
        done="the disk of PostgreSQL full: commands refused; then its log's disk, so that it ends",
        play=full,
        stands_on=server_on_a_small_disk,
    ),
    Fault(
        name="full-files",
        done="the disk of SQLite and the embedded wire full, twice: commands refused",
        play=full_of_files,
        stands_on=files_on_a_small_disk,
    ),
)
