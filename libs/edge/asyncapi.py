"""What services tell and hear, over HTTP: `/asyncapi.json`, open to all as `/openapi.json` is."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from events.domain import Value
from events.language.asyncapi import document

Types: TypeAlias = tuple[type[Value], ...]


def asyncapi_router(knowing: Mapping[str, Types], version: str) -> APIRouter:
    """Return the route that answers with what services tell and hear; `knowing` are the events that each knows."""
    router = APIRouter()

    async def asyncapi() -> Response:
        return asyncapi_answer(knowing, version)

    router.add_api_route("/asyncapi.json", asyncapi, include_in_schema=False)
    return router


def asyncapi_answer(knowing: Mapping[str, Types], version: str) -> Response:
    """Return the AsyncAPI document of services as an answer."""
    return Response(_text(tuple(knowing.items()), version), media_type="application/json")


@lru_cache(maxsize=8)
def _text(knowing: tuple[tuple[str, Types], ...], version: str) -> bytes:
    return msgspec.json.encode(document(dict(knowing), version))
