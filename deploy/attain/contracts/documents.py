"""The contracts as documents that are kept beside the code: a JSON Schema of each, and one AsyncAPI document of all;
and beside them the JSON Schema of a plan's document, which administrators and their tools write.

The documents of the last commit are what subscribers have. So they are written anew only where that breaks nobody.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from attain.contracts.compatibility import Break, breaks
from attain.everything import SERVICES
from compensation.routers.plan_schema import plan_schema
from edge.serving import VERSION
from events.language import asyncapi
from events.language.catalogue import told_by
from events.language.schema import document_of
from events.running import Blueprint
from events.wire.cloudevents import type_of

FOLDER = Path("docs/contracts")
WHOLE = "asyncapi.json"
PLAN = "plan-document.schema.json"

Documents: TypeAlias = Mapping[str, Mapping[str, Any]]
"""JSON documents by their place in the folder."""


class ContractsBreak(Exception):
    """A contract was changed in a way that its subscribers would feel; the message has a line for each change."""

    def __init__(self, found: list[Break]) -> None:
        advice = (
            "Only new optional fields may be added. Leave the contract as it is, and tell a next version beside it."
        )
        super().__init__("\n".join((*map(str, found), advice)))


def blueprints() -> list[Blueprint]:
    """Return what the four services are made of."""
    return [import_module(f"{name}.main").BLUEPRINT for name in SERVICES]


@cache
def whole() -> Mapping[str, Any]:
    """Return the AsyncAPI document of all services."""
    return asyncapi.document({each.name: each.types for each in blueprints()}, VERSION)


def schemas() -> dict[str, Mapping[str, Any]]:
    """Return the JSON Schema of every contract by its place: `goals/PersonHired.v1.json`."""
    return {
        place_of(type_of(name, each.__name__)): document_of(name, each) for name in SERVICES for each in told_by(name)
    }


def place_of(type_name: str) -> str:
    """Return where the schema of a type is kept: attain.goals.PersonHired.v1 → goals/PersonHired.v1.json."""
    return f"{type_name.removeprefix('attain.').replace('.', '/', 1)}.json"


def read(folder: Path) -> Documents:
    """Return the documents of a folder."""
    return {path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in folder.rglob("*.json")}


def broken(kept: Documents, made: Documents) -> list[Break]:
    """Return what subscribers of the documents that are kept would feel of those that the code makes now."""
    found: list[Break] = []
    for place, before in sorted(kept.items()):
        name = place.removesuffix(".json").replace("/", ".")
        if place in made:
            found += breaks(name, before, made[place])
        elif place not in (WHOLE, PLAN):
            found.append(Break(name, "", "is gone: the topic holds such events for ever"))
    return found


def stale(folder: Path) -> dict[str, str]:
    """Return the documents that are not kept as the code makes them now: their texts by their place."""
    made = {place: text_of(each) for place, each in (schemas() | {WHOLE: whole(), PLAN: plan_schema()}).items()}
    return {place: text for place, text in made.items() if not is_kept(folder / place, text)}


def is_kept(path: Path, text: str) -> bool:
    """Say whether a file holds a text."""
    return path.exists() and path.read_text() == text


def text_of(document: Mapping[str, Any]) -> str:
    """Return a document as it is written into a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def check(folder: Path) -> dict[str, str]:
    """Return the stale documents. Raises `ContractsBreak`."""
    if found := broken(read(folder), schemas()):
        raise ContractsBreak(found)
    return stale(folder)


def write(folder: Path) -> list[str]:
    """Write the documents that are stale, and return their places. Raises `ContractsBreak` and writes nothing."""
    texts = check(folder)
    for place, text in texts.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(texts)
