"""What CRMs say of a frozen deal waits until somebody lets the deal go on; it holds up no other deal."""

from pathlib import Path

from events import frozen
from events.frozen import Frozen
from tests.performance.crm import NOW, office, says, won

HELD = Frozen(stream="deal-crm.D-1", version=4, reason="version 2 is missing", since=NOW)


async def test_a_delivery_to_a_frozen_deal_is_parked_and_understood_when_the_deal_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    async with office(database_url, tmp_path) as crm:
        await crm.store.database.write(lambda writing: frozen.put(writing, [HELD]))
    async with office(database_url, tmp_path) as crm:
        answer = await crm.batch([won(), says("opened", deal_id="D-2")])
        assert (answer.status_code, answer.json()["accepted"], len(answer.json()["parked"])) == (202, 1, 1)
        [waiting] = await crm.parked()
        assert waiting["faults"][0]["pointer"] == "/data/deal_id"
        refused = await crm.post(f"/v1/parked/{waiting['id']}/retry", {}, "integration", **{"Idempotency-Key": "a"})
        assert refused.status_code == 409
        released = Frozen(stream=HELD.stream, version=4, reason=HELD.reason, since=NOW, released_at=NOW)
        await crm.store.database.write(lambda writing: frozen.put(writing, [released]))
    async with office(database_url, tmp_path) as crm:
        await crm.post(f"/v1/parked/{waiting['id']}/retry", {}, "integration", **{"Idempotency-Key": "b"})
        assert await crm.parked() == []
        assert (await crm.deal("D-1"))["version"] == 5
