"""The documents beside the code are what the code says, and nothing is written that subscribers would feel."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from attain.cli import app
from attain.contracts.documents import (
    FOLDER,
    ContractsBreak,
    broken,
    check,
    read,
    schemas,
    stale,
    text_of,
    whole,
    write,
)

KEPT = Path(__file__).parents[2] / FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documents as the code says now, in a folder of their own."""
    write(tmp_path)
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def attain(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_no_subscriber_of_the_kept_documents_feels_the_code_of_today() -> None:
    assert [str(each) for each in broken(read(KEPT), schemas())] == []


def test_the_kept_documents_are_what_the_code_says() -> None:
    assert list(stale(KEPT)) == [], "attain contracts write"


def test_there_is_one_file_for_each_contract_and_one_for_all(folder: Path) -> None:
    assert read(folder).keys() == schemas().keys() | {"asyncapi.json", "plan-document.schema.json"}
    assert json.loads((folder / "goals" / "PersonHired.v1.json").read_text())["title"] == "PersonHiredV1"
    assert write(folder) == []


def test_better_words_are_written_and_nothing_else(folder: Path) -> None:
    edit(folder / "goals" / "PersonLeft.v1.json", "A person's last day.", "Gone.")
    assert write(folder) == ["goals/PersonLeft.v1.json"]
    assert list(check(folder)) == []


def test_a_document_that_was_formatted_by_hand_is_written_anew(folder: Path) -> None:
    (folder / "asyncapi.json").write_text(json.dumps(whole()))
    assert write(folder) == ["asyncapi.json"]
    assert (folder / "asyncapi.json").read_text() == text_of(whole())


def test_a_field_that_the_code_has_no_more_stops_the_writing(folder: Path) -> None:
    hired = folder / "goals" / "PersonHired.v1.json"
    edit(hired, '"hired_on"', '"joined_on"')
    before = hired.read_text()
    with pytest.raises(ContractsBreak) as stopped:
        write(folder)
    assert str(stopped.value).splitlines() == [
        "goals.PersonHired.v1: joined_on: was removed or renamed",
        "goals.PersonHired.v1: hired_on: is new and required: new fields are optional",
        "Only new optional fields may be added. Leave the contract as it is, and tell a next version beside it.",
    ]
    assert hired.read_text() == before


def test_a_contract_that_the_code_has_no_more_stops_the_writing(folder: Path) -> None:
    (folder / "goals" / "PersonHired.v1.json").rename(folder / "goals" / "PersonHired.v2.json")
    with pytest.raises(ContractsBreak, match=r"goals\.PersonHired\.v2: is gone: the topic holds such events for ever"):
        write(folder)


def test_a_next_version_beside_the_old_one_is_written(folder: Path) -> None:
    (folder / "goals" / "PersonHired.v1.json").unlink()
    assert write(folder) == ["goals/PersonHired.v1.json"]


def test_the_command_says_what_to_do_about_stale_documents(folder: Path) -> None:
    assert attain("contracts", "check", "--folder", str(folder)).exit_code == 0
    edit(folder / "goals" / "PersonLeft.v1.json", "A person's last day.", "Gone.")
    checked = attain("contracts", "check", "--folder", str(folder))
    assert checked.exit_code == 1
    assert checked.output == "not as the code says: goals/PersonLeft.v1.json\nattain contracts write\n"
    assert attain("contracts", "write", "--folder", str(folder)).output == f"{folder}/goals/PersonLeft.v1.json\n"
    assert attain("contracts", "check", "--folder", str(folder)).exit_code == 0


@pytest.mark.parametrize("command", ["check", "write"])
def test_the_command_names_contract_field_and_rule_of_a_breaking_change(folder: Path, command: str) -> None:
    edit(folder / "feedback" / "CoachingNoteAdded.v1.json", '"format": "date"', '"format": "date-time"')
    checked = attain("contracts", command, "--folder", str(folder))
    assert checked.exit_code == 1
    assert checked.output.startswith("feedback.CoachingNoteAdded.v1: noted_on: format was date-time and is date\n")
