"""The house's own rules, those that no other tool checks. Each finding says where it is and what to do instead."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PASSED_OVER = {".git", ".venv", "var", "node_modules", "__pycache__", "build", "dist"}
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".lock",
    ".txt",
    ".sh",
    ".ini",
    ".cfg",
    ".sql",
    ".html",
    "",
}

LINES_MAX = 300
FUNCTION_LINES_MAX = 50
WORDS_MIN = 3
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "service", "misc", "core", "lib"}
VAGUE_ENDINGS = ("Service", "Manager", "Handler", "Repository", "Factory", "Helper", "Util", "Utils")
EXACT_PLACES = ("libs/money/", "libs/fiscal/", "/domain/", "/deriving/")

# Put together here, so that this file has none of them.
LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
FOREIGN = {
    "py" + "pi.org": "name the package; its client knows where it comes from",
    "python" + "hosted.org": "name the package; its client knows where it comes from",
    "npm" + "js.": "name the package; its client knows where it comes from",
    "proxy.go" + "lang": "name the module; its client knows where it comes from",
    "/wo" + "rk/": "a path that every checkout has",
    "/ro" + "ot/": "a path that every machine has",
    "clau" + "de": "say what the code does, not with what it was written",
    "anthro" + "pic": "say what the code does, not with what it was written",
    "chat" + "gpt": "say what the code does, not with what it was written",
}
UNEXPLAINED = re.compile(r"#\s*(noqa: [A-Z0-9, ]*[0-9]|(type|pyright): ignore\[[^\]]*\])\s*$")
UNNAMED = re.compile(r"#\s*(noqa|type: ignore|pyright: ignore)\s*($|#)")

Finding = tuple[int, str]


def name(value: object) -> str:
    """Return what a rule is called in the list of tests."""
    return getattr(value, "__name__", "")


@dataclass(frozen=True)
class Source:
    """One file: where it is from the root, and what it says."""

    place: str
    text: str

    @property
    def lines(self) -> Iterator[tuple[int, str]]:
        return enumerate(self.text.splitlines(), 1)

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        return (node for node in self.nodes if isinstance(node, ast.ClassDef))

    @property
    def is_test(self) -> bool:
        return self.place.startswith("tests/")


def every_file() -> Iterator[Source]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in {".ci", ".gitignore"} for part in parts)
        if not hidden and not PASSED_OVER & set(parts) and path.suffix in TEXT_SUFFIXES and path.is_file():
            yield Source(path.relative_to(ROOT).as_posix(), path.read_text())


def long_file(source: Source) -> Iterator[Finding]:
    count = len(source.text.splitlines())
    if count > LINES_MAX:
        yield LINES_MAX, f"{count} lines: split it by what it is about ({LINES_MAX} at most)"


def long_function(source: Source) -> Iterator[Finding]:
    for function in source.functions:
        count = (function.end_lineno or function.lineno) - function.lineno + 1
        if count > FUNCTION_LINES_MAX:
            yield function.lineno, f"{function.name} has {count} lines: name its steps ({FUNCTION_LINES_MAX} at most)"


def vague_file(source: Source) -> Iterator[Finding]:
    for part in Path(source.place).with_suffix("").parts:
        if part.lower() in VAGUE_NAMES:
            yield 1, f"{part!r} says nothing: name it by the noun of the domain that it holds"


def vague_class(source: Source) -> Iterator[Finding]:
    for each in source.classes:
        if each.name.endswith(VAGUE_ENDINGS) or each.name.startswith("Abstract"):
            yield each.lineno, f"class {each.name}: a function, or a noun of the domain (STYLE.md, §10)"


def put_off(source: Source) -> Iterator[Finding]:
    for number, line in source.lines:
        if LATER.search(line):
            yield number, "do it now, or write it into an issue"


def foreign_word(source: Source) -> Iterator[Finding]:
    for number, line in source.lines:
        for word, instead in FOREIGN.items():
            if word in line.lower():
                yield number, f"{word!r}: {instead}"


def silent_ignore(source: Source) -> Iterator[Finding]:
    for number, line in source.lines:
        if UNEXPLAINED.search(line):
            yield number, "say why after the rule that is ignored"
        if UNNAMED.search(line):
            yield number, "name the rule that is ignored, then say why"


def inexact_number(source: Source) -> Iterator[Finding]:
    if any(exact in source.place for exact in EXACT_PLACES) and not source.is_test:
        names = (node for node in source.nodes if isinstance(node, ast.Name) and node.id == "float")
        numbers = (node for node in source.nodes if isinstance(node, ast.Constant) and isinstance(node.value, float))
        for node in chain(names, numbers):
            yield node.lineno, "a float near money: Decimal, written as text"


def half_sentence(source: Source) -> Iterator[Finding]:
    for each in chain(source.functions, source.classes):
        first = (ast.get_docstring(each) or "").split("\n\n")[0].rstrip()
        if first and not first.endswith((".", ":")):
            yield each.lineno, f"{each.name}: its docstring begins with a whole sentence"


def unspoken_test(source: Source) -> Iterator[Finding]:
    for function in source.functions:
        if source.is_test and function.name.startswith("test") and function.name.count("_") < WORDS_MIN:
            yield function.lineno, f"{function.name}: a test's name is a sentence about the business"


Rule = Callable[[Source], Iterator[Finding]]

FOR_PYTHON: tuple[Rule, ...] = (
    long_file,
    long_function,
    vague_file,
    vague_class,
    silent_ignore,
    inexact_number,
    half_sentence,
    unspoken_test,
)
FOR_ALL: tuple[Rule, ...] = (put_off, foreign_word)
ALL = tuple(every_file())
PYTHON = tuple(source for source in ALL if source.place.endswith(".py"))


@pytest.mark.parametrize(
    ("rule", "sources"), [*((rule, PYTHON) for rule in FOR_PYTHON), *((rule, ALL) for rule in FOR_ALL)], ids=name
)
def test_the_house_is_tidy(rule: Rule, sources: tuple[Source, ...]) -> None:
    found = [f"{source.place}:{number}: {instead}" for source in sources for number, instead in rule(source)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "place", "text"),
    [
        (long_file, "libs/events/tail.py", "x = 1\n" * 301),
        (long_function, "libs/events/tail.py", "def tail():\n" + "    x = 1\n" * 50),
        (vague_file, "libs/events/utils.py", ""),
        (vague_file, "libs/common/money.py", ""),
        (vague_class, "libs/events/tail.py", "class PlanService: ..."),
        (vague_class, "libs/events/tail.py", "class AbstractPlan: ..."),
        (silent_ignore, "libs/events/tail.py", "x = 1  # no" + "qa: S608"),
        (silent_ignore, "libs/events/tail.py", "x = 1  # no" + "qa"),
        (silent_ignore, "libs/events/tail.py", "x = 1  # pyright: " + "ignore[reportAny]"),
        (inexact_number, "libs/money/money.py", "x: float = y"),
        (inexact_number, "services/compensation/domain/engine/tiers.py", "x = 0.05"),
        (half_sentence, "libs/events/tail.py", 'def tail():\n    """Reads the log"""'),
        (unspoken_test, "tests/events/test_tail.py", "def test_tail(): ..."),
        (put_off, "README.md", "TO" + "DO: say more"),
        (foreign_word, "Makefile", "pip install --index-url https://py" + "pi.org/simple"),
    ],
    ids=name,
)
def test_a_rule_finds_what_it_is_for(rule: Rule, place: str, text: str) -> None:
    assert list(rule(Source(place, text)))
