"""Pins the results of new histories, and those that a new engine changes: `python -m tests.pinned.making`.

It never changes what the engine of today has pinned already: raise `ENGINE_VERSION` first, if the change is meant.
"""

import json
import sys
from collections.abc import Mapping

import msgspec

from compensation.domain.engine.version import ENGINE_VERSION
from tests.pinned.results import FILE, NAMES, Pinned, digest_of, pinned, sums_of


def changed(name: str, was: Pinned) -> str:
    """Return what is otherwise than it was pinned, for people."""
    now = sums_of(name)
    places = [place for place in (was.sums | now) if was.sums.get(place) != now.get(place)]
    said = [f"  {place}: {was.sums.get(place, 'nothing')} → {now.get(place, 'nothing')}" for place in places]
    return "\n".join([f"{name} (engine {was.engine}):", *(said or ["  the same sums, from other lines or digits"])])


def advice(name: str) -> str:
    """Say what is otherwise than it was pinned, and what to do about it."""
    return (
        f"{changed(name, pinned()[name])}\nif that is not meant, undo it; if it is, raise ENGINE_VERSION in "
        "services/compensation/domain/engine/version.py, run `.venv/bin/python -m tests.pinned.making`, and say in the "
        "commit what it changes for people who are paid (docs/plans.md shows the version, too)"
    )


def made(known: Mapping[str, Pinned]) -> tuple[dict[str, Pinned], list[str]]:
    """Return what is pinned from now on, and what may not be changed."""
    found: dict[str, Pinned] = {}
    refused: list[str] = []
    for name in NAMES:
        was, digest = known.get(name), digest_of(name)
        if was is not None and (was.digest == digest or was.engine >= ENGINE_VERSION):
            found[name] = was
            refused += [changed(name, was)] if was.digest != digest else []
        else:
            found[name] = Pinned(engine=ENGINE_VERSION, digest=digest, sums=sums_of(name))
    return found, refused


def main() -> int:
    """Write what is pinned from now on, or say what may not be changed."""
    found, refused = made(pinned())
    if refused:
        sys.stderr.write("\n".join((*refused, f"raise ENGINE_VERSION, which is {ENGINE_VERSION}, if this is meant\n")))
        return 1
    lines = [f"{json.dumps(name)}: {msgspec.json.encode(found[name]).decode()}" for name in sorted(found)]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
