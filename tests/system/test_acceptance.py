"""Published plans through the public HTTP API: every figure that a source states, to the cent."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from attain.acceptance.example import Figure
from attain.acceptance.main import EXAMPLES
from attain.acceptance.missing import LATER, MISSING
from attain.acceptance.outcome import Outcome, exit_code, not_run, said
from attain.acceptance.reading import shown

WORKED = Path(__file__).parents[2].parent / "shared" / "acceptance" / "worked-examples.md"
ROW = re.compile(r"^\| ([WD][0-9]{2}[a-z]?) \|", re.MULTILINE)
RUN_SECONDS_MAX = 300

PASSED = Outcome(id="W08", expected=("2050.00",), got=("2050.00",))
FAILED = msgspec.structs.replace(PASSED, got=("2050.01",))


@pytest.mark.system
def test_every_published_plan_that_can_be_run_pays_what_its_source_states() -> None:
    command = [sys.executable, "-m", "attain.acceptance.main"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, done.stdout + done.stderr
    *rows, last = done.stdout.splitlines()
    assert last == f"{len(EXAMPLES)} passed, 0 failed, {len(MISSING)} missing, {len(LATER)} later"
    for each in (*(example.id for example in EXAMPLES), *MISSING, *LATER):
        assert [row for row in rows if row.startswith(f"{each} ") and " as read " not in row], each


def test_every_row_of_the_worked_examples_is_run_or_said_not_to_be() -> None:
    ids = [*(example.id for example in EXAMPLES), *MISSING, *LATER]
    assert len(set(ids)) == len(ids)
    if not WORKED.exists():
        pytest.skip(f"THE WORKED EXAMPLES WERE NOT COUNTED: there is no {WORKED.name} in {WORKED.parent}")
    assert sorted(ids) == sorted(ROW.findall(WORKED.read_text()))


def test_one_wrong_figure_fails_the_whole_run() -> None:
    rows = [PASSED, FAILED, *not_run("missing", {"W17": "draws"}), *not_run("later", {"W48": "amortisation"})]
    assert said(rows) == [
        "W08   passed   expected 2050.00  got 2050.00",
        "W08   failed   expected 2050.00  got 2050.01",
        "W17   missing  draws",
        "W48   later    amortisation",
        "1 passed, 1 failed, 1 missing, 1 later",
    ]
    assert exit_code(rows) == 1


def test_what_is_missing_fails_nothing_and_is_counted() -> None:
    rows = [PASSED, *not_run("missing", {"W17": "draws"})]
    assert said(rows)[-1] == "1 passed, 0 failed, 1 missing, 0 later"
    assert exit_code(rows) == 0


def test_a_figure_whose_credit_waits_to_be_paid_is_not_the_expected_one() -> None:
    statement = {"sections": [], "clawed": [], "unpaid": [{"kind": "no_quota"}]}
    assert shown(Figure(expected="0.00"), statement, "w08-1") == "0.00 (waiting: no_quota)"
