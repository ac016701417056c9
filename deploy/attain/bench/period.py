"""A whole period measured: a million deals of ten thousand people, from the facts in the read models to stored pay.

`attain recompute` does it, as an operator would, in processes of its own; the same plans stand beside it as SQL on
DuckDB, and both must pay everybody the same, to the cent. On top come the lines of all statements, as `attain export
lines` writes them. Others on the machine slow the seconds, not those of CPU.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec
import uvloop
from sqlalchemy import select

from attain.bench.duck import Paid, paid_by_sql
from attain.bench.firm import QUARTER, Firm, open_office
from attain.bench.report import Bar, Measured, Pair
from compensation.projections.earnings import PAID, EarningRow, earnings
from events.store.database import open_database
from events.store.session import Reading

DEALS, PEOPLE = 1_000_000, 10_000
DEALS_EACH = DEALS // PEOPLE
PROCESSES = 2
LOOK_SECONDS = 0.2
MEGABYTE = 1 << 20
KILOBYTE = 1 << 10
MILLISECONDS = 1_000
STORE = f"SQLite, {PROCESSES} processes"


class PayDiffers(Exception):
    """The product and SQL do not pay the same."""


class Earned(msgspec.Struct):
    """What a benchmark reads of a line."""

    person_id: str
    earned: Decimal


@dataclass
class Ran:
    """A command that has run: how long, how much of all processors, and the most memory that its processes had."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self, session: int) -> None:
        """Look now and then how much memory all processes of a session have in use."""
        while not self.ended.wait(LOOK_SECONDS):
            command = ("ps", "-o", "rss=", "-s", str(session))
            said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 our own words
            self.memory_bytes = max(self.memory_bytes, sum(map(int, said.split())) * KILOBYTE)


def measure_period() -> list[Pair]:
    """Measure a firm of the size that the environment says."""
    deals = min(int(os.environ.get("SIZE") or DEALS), DEALS)
    size = Firm(deals=deals, people=min(PEOPLE, max(deals // DEALS_EACH, 22)))
    with tempfile.TemporaryDirectory(prefix="attain-bench-") as name:
        folder = Path(name)
        uvloop.run(fill(folder, size))
        ran = run(folder, "recompute", "compensation", "--processes", str(PROCESSES))
        found = uvloop.run(paid(folder))
        sql = paid_by_sql(size, folder)
        compare(found, sql)
        lines = run(folder, "export", "lines", QUARTER, "--processes", str(PROCESSES), "--out", str(folder / "lines"))
        compare_lines(folder / "lines", sql)
        on_disk = database_of(folder).stat().st_size / MEGABYTE
    return [*pairs_of(size, ran, sql, on_disk), *pairs_of_lines(size, lines, ran)]


def pairs_of(size: Firm, ran: Ran, sql: Paid, on_disk: float) -> list[Pair]:
    """Return what came out, beside SQL."""
    what, beside = f"{size.deals:,} deals paid to {size.people:,} people", "the same plans in SQL on DuckDB"
    count = sql.credit_count
    taken = Measured(name=what, value=ran.seconds * MILLISECONDS, unit="ms", bar=Bar(most=60 * MILLISECONDS))
    by_sql = Measured(name=beside, value=sql.seconds * MILLISECONDS, unit="ms")
    cpu = Measured(name=f"{what}: CPU", value=ran.cpu_seconds * MILLISECONDS, unit="ms")
    cpu_by_sql = Measured(name=beside, value=sql.cpu_seconds * MILLISECONDS, unit="ms")
    rate = Measured(name=f"{what}: credits", value=count / ran.seconds, unit="/s")
    rate_by_sql = Measured(name=beside, value=count / sql.seconds, unit="/s")
    memory = Measured(name=f"{what}: memory", value=ran.memory_bytes / MEGABYTE, unit="MB", bar=Bar(most=2_000))
    disk = Measured(name="all facts and rows on disk", value=on_disk, unit="MB")
    shown = ((taken, by_sql), (cpu, cpu_by_sql), (rate, rate_by_sql), (memory, disk))
    return [Pair(store=STORE, measured=measured, floor=floor) for measured, floor in shown]


def pairs_of_lines(size: Firm, lines: Ran, ran: Ran) -> list[Pair]:
    """Return how long the lines of all statements take, beside the pay that they explain."""
    what = f"the lines of {size.people:,} statements"
    taken = Measured(name=what, value=lines.seconds * MILLISECONDS, unit="ms", bar=Bar(most=60 * MILLISECONDS))
    cpu = Measured(name=f"{what}: CPU", value=lines.cpu_seconds * MILLISECONDS, unit="ms")
    memory = Measured(name=f"{what}: memory", value=lines.memory_bytes / MEGABYTE, unit="MB", bar=Bar(most=2_000))
    beside = "their pay"
    shown = (
        (taken, Measured(name=beside, value=ran.seconds * MILLISECONDS, unit="ms")),
        (cpu, Measured(name=beside, value=ran.cpu_seconds * MILLISECONDS, unit="ms")),
        (memory, Measured(name=beside, value=ran.memory_bytes / MEGABYTE, unit="MB")),
    )
    return [Pair(store=STORE, measured=measured, floor=floor) for measured, floor in shown]


def database_of(folder: Path) -> Path:
    """Return where the firm's compensation is."""
    return folder / "compensation.db"


async def fill(folder: Path, size: Firm) -> None:
    """Write the firm's facts."""
    office = await open_office(f"sqlite:///{database_of(folder)}", size)
    await office.fill()
    await office.store.close()


def run(folder: Path, *words: str) -> Ran:
    """Run a command of the product, and watch it."""
    ran = Ran()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTAIN_")}
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 our own words
        (sys.executable, "-m", "attain.cli", *words),
        env=environment | {"ATTAIN_FOLDER": str(folder)},
        start_new_session=True,
    )
    watching = threading.Thread(target=ran.watch, args=(process.pid,))
    watching.start()
    try:
        code = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    finally:
        ran.ended.set()
        watching.join()
    after = os.times()
    ran.seconds = time.perf_counter() - start
    ran.cpu_seconds = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    if code:
        raise subprocess.CalledProcessError(code, words)
    return ran


async def paid(folder: Path) -> Mapping[str, tuple[Decimal, int, Decimal]]:
    """Return what is stored as everybody's pay."""
    database = open_database(f"sqlite:///{database_of(folder)}")
    rows = await database.read(stored)
    await database.close()
    return {row.person_id: (row.credited, row.credit_count, row.earned) for row in rows}


def stored(reading: Reading) -> Sequence[EarningRow]:
    """Return the sums of what is paid."""
    return reading.rows(select(earnings).where(earnings.c.problem == PAID, earnings.c.component != ""), EarningRow)


def compare(found: Mapping[str, tuple[Decimal, int, Decimal]], sql: Paid) -> None:
    """Insist that everybody is paid the same, to the cent. Raises `PayDiffers`."""
    for person_id in sorted(found.keys() | sql.pay.keys()):
        if found.get(person_id) != sql.pay.get(person_id):
            message = f"{person_id}: {found.get(person_id)}, and by SQL {sql.pay.get(person_id)}"
            raise PayDiffers(message)


def compare_lines(file: Path, sql: Paid) -> None:
    """Insist that lines add up to what SQL pays, and that there is one for each credit. Raises `PayDiffers`."""
    earned: dict[str, Decimal] = {}
    count = 0
    decoder = msgspec.json.Decoder(Earned)
    with file.open("rb") as lines:
        for line in lines:
            each = decoder.decode(line)
            earned[each.person_id] = earned.get(each.person_id, Decimal(0)) + each.earned
            count += 1
    differ = [each for each, (_, _, pay) in sql.pay.items() if earned.get(each, Decimal(0)) != pay]
    if differ or count != sql.credit_count:
        message = f"{count} lines for {sql.credit_count} credits; those of {differ[:3]} do not add up"
        raise PayDiffers(message)
