"""Faults tried on real processes: nothing is lost or doubled, and the checker notices when a guard is missing."""

import json
import subprocess
import sys

import pytest

from attain.cluster import binaries
from attain.jars import missing

RUN_SECONDS_MAX = 600

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def production() -> None:
    """What production runs on is there."""
    if missing() is not None or not binaries():
        pytest.skip("PostgreSQL or Kafka is missing")


def tried(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "attain.cli", "faults", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)


def test_nothing_is_lost_or_doubled_when_processes_are_killed_and_kafka_is_stopped() -> None:
    done = tried("kill-1", "kafka-stopped")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["failed"] == []


def test_the_checker_notices_what_is_lost_when_the_log_is_followed_carelessly() -> None:
    done = tried("slow-commits", "--without", "tail")
    assert json.loads(done.stdout)["failed"] == ["slow-commits"], done.stderr
    assert "has it not" in done.stderr
