"""A running Attain as operators see it: one linked trace from a CRM's delivery to pay, and numbers that are right."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from standardwebhooks.webhooks import Webhook

from attain.client import Client, connect
from attain.company import Delivery
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES
from attain.fleet import together
from attain.loading import load
from attain.quiet import Census, Watch, watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.generations import topic_of
from events.running import from_environment
from tests.system.collector import Collector, Context, collecting

pytestmark = pytest.mark.system

SMALL = draw_company(7, Scale(reps=4, teams=2, deals=60, notes=2))
SECONDS_MAX = 60.0
CRM: Context = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")

CHAIN = {
    ("performance", "POST /v1/webhooks/{source}"),
    ("performance", "append"),
    ("performance", "project"),
    ("performance", "send attain.performance.v1"),
    ("compensation", "process attain.performance.v1"),
    ("compensation", "project"),
    ("compensation", "derive"),
    ("compensation", "send attain.compensation.v1"),
    ("performance", "process attain.compensation.v1"),
    ("goals", "process attain.compensation.v1"),
}
"""What one deal brings about: it is taken, told, heard, paid, and what was attained is told and heard in turn."""

Numbers = dict[str, float]


async def deliver_traced(address: str, secret: str) -> None:
    """Deliver a deal that was won, as a CRM does that traces what it does."""
    won = next(each for each in SMALL.deliveries if each.type == "deal.won")
    delivery = Delivery(type=won.type, timestamp=won.timestamp, data={**won.data, "deal_id": "TRACED"})
    body, at = msgspec.json.encode(delivery), utc_now()
    headers = {
        "webhook-id": "traced",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("traced", at.replace(microsecond=0), body.decode()),
        "content-type": "application/json",
        "traceparent": f"00-{CRM[0]}-{CRM[1]}-01",
    }
    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        answer = await http.post(f"/v1/webhooks/{SMALL.source}", content=body, headers=headers)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)


async def arrived(collector: Collector, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what the CRM's call brought about, as soon as all that is wanted has arrived."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not set(wanted) <= collector.brought_about_by(CRM):  # noqa: ASYNC110 it arrives in other threads
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    return collector.brought_about_by(CRM)


async def scraped(addresses: Mapping[str, str]) -> dict[str, Numbers]:
    """Return the numbers of all services, all labels added up."""
    found: dict[str, Numbers] = {}
    async with httpx.AsyncClient(trust_env=False) as http:
        for name, address in addresses.items():
            numbers: Numbers = {}
            for family in text_string_to_metric_families((await http.get(f"{address}/metrics")).text):
                for sample in family.samples:
                    assert sample.labels["service_name"] == name
                    numbers[sample.name] = numbers.get(sample.name, 0) + sample.value
            found[name] = numbers
    return found


async def quiet(client: Client, watch: Watch) -> dict[str, Census]:
    """Load the company and wait until nothing is left to do."""
    await client.wait_until_ready()
    await load(client, SMALL, lambda _name, _count: None)
    assert await watch.wait(SECONDS_MAX)
    return await watch.census()


async def check_numbers(addresses: Mapping[str, str], census: Mapping[str, Census], watch: Watch) -> None:
    """Compare what the services say of themselves with what is in their databases and on the wire."""
    numbers = await scraped(addresses)
    on_wire = {name: sum((await watch.wire.ends(topic_of(name))).values()) for name in SERVICES}
    for name, seen in numbers.items():
        assert seen["attain_append_events_total"] == census[name].events
        assert seen.get("messaging_client_sent_messages_total", 0) == on_wire[name]
        heard = sum(on_wire[other] for other in watch.hears[name])
        assert seen.get("messaging_client_consumed_messages_total", 0) == heard
        assert [seen["attain_relay_lag"], seen.get("attain_consumer_lag", 0), seen["attain_parked_entries"]] == [
            0,
            0,
            0,
        ]
    requests = sum(len(stage.requests) for stage in (*SMALL.before, *SMALL.after))
    assert sum(seen["http_server_request_duration_seconds_count"] for seen in numbers.values()) >= requests
    assert numbers["compensation"]["attain_derivation_waiting"] == 0


def test_a_delivery_can_be_followed_to_what_is_paid_and_the_numbers_are_those_of_the_load(tmp_path: Path) -> None:
    folder = tmp_path / "var"

    async def scene(addresses: Mapping[str, str], collector: Collector) -> None:
        where = {name: from_environment(name, utc_now, {"ATTAIN_FOLDER": str(folder)}) for name in SERVICES}
        async with connect(addresses, DevelopmentIssuer(folder), secret_in(folder)) as client, watching(where) as watch:
            await check_numbers(addresses, await quiet(client, watch), watch)
            await deliver_traced(addresses["performance"], secret_in(folder))
            assert await arrived(collector, CHAIN) >= CHAIN
            assert await watch.wait(SECONDS_MAX)
            events.update({name: each.events for name, each in (await watch.census()).items()})

    events: dict[str, int] = {}
    with collecting() as (endpoint, collector):
        settings = {
            "ATTAIN_FOLDER": str(folder),
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        with together(settings, folder) as fleet:
            asyncio.run(scene(fleet.addresses, collector))
        # The process has ended: what it had not sent before it sent then.
        assert {name: collector.sums[name, "attain.append.events"] for name in SERVICES} == events
