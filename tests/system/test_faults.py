"""Faults tried on real processes: nothing is lost or doubled, and the checker notices when a guard is missing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import brokers, clusters

ATTAIN = Path(sys.executable).with_name("attain")
RUN_SECONDS_MAX = 300

pytestmark = [pytest.mark.system, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def production() -> None:
    """Insist on what production runs on, or say that it is missing."""
    brokers.require()
    clusters.require()


def tried(*words: str) -> dict[str, Any]:
    """Run the command, and return its JSON line; without the undisturbed run, which has nothing to show here."""
    command = [ATTAIN, "faults", "--no-compare", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.stdout, done.stderr
    return json.loads(done.stdout) | {"said": done.stderr, "code": done.returncode}


@pytest.mark.parametrize("fault", ["kill-1", "republished"])
def test_nothing_is_lost_or_doubled_when_things_go_wrong(fault: str) -> None:
    found = tried(fault)
    assert (found["tried"], found["failed"], found["code"]) == (1, [], 0), found["said"]


def test_the_checker_notices_what_is_lost_when_the_log_is_followed_carelessly() -> None:
    found = tried("slow-commits", "--without", "tail")
    assert (found["noticed"], found["missed"], found["code"]) == (["tail"], [], 0), found["said"]
    assert "has it not" in found["said"]
