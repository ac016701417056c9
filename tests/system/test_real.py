"""The main job on deals that nobody here wrote, against a calculation that shares no line with the product."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from attain.cluster import binaries
from tests import brokers, clusters

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "crm-opportunities"
PIPELINE = DATA / "sales_pipeline.csv"
MISSING = f"REAL DEALS WERE NOT TRIED: there is no {PIPELINE.name} in {DATA}"
RUN_SECONDS_MAX = 600

Sums = dict[tuple[str, str], Decimal]


def won_by_agent_and_quarter() -> Sums:
    sums: Sums = defaultdict(Decimal)
    with PIPELINE.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["deal_stage"] == "Won":
                quarter = (int(row["close_date"][5:7]) + 2) // 3
                sums[row["sales_agent"], f"{row['close_date'][:4]}-Q{quarter}"] += Decimal(row["close_value"])
    return sums


def commission(won: Decimal) -> Decimal:
    quota = Decimal(90_000)
    return min(won, quota) * Decimal("0.05") + max(won - quota, Decimal(0)) * Decimal("0.08")


@pytest.fixture(
    params=[
        ("embedded", "sqlite"),
        pytest.param(("embedded", "postgres"), marks=pytest.mark.postgres),
        pytest.param(("kafka", "postgres"), marks=(pytest.mark.kafka, pytest.mark.postgres)),
    ],
    ids=" and ".join,
)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """How news travels and where the services keep their data: all in one process, then as production runs them."""
    wire, store = request.param
    if not PIPELINE.exists():
        pytest.skip(MISSING)
    if store == "postgres" and not binaries():
        pytest.skip(clusters.MISSING)
    if wire == "kafka":
        brokers.require()
    return wire, store


@pytest.mark.system
def test_real_deals_pay_what_a_calculation_from_the_file_says(pair: tuple[str, str], tmp_path: Path) -> None:
    pay = tmp_path / "pay.csv"
    where = ("--wire", pair[0], "--store", pair[1], "--data", str(DATA))
    command = [sys.executable, "-m", "attain.cli", "real", *where, "--pay", str(pay)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, done.stderr

    won = won_by_agent_and_quarter()
    expected = {place: commission(value) for place, value in won.items()}
    with pay.open(newline="") as file:
        paid = {(row["name"], row["period"]): Decimal(row["amount"]) for row in csv.DictReader(file)}
    assert {place: amount for place, amount in paid.items() if amount} == expected

    (written,) = done.stdout.splitlines()
    line = json.loads(written)
    assert line.pop("deals_per_second") > 0
    assert line == {
        "won": 4238,
        "won_value": "10005534",
        "people": 35,
        "people_with_earnings": 30,
        "by_quarter": {"2017-Q1": "1134672", "2017-Q2": "3086111", "2017-Q3": "2982255", "2017-Q4": "2802496"},
        "commission": format(sum(expected.values(), Decimal(0)).normalize(), "f"),
        "recomputed_equal": True,
    }
