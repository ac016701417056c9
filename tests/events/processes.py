"""Other processes at the same store: they open it, say so, and all begin at the same moment."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def started(act: str, arguments: Mapping[str, Any]) -> AsyncGenerator[Process]:
    """Start a process that is ready to do something (`tests.events.peer`); it is gone at the end."""
    command = [sys.executable, "-m", "tests.events.peer", act, msgspec.json.encode(arguments).decode()]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def finish(process: Process) -> Any:
    """Let a process begin, wait until it ends, and return its answer."""
    out, _ = await process.communicate(b"go\n")
    assert process.returncode == 0
    return msgspec.json.decode(out)


async def together(act: str, *arguments: Mapping[str, Any]) -> list[Any]:
    """Do something in several processes at once and return their answers."""
    starting = [started(act, each) for each in arguments]
    processes = await asyncio.gather(*(each.__aenter__() for each in starting))
    try:
        return list(await asyncio.gather(*(finish(each) for each in processes)))
    finally:
        for each in starting:
            await each.__aexit__(None, None, None)
