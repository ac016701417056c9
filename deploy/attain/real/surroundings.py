"""Where a run with real deals takes place: a fresh folder, fresh databases, and one process with all four services."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from attain.cluster import temporary_server
from attain.everything import SERVICES

StoreName: TypeAlias = Literal["sqlite", "postgres"]

STOP_SECONDS_MAX = 30
WORDS_MAX = 2_000
HOST = "127.0.0.1"


class ServerStopped(Exception):
    """The process with the services ended; the message ends with its own words."""


@contextmanager
def databases(store: StoreName, folder: Path) -> Generator[Mapping[str, str]]:
    """Lend fresh databases, four and one for the keys, as settings for the services."""
    settings = {"ATTAIN_FOLDER": str(folder)}
    if store == "sqlite":
        yield settings
        return
    with temporary_server(fsync=True) as server:
        urls = {f"ATTAIN_{name.upper()}_DATABASE_URL": server.create_database(f"attain_{name}") for name in SERVICES}
        yield settings | urls | {"ATTAIN_KEYS_URL": server.create_database("attain_keys")}


@contextmanager
def serving(settings: Mapping[str, str], folder: Path) -> Generator[str]:
    """Run the four services in a process of their own and lend its URL. Raises `ServerStopped` if it ends by itself."""
    port = free_port()
    said = {name: value for name, value in os.environ.items() if not name.startswith("ATTAIN_")}
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 our own command
            [sys.executable, "-m", "attain.cli", "run", "--no-demo", "--host", HOST, "--port", str(port)],
            env=said | dict(settings),
            stdout=output,
            stderr=output,
        )
    try:
        yield f"http://{HOST}:{port}"
    except Exception as error:
        if process.poll() is not None:
            raise ServerStopped(log.read_text()[-WORDS_MAX:]) from error
        raise
    finally:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
