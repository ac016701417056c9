"""Samples of stored events as files: where they lie and how they are read."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

import compensation.main
import feedback.main
import goals.main
import performance.main
from events.domain import Value
from events.running import Blueprint

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "DIGESTS"
BLUEPRINTS: Mapping[str, Blueprint] = {
    each.name: each
    for each in (
        compensation.main.BLUEPRINT,
        feedback.main.BLUEPRINT,
        goals.main.BLUEPRINT,
        performance.main.BLUEPRINT,
    )
}


class Sample(Value, tag=False):
    """A row of the log, as far as the codec wrote it."""

    type: str
    schema: int
    data: msgspec.Raw

    @property
    def text(self) -> str:
        """The event as it is stored."""
        return bytes(self.data).decode()


def place(service: str, name: str, schema: int, ending: str = "") -> Path:
    """Return where a sample lies: in the folder of the service that tells of it."""
    return FOLDER / service / f"{name}.v{schema}{ending}.json"


def places() -> list[Path]:
    """Return where all samples lie."""
    return sorted(FOLDER.glob("*/*.json"))


def sample_in(path: Path) -> Sample:
    """Return a sample."""
    return msgspec.json.decode(path.read_bytes(), type=Sample)


def digests() -> dict[str, str]:
    """Return the digests that were written down when samples were made, by their place."""
    lines = (line.split("  ", 1) for line in DIGESTS.read_text().splitlines()) if DIGESTS.exists() else ()
    return {name: digest for digest, name in lines}


def digest_of(path: Path) -> str:
    """Return a file's digest."""
    return sha256(path.read_bytes()).hexdigest()
