"""Three databases of a product are put back to the middle of a load: their topics bring back what they lost."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from attain.client import Client, connect
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES, addresses_at
from attain.quiet import watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment
from tests.system import end_state
from tests.system.company_under_load import Load, Product
from tests.system.end_state import History, Seen

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("kill")]

COMPANY = draw_company(11, Scale(reps=4, teams=1, deals=60, notes=2))
SET_UP = sum(len(stage.requests) for stage in COMPANY.before)
PUT_BACK = ("goals", "performance", "compensation")
"""Feedback is not: the text of a note never travels, so that no topic can bring it back."""

SECONDS_MAX = 120.0


class BackupAtMoment(Load):
    """A load during which the databases are backed up while they are written."""

    def __init__(self, product: Product, folder: Path, moment: int) -> None:
        super().__init__(product, COMPANY, (moment,))
        self._folder = folder

    async def back_up(self) -> None:
        """Copy the databases at the moment, one after the other."""
        for moment in self._moments.values():
            await moment.wait()
        for name in PUT_BACK:
            await asyncio.to_thread(copy, self._folder / f"{name}.db", self._folder / f"{name}.back-up")


def copy(source: Path, target: Path) -> None:
    connection = sqlite3.connect(source)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


def put_back(folder: Path) -> None:
    for name in PUT_BACK:
        for file in folder.glob(f"{name}.db*"):
            file.unlink()
        shutil.move(folder / f"{name}.back-up", folder / f"{name}.db")


def attain(settings: Mapping[str, str], *words: str) -> Any:
    """Run a command, and return its JSON line."""
    command = [sys.executable, "-m", "attain.cli", *words, "--json"]
    ran = subprocess.run(command, env=os.environ | dict(settings), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


async def what_is_there(client: Client, settings: Mapping[str, str]) -> tuple[Seen, Mapping[str, History]]:
    """Wait until all is quiet; return what people see, and every log, when all that was told is heard."""
    await client.wait_until_ready()
    async with watching({name: from_environment(name, utc_now, settings) for name in SERVICES}) as watch:
        assert await watch.wait(SECONDS_MAX)
        seen, histories = await end_state.what_people_see(client), await end_state.histories(watch)
        for service, tellers in watch.hears.items():
            for teller in tellers:
                told = end_state.told(teller, histories[teller])
                assert end_state.heard(histories[service], teller) == told, f"what {service} heard of {teller}"
        return seen, histories


async def test_everything_is_as_it_was_after_databases_were_put_back_and_restored(tmp_path: Path) -> None:
    settings = {"ATTAIN_FOLDER": str(tmp_path)}
    product = Product(tmp_path, settings)
    product.start()
    try:
        issuer, secret = DevelopmentIssuer(tmp_path), secret_in(tmp_path)
        async with connect(addresses_at(product.url), issuer, secret) as client:
            load = BackupAtMoment(product, tmp_path, SET_UP + len(COMPANY.deliveries) // 2)
            await asyncio.gather(load.send(client), load.back_up())
            seen, histories = await what_is_there(client, settings)
            product.kill()
            put_back(tmp_path)
            restored = {name: attain(settings, "restored", name) for name in PUT_BACK}
            assert restored["performance"]["events_taken_back"] > 0
            assert all(not each["frozen"] for each in restored.values())
            assert attain(settings, "restored", "performance")["events_taken_back"] == 0
            product.start()
            await client.wait_until_ready()
            # Assignments and requests never travel: their systems send them again, with all the rest of that day.
            await Load(product, COMPANY).send(client)
            assert (await what_is_there(client, settings))[0] == seen

            assert attain(settings, "republish", "performance")["topic"] == "attain.performance.v1.g2"
            seen_after, histories_after = await what_is_there(client, settings)
            assert seen_after == seen
            for name in ("goals", "performance"):
                assert end_state.told(name, histories_after[name]) == end_state.told(name, histories[name])
    finally:
        product.kill()
    assert "Traceback" not in product.said
