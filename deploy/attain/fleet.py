"""The four services in processes beside this one: all in one, or a process for each service and role as in production.

Each says what it says to a file of its own. A fleet ends with its `with`, and tells when one of it ended before.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from attain.everything import SERVICES, addresses_at
from attain.webhooks import let_crm_deliver
from events.running import API, WORKER

STOP_SECONDS_MAX = 30
WORDS_MAX = 2_000
HOST = "127.0.0.1"


class ServerStopped(Exception):
    """A process of the fleet ended by itself; the message ends with its own words."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One process, where its pages of health are, and the file that has its words."""

    name: str
    url: str
    process: "subprocess.Popen[bytes]"
    log: Path


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Processes that make one Attain. `addresses` are where each service answers."""

    addresses: Mapping[str, str]
    members: list[Member] = field(default_factory=list[Member])

    def check(self) -> None:
        """Raise `ServerStopped` if a process has ended."""
        for member in self.members:
            if member.process.poll() is not None:
                words = member.log.read_text()[-WORDS_MAX:]
                message = f"{member.name} ended with {member.process.returncode}: {words}"
                raise ServerStopped(message)

    def stop(self) -> None:
        """Tell all processes to end, and wait until they have."""
        for member in self.members:
            member.process.terminate()
        for member in self.members:
            member.process.wait(STOP_SECONDS_MAX)


@contextmanager
def together(settings: Mapping[str, str], folder: Path) -> Generator[Fleet]:
    """Run the four services in one process. Raises `ServerStopped` if it ends by itself."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    with running(Fleet(addresses=addresses_at(url))) as fleet:
        command = ("run", "--no-demo", "--host", HOST, "--port", str(port))
        fleet.members.append(started("services", url, command, settings, folder))
        yield fleet


@contextmanager
def apart(settings: Mapping[str, str], folder: Path, workers: int = 1) -> Generator[Fleet]:
    """Run each service as an API and as `workers`, each a process. Raises `ServerStopped` if one ends by itself."""
    said = dict(settings)
    let_crm_deliver(folder, said)
    addresses = {name: f"http://{HOST}:{free_port()}" for name in SERVICES}
    with running(Fleet(addresses=addresses)) as fleet:
        for name, url in addresses.items():
            fleet.members.append(serving(name, API, url, said, folder))
        for name in SERVICES * workers:
            fleet.members.append(serving(name, WORKER, f"http://{HOST}:{free_port()}", said, folder))
        yield fleet


@contextmanager
def running(fleet: Fleet) -> Generator[Fleet]:
    """Lend a fleet and stop it at the end. What fails because a process ended is raised as `ServerStopped`."""
    try:
        yield fleet
    except Exception as error:
        try:
            fleet.check()
        except ServerStopped as stopped:
            raise stopped from error
        raise
    finally:
        fleet.stop()


def serving(service: str, role: str, url: str, settings: Mapping[str, str], folder: Path) -> Member:
    """Start one service in one role."""
    port = url.rpartition(":")[2]
    command = ("serve", service, "--role", role, "--host", HOST, "--port", port)
    return started(f"{service} {role}", url, command, settings, folder)


def started(name: str, url: str, command: Sequence[str], settings: Mapping[str, str], folder: Path) -> Member:
    """Start a command of `attain`, with these settings and no others of Attain's."""
    inherited = {variable: value for variable, value in os.environ.items() if not variable.startswith("ATTAIN_")}
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name.replace(' ', '-')}-{url.rpartition(':')[2]}.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 our own command
            [sys.executable, "-m", "attain.cli", *command],
            env=inherited | dict(settings),
            stdout=output,
            stderr=output,
        )
    return Member(name=name, url=url, process=process, log=log)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
