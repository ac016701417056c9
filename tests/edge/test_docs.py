"""The page of commands and queries: a browser without the internet shows it."""

import re

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from edge import docs
from tests.edge.tiny import client_of

ELSEWHERE = re.compile(r"""(?:src|href)\s*=\s*["']?\s*(?:[a-z]+:)?//""", re.IGNORECASE)
PARTS = re.compile(r"""(?:src|href)="([^"]+)\"""")


async def test_the_page_and_all_of_its_parts_come_from_the_service_itself(app: FastAPI) -> None:
    async with client_of(Starlette(routes=[Mount("/tiny", app)])) as client:
        page = await client.get("/tiny/docs")
        parts = [await client.get(f"/tiny/{path}") for path in PARTS.findall(page.text)]
    assert page.status_code == 200
    assert not ELSEWHERE.search(page.text)
    assert {(each.status_code, each.headers["Content-Type"].split(";")[0]) for each in parts} == {
        (200, "image/png"),
        (200, "text/css"),
        (200, "application/json"),
        (200, "text/javascript"),
    }


async def test_a_browser_is_told_to_load_nothing_from_elsewhere(app: FastAPI) -> None:
    async with client_of(app) as client:
        policy = (await client.get("/docs")).headers["Content-Security-Policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", "script-src 'self'"]
    assert not [each for each in policy if "://" in each or "unsafe-eval" in each]


async def test_nothing_is_sent_to_a_validator_on_the_internet(app: FastAPI) -> None:
    async with client_of(app) as client:
        assert "validatorUrl: null" in (await client.get("/docs/start.js")).text


async def test_the_front_of_a_service_leads_to_its_page(app: FastAPI) -> None:
    async with client_of(Starlette(routes=[Mount("/tiny", app)])) as client:
        answer = await client.get("/tiny/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/tiny/docs")


async def test_no_address_beside_the_page_s_own_is_open(app: FastAPI) -> None:
    async with client_of(app) as client:
        opened = {path: (await client.get(path)).status_code for path in docs.PATHS}
        closed = {(await client.get(f"/docs/{name}")).status_code for name in ("", "__init__.py", "../docs.py", "x.js")}
    assert set(opened.values()) == {200, 307}
    assert closed == {401}


async def test_the_page_is_no_part_of_the_document(app: FastAPI) -> None:
    assert not [path for path in app.openapi()["paths"] if path in docs.PATHS]
