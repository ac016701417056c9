"""The wires that the promises are tried on, each empty. Another wire joins as another parameter."""

import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from events.wire.opening import open_wire
from events.wire.promises import Wire


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def wire_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a wire is, for other processes too. Topics are made by those who first use them."""
    if request.param == "embedded":
        return f"sqlite:///{tmp_path / 'wire.sqlite'}"
    monkeypatch.setenv("ATTAIN_CREATE_TOPICS", "1")
    return str(request.getfixturevalue("kafka_url"))


@pytest.fixture
async def wire(wire_url: str) -> AsyncGenerator[Wire]:
    """The wire, opened by the test's own process."""
    wire = await open_wire(wire_url)
    yield wire
    await wire.aclose()


@pytest.fixture
def topic() -> str:
    """A topic that no other test uses."""
    return f"attain.test-{secrets.token_hex(4)}.v1"
