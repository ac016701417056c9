"""What the pages say is there: where their links lead, the files that they name, the commands that they tell to run."""

import re
from pathlib import Path

import pytest

from attain.cli import app

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path.relative_to(ROOT)
    for folder in (".", "docs", "deploy", "services", "libs")
    for path in (ROOT / folder).glob("*.md" if folder == "." else "**/*.md")
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
FILE = re.compile(r"`((?:libs|services|deploy|tests|docs)/[\w./-]+)`")
MAKE = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)
ATTAIN = re.compile(r"(?:\.venv/bin/|`)attain ([a-z]+)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def text_of(page: Path) -> str:
    return (ROOT / page).read_text()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if not (ROOT / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    assert [name for name in FILE.findall(text_of(page)) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_command_that_a_page_tells_to_run_is_one(page: Path) -> None:
    targets = set(TARGET.findall(text_of(Path("Makefile"))))
    commands = {each.name or "" for each in (*app.registered_commands, *app.registered_groups)}
    assert set(MAKE.findall(text_of(page))) <= targets
    assert set(ATTAIN.findall(text_of(page))) <= commands


def test_the_pages_that_a_newcomer_reads_first_are_among_them() -> None:
    assert {Path("README.md"), Path("CONTRIBUTING.md"), Path("services/compensation/README.md")} <= set(PAGES)
