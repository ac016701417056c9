"""A process of the rig: `attain serve`, with guards taken out if they are named, that ends when its starter does.

It is forked from a process that has imported everything, so that a kill costs no second start of the interpreter.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from attain.commands.serve import ServiceName, serve_service
from attain.faults.guards import take_out

PR_SET_PDEATHSIG = 1
IMPORTED = [
    __name__,
    "attain.cli",
    "goals.main",
    "performance.main",
    "compensation.main",
    "events.wire.kafka.wire",
    "uvicorn",
]


class CommandFailed(Exception):
    """A process that was to do one thing ended with an error, which it said."""


def forked(service: ServiceName, port: int, settings: Mapping[str, str], taken_out: str, log: Path) -> BaseProcess:
    """Start a service's process without waiting."""
    return started(play, service, port, dict(settings), taken_out, log)


async def ordered(command: Callable[..., None], *words: str, taken_out: str) -> None:
    """Do what an operator does, in a process of its own without some guards. Raises `CommandFailed`."""
    process = started(obey, command, words, taken_out)
    await asyncio.to_thread(process.join)
    if process.exitcode:
        raise CommandFailed(f"{command.__name__} ended with {process.exitcode}")


def started(target: Callable[..., None], *given: object) -> BaseProcess:
    """Fork a process that does something."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    process = context.Process(target=target, args=given, daemon=True)
    process.start()
    return process


def obey(command: Callable[..., None], words: Sequence[str], taken_out: str) -> None:
    """Do one thing without some guards."""
    end_with_starter()
    take_out(taken_out)
    command(*words)


def play(service: ServiceName, port: int, settings: Mapping[str, str], taken_out: str, log: Path) -> None:
    """Serve until told to end, with these settings and no others of Attain's, and what is said in a file."""
    end_with_starter()
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    for variable in [each for each in os.environ if each.startswith("ATTAIN_")]:
        del os.environ[variable]
    os.environ.update(settings)
    take_out(taken_out)
    serve_service(service, role=None, port=port, log_level="INFO")


def end_with_starter() -> None:
    """Have the kernel kill this process when the one that forked it ends, however it does. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
