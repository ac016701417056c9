"""Raw deliveries are forgotten after some days: their keys, then their rows. What they said of deals stays."""

from datetime import date

from sqlalchemy import select

from events.expiry import forget_deliveries
from events.store.session import Reading
from events.store.tables import deliveries
from tests.performance.crm import NOW, Office, won


async def days_kept(crm: Office) -> list[date]:
    def question(reading: Reading) -> list[date]:
        return [day for (day,) in reading.tuples(select(deliveries.c.day))]

    return await crm.store.read(question)


async def test_old_deliveries_can_no_longer_be_read_and_their_deals_stay(crm: Office) -> None:
    await crm.deliver(won(), "msg_1")
    await crm.deliver(b"not json", "msg_2")
    [waiting] = await crm.parked()

    assert await forget_deliveries(crm.store.journal, crm.keys, NOW.date()) == 0
    assert await days_kept(crm) == [NOW.date(), NOW.date()]
    assert (await crm.get(f"/v1/parked/{waiting['id']}", "auditor")).status_code == 200

    assert await forget_deliveries(crm.store.journal, crm.keys, date(2017, 4, 4)) == 2
    assert await days_kept(crm) == []
    assert (await crm.get(f"/v1/parked/{waiting['id']}", "auditor")).status_code == 410
    assert (await crm.deal("D-1"))["status"] == "won"
