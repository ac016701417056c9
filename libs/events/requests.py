"""Requests that come again: the same key with the same body gets the same answer, in the append's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from events.asking import Asking, Done, KeyWasUsedForAnotherBody, Request, Unit
from events.domain import Refused
from events.store.session import Reading, Writing
from events.store.tables import requests

RequestKey = tuple[str, str, str]
"""Actor, route and key."""


def request_key(asking: Asking) -> RequestKey | None:
    """Return what makes a request unique, if it wants to be."""
    return None if asking.request is None else (asking.actor, asking.request.route, asking.request.key)


def answered(reading: Reading, units: Sequence[Unit]) -> list[tuple[int, Done | Refused]]:
    """Return the answers to requests that succeeded before."""
    asked = {number: unit.asking for number, unit in enumerate(units) if unit.asking.request is not None}
    if not asked:
        return []
    # By all three columns of the primary key, in its order: by the key alone every request would be read.
    keys = [key for key in map(request_key, asked.values()) if key is not None]
    columns = ("actor", "route", "key", "body_hash", "answer")
    found = {
        (actor, route, key): (body_hash, given)
        for actor, route, key, body_hash, given in reading.matching(requests, columns, columns[:3], keys)
    }
    answers: list[tuple[int, Done | Refused]] = []
    for number, asking in asked.items():
        before = found.get(request_key(asking) or ("", "", ""))
        if before is not None and asking.request is not None:
            answers.append((number, same_answer(asking.request, *before)))
    return answers


def same_answer(request: Request, body_hash: str, stored: str) -> Done | Refused:
    """Return the answer that was given before, unless the body is another."""
    if request.body_hash != body_hash:
        return KeyWasUsedForAnotherBody()
    return msgspec.json.decode(stored, type=Done)


def remember(writing: Writing, at: datetime, succeeded: Sequence[tuple[Asking, Any]]) -> None:
    """Store the requests that succeeded, with their answers."""
    rows: list[dict[str, Any]] = []
    for asking, given in succeeded:
        if asking.request is not None and isinstance(given, Done):
            rows.append(
                {
                    "actor": asking.actor,
                    "route": asking.request.route,
                    "key": asking.request.key,
                    "body_hash": asking.request.body_hash,
                    "answer": msgspec.json.encode(given).decode(),
                    "recorded_at": at,
                }
            )
    writing.insert(requests, sorted(rows, key=lambda row: (row["actor"], row["route"], row["key"])))
