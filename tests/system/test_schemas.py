"""Requests drawn from each service's own OpenAPI document, right and wrong ones: every answer is one that it names."""

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from time import monotonic, sleep
from typing import get_args

import httpx
import pytest

from attain.everything import SERVICES
from attain.fleet import Fleet, together
from edge.auth import Role
from edge.issuer import DevelopmentIssuer

pytestmark = pytest.mark.system

EXAMPLES = 3
"""How many requests are drawn for each operation, beside one for each rule of its schemas."""
SECONDS_MAX = 60
UNTRUE = "positive_data_acceptance"
"""Not checked: a request that fits the schemas may name a person who is not there, or a version that was."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@pytest.fixture(scope="module")
def fleet(folder: Path) -> Generator[Fleet]:
    """The four services, with nothing in them but a calendar."""
    with together({"ATTAIN_FOLDER": str(folder)}, folder) as fleet:
        until = monotonic() + SECONDS_MAX
        while not is_ready(fleet) and monotonic() < until:
            fleet.check()
            sleep(0.1)
        calendar = {"time_zone": "America/New_York", "first_month": 2, "year_named_by": "end"}
        answer = httpx.post(f"{fleet.addresses['goals']}/v1/calendar", json=calendar, headers=everybody(folder))
        assert answer.status_code == 200
        yield fleet


def is_ready(fleet: Fleet) -> bool:
    try:
        return all(httpx.get(f"{url}/readyz").is_success for url in fleet.addresses.values())
    except httpx.TransportError:
        return False


def everybody(folder: Path) -> dict[str, str]:
    """Return the header of somebody in every role, so that no request ends at a denial."""
    return {"Authorization": f"Bearer {DevelopmentIssuer(folder).token('ada', sorted(get_args(Role)))}"}


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_is_asked_the_answer_is_one_that_the_document_names(
    fleet: Fleet, folder: Path, tmp_path: Path, service: str
) -> None:
    header = "Authorization: " + everybody(folder)["Authorization"]
    url = f"{fleet.addresses[service]}/openapi.json"
    drawn = ["--max-examples", str(EXAMPLES), "--seed", "1", "--phases", "examples,coverage,fuzzing"]
    checked = ["--checks", "all", "--exclude-checks", UNTRUE, "--no-color"]
    command = [sys.executable, "-m", "schemathesis.cli", "run", url, "--header", header, *drawn, *checked]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert unforeseen(folder) == []


def unforeseen(folder: Path) -> list[str]:
    """Return the errors that a service's log has."""
    lines = [line for log in folder.glob("*.log") for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if json.loads(line).get("level") == "error"]
