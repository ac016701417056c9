"""The Kafka broker that all of a run's tests share: the one `KAFKA_URL` names, else a private one.

The first test that wants it has it started, by the run's controller, so that it outlives the worker that asked.
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from multiprocessing.connection import Client, Listener
from threading import Lock, Thread
from typing import NoReturn, Protocol

import pytest

from attain.broker import temporary_broker
from attain.jars import missing

MISSING = "Kafka is missing: install Java 17 and Maven, which brings the jars once, or set KAFKA_URL"
HERE = "127.0.0.1"


class TestBroker(Protocol):
    """Where a run's broker is."""

    @property
    def url(self) -> str | None:
        """The broker's URL as a wire's; none when the machine has no Kafka."""
        ...

    def stop(self) -> None:
        """Stop what this process started."""
        ...


class OwnBroker:
    """Starts the private broker when somebody first wants it, unless there is a URL of another one."""

    def __init__(self, url: str | None) -> None:
        self._started = ExitStack()
        self._url = url
        self._one_at_a_time = Lock()
        self._door: Listener | None = None

    @property
    def url(self) -> str | None:
        with self._one_at_a_time:
            if self._url is None and missing() is None:
                self._url = self._started.enter_context(temporary_broker()).url
            return self._url

    def door(self) -> str:
        """Return an address where the workers of this run can ask for the URL."""
        if self._door is None:
            self._door = Listener((HERE, 0))
            Thread(target=self._answer, args=(self._door,), daemon=True).start()
        return str(self._door.address[1])

    def stop(self) -> None:
        with self._one_at_a_time:
            self._started.close()

    def _answer(self, door: Listener) -> None:
        while True:
            with door.accept() as asking:
                asking.send(self.url)


class SharedBroker:
    """Asks the run's controller."""

    def __init__(self, door: str) -> None:
        self._door = int(door)
        self._url: str | None = None

    @property
    def url(self) -> str | None:
        if self._url is None:
            with Client((HERE, self._door)) as asking:
                self._url = asking.recv()
        return self._url

    def stop(self) -> None:
        pass


def broker_for(workerinput: Mapping[str, str] | None) -> TestBroker:
    """Return the broker that a run's controller, worker or only process uses."""
    if workerinput is not None:
        return SharedBroker(workerinput["kafka"])
    return OwnBroker(os.environ.get("KAFKA_URL"))


def lend(broker: TestBroker) -> str:
    """Return the URL; skip the test, or fail it where Kafka is required, when there is no broker."""
    url = broker.url
    return absent() if url is None else url


def require() -> None:
    """Let a test go on that starts a broker of its own; skip it, or fail it where Kafka is required, without one."""
    if missing() is not None:
        absent()


def absent() -> NoReturn:
    """Skip a test for want of Kafka, or fail it where Kafka is required."""
    if "kafka" in os.environ.get("ATTAIN_REQUIRE", ""):
        pytest.fail(MISSING)
    pytest.skip(MISSING)
