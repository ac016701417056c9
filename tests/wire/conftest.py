"""The wires that the promises are tried on, each empty. Another wire joins as another parameter."""

import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from events.wire.opening import open_wire
from events.wire.promises import Wire


@pytest.fixture(params=["embedded"])
def wire_url(tmp_path: Path) -> str:
    """Where a wire is, for other processes too."""
    return f"sqlite:///{tmp_path / 'wire.sqlite'}"


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
