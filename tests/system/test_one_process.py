"""All four services behind one port: what is there, what is not, and what a frontend developer reads first."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from openapi_spec_validator import validate
from starlette.applications import Starlette

from attain.everything import SERVICES, make
from edge.auth import Role
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import API, Surroundings


@pytest.fixture
async def process(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """The one process on SQLite, without its loops."""
    app: Starlette = make({name: surroundings(name, tmp_path) for name in SERVICES})
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        yield client


def surroundings(name: str, folder: Path) -> Surroundings:
    return Surroundings(
        database_url=f"sqlite:///{folder / name}.db",
        keys_url=f"sqlite:///{folder / 'keys.db'}",
        wire_url=f"sqlite:///{folder / 'wire.db'}",
        folder=folder,
        clock=utc_now,
        roles=frozenset({API}),
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/goalsv1/people", 404, "not-found"),
        ("GET", "/goals/a%0Ab/c", 404, "not-found"),
        ("POST", "/", 405, "method-not-allowed"),
        ("GET", "/goals/v1/people", 401, "token-is-missing"),
    ],
)
async def test_what_is_at_no_service_is_a_problem_like_any_other(
    process: httpx.AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = await process.request(method, path)
    body = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (body["type"], body["status"]) == (f"/problems/{kind}", status)
    assert body["correlation_id"] == answer.headers["X-Correlation-Id"]


async def test_another_method_is_told_which_ones_there_are(process: httpx.AsyncClient) -> None:
    assert (await process.post("/livez")).headers["Allow"] == "GET, HEAD"


async def test_the_front_page_leads_to_pages_that_need_no_internet(process: httpx.AsyncClient) -> None:
    front = (await process.get("/")).text
    for name in SERVICES:
        assert f'href="/{name}/docs"' in front
        page = (await process.get(f"/{name}/docs")).text
        assert "//" not in page.replace("<!--", "")
        for place in (f"/{name}", f"/{name}/"):
            led = await process.get(place, headers={"Host": "elsewhere.example"})
            assert led.headers["Location"] == f"/{name}/docs"


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the operations of a document with their names."""
    found: list[tuple[str, dict[str, Any]]] = []
    for path, methods in document["paths"].items():
        found += [(f"{method} {path}", operation) for method, operation in methods.items()]
    return found


def commands(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the addresses, with an id in them, of the commands that callers with a token send, and their bodies."""
    return [
        (re.sub(r"\{[^}]+\}", "01930c5e-7d4a-7c21-9e1b-3f1f5a2b6c7d", name.removeprefix("post ")), each["requestBody"])
        for name, each in operations(document)
        if "requestBody" in each and each["security"]
    ]


def examples_of(document: dict[str, Any], body: dict[str, Any]) -> list[Any]:
    """Return the examples that a body's schema has: one at least."""
    name = body["content"]["application/json"]["schema"]["$ref"].removeprefix("#/components/schemas/")
    examples: list[Any] = document["components"]["schemas"][name].get("examples", [])
    assert examples, f"{name} has no example"
    return examples


@pytest.mark.parametrize("service", SERVICES)
async def test_every_example_of_a_body_is_one_that_its_address_understands(
    process: httpx.AsyncClient, tmp_path: Path, service: str
) -> None:
    document = (await process.get(f"/{service}/openapi.json")).json()
    token = DevelopmentIssuer(tmp_path).token("ada", sorted(get_args(Role)))
    for path, body in commands(document):
        for example in examples_of(document, body):
            answer = await process.post(f"/{service}{path}", json=example, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code not in {400, 500}, (path, answer.text)
            assert answer.json().get("type") != "/problems/wrong-fields", (path, answer.text)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_document_is_valid_and_says_what_each_operation_is_for(
    process: httpx.AsyncClient, service: str
) -> None:
    document = (await process.get(f"/{service}/openapi.json")).json()
    validate(document)
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
