"""`kill -9` in the middle of a load, many times: in the end nothing is lost, and nothing doubled."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from attain.client import connect
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES, addresses_at
from attain.quiet import watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment
from tests.conftest import SERVER
from tests.system import end_state
from tests.system.company_under_load import Load, Product
from tests.system.end_state import History, Seen

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("kill")]

COMPANY = draw_company(7, Scale(reps=6, teams=2, deals=120, notes=4))
REQUESTS = sum(len(stage.requests) for stage in (*COMPANY.before, *COMPANY.after)) + len(COMPANY.deliveries)
SECONDS_MAX = 300.0
TIMED = "attainment"
"""The kind of the only streams that depend on timing: what came between two looks of a worker is told once."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What there is after a run: what people see, each service's log, whom it hears, and what it keeps beside it."""

    seen: Seen
    histories: Mapping[str, History]
    hears: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, list[int]]


def run(folder: Path, settings: Mapping[str, str] | None = None, moments: Sequence[int] = (), seed: int = 0) -> Outcome:
    """Send the whole load, kill the product at these moments, and look at what there is when all is quiet."""
    kept = {"ATTAIN_FOLDER": str(folder), **(settings or {})}
    product = Product(folder, kept)
    product.start()
    try:
        found = asyncio.run(play(product, folder, kept, Load(product, COMPANY, moments), seed))
    finally:
        product.kill()
    assert "Traceback" not in product.said
    return found


async def play(product: Product, folder: Path, settings: Mapping[str, str], load: Load, seed: int) -> Outcome:
    """Let the load and the kills run side by side."""
    where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
    issuer, secret = DevelopmentIssuer(folder), secret_in(folder)
    async with asyncio.timeout(SECONDS_MAX), connect(addresses_at(product.url), issuer, secret) as client:
        chance = Random(seed)  # noqa: S311 a schedule, not a secret
        await asyncio.gather(load.send(client), load.disturb(chance))
        await client.wait_until_ready()
        async with watching(where) as watch:
            assert await watch.wait(SECONDS_MAX)
            return Outcome(
                seen=await end_state.what_people_see(client),
                histories=await end_state.histories(watch),
                hears=watch.hears,
                counts=await end_state.counts(watch),
            )


def moments_of(seed: int, count: int) -> list[int]:
    """Draw after how many requests the product is killed: anywhere in the load, and once when all has been sent."""
    chance = Random(seed)  # noqa: S311 a schedule, not a secret
    return [*sorted(chance.sample(range(1, REQUESTS), count - 1)), REQUESTS]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What there is after a run without a kill."""
    return run(tmp_path_factory.mktemp("undisturbed"))


def insist_on_the_same(killed: Outcome, undisturbed: Outcome) -> None:
    """Insist that nothing was lost and nothing doubled: in what people see, in the logs, between the services."""
    for name, answer in undisturbed.seen.items():
        assert killed.seen.get(name) == answer, name
    assert killed.seen.keys() == undisturbed.seen.keys()
    assert killed.counts == undisturbed.counts
    for service, history in killed.histories.items():
        streams = end_state.own_streams(history)
        for stream, events in streams.items():
            assert [each.version for each in events] == list(range(1, len(events) + 1)), stream
        assert kinds_of(streams) == kinds_of(end_state.own_streams(undisturbed.histories[service]))
        for source in killed.hears[service]:
            heard = end_state.heard(history, source)
            assert heard == end_state.told(source, killed.histories[source]), f"what {service} heard of {source}"


def kinds_of(streams: Mapping[str, History]) -> list[list[str]]:
    """Return the types of the events of each stream, whatever its id, but for those that depend on timing."""
    return sorted(
        [events[0].kind, *(type(each.event).__name__ for each in events)]
        for events in streams.values()
        if events[0].kind != TIMED
    )


def test_a_load_through_many_kills_ends_as_one_without_any(tmp_path: Path, undisturbed: Outcome) -> None:
    killed = run(tmp_path, moments=moments_of(seed=1, count=8), seed=1)

    insist_on_the_same(killed, undisturbed)


@pytest.mark.postgres
def test_a_load_through_kills_on_postgres_ends_as_one_without_any_in_files(
    request: pytest.FixtureRequest, tmp_path: Path, undisturbed: Outcome
) -> None:
    server = request.config.stash[SERVER]
    with ExitStack() as lent:
        urls = {f"ATTAIN_{name.upper()}_DATABASE_URL": lent.enter_context(server.database()) for name in SERVICES}
        settings = urls | {"ATTAIN_KEYS_URL": lent.enter_context(server.database())}
        killed = run(tmp_path, settings, moments_of(seed=2, count=3), seed=2)

    insist_on_the_same(killed, undisturbed)
