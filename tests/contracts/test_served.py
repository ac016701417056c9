"""What services tell each other is served by each of them, and whole where all run together; no token is needed."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from attain import everything
from attain.contracts.documents import FOLDER, WHOLE
from attain.everything import SERVICES
from edge.clock import utc_now
from events.running import API, from_environment

KEPT = Path(__file__).parents[2] / FOLDER / WHOLE


@pytest.fixture
async def http(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody without a token who asks the process that holds all services."""
    settings = {"ATTAIN_FOLDER": str(tmp_path), "ATTAIN_ROLES": API}
    app = everything.make({name: from_environment(name, utc_now, settings) for name in SERVICES})
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://attain") as client,
    ):
        yield client


async def test_the_whole_document_is_served_as_it_is_kept(http: httpx.AsyncClient) -> None:
    answer = await http.get("/asyncapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(KEPT.read_text())


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_serves_what_it_tells_itself(http: httpx.AsyncClient, service: str) -> None:
    shown = (await http.get(f"/{service}/asyncapi.json")).json()
    assert f"{service}.tells" in shown["operations"]
    assert {name.split(".")[0] for name in shown["operations"]} == {service}
    assert (await http.get(f"/{service}/openapi.json")).json()["paths"].keys().isdisjoint({"/asyncapi.json"})


async def test_the_front_page_leads_to_what_the_services_tell(http: httpx.AsyncClient) -> None:
    page = (await http.get("/")).text
    for place in ("/asyncapi.json", *(f"/{name}/asyncapi.json" for name in SERVICES)):
        assert f'href="{place}"' in page
