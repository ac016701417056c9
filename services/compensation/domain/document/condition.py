"""Conditions: which deals a rule is about, as data that can be checked, compiled once and read aloud."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from compensation.domain.document.described import is_described
from events.domain import Value

Scalar: TypeAlias = str | bool | Decimal | date
"""What an attribute of a deal may be: a text, yes or no, a number, a day."""

FIELDS = (
    "account",
    "activity_count",
    "activity_kind",
    "amount",
    "booked_on",
    "currency",
    "deal_id",
    "done_on",
    "invoice_amount",
    "invoice_id",
    "invoiced_on",
    "line_amount",
    "margin",
    "margin_percent",
    "objective_name",
    "objective_subject",
    "paid_on",
    "payment_amount",
    "payment_id",
    "product",
    "product_id",
    "quantity",
    "renewal",
    "result_name",
    "result_subject",
    "share_percent",
    "term_months",
    "type",
    "value_per_year",
)
"""What a condition may name of a deal and its line, beside custom fields."""

CUSTOM = "fields."
"""What a condition writes before the name of a custom field."""

_CUSTOM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,59}")

Attributes: TypeAlias = Callable[[str], Scalar | None]
Test: TypeAlias = Callable[[Attributes], bool]

RENAMED = {"all_of": "all", "any_of": "any", "none_of": "not", "is_in": "in"}


class Condition(Value, tag=False, omit_defaults=True, rename=RENAMED):
    """`all` or `any` of other conditions, `not` another one, or tests of one `field`, all of which must hold.

    Texts are compared without regard to case. A field that a deal does not have fails every test but `exists: false`.
    """

    all_of: tuple["Condition", ...] | None = None
    any_of: tuple["Condition", ...] | None = None
    none_of: "Condition | None" = None
    field: str | None = None
    equals: str | bool | None = None
    is_in: tuple[str, ...] | None = None
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    since: date | None = None
    until: date | None = None
    exists: bool | None = None


def is_custom_name(name: str) -> bool:
    """Say whether a CRM may call a custom field so."""
    return _CUSTOM_NAME.fullmatch(name) is not None


def may_name(field: str) -> bool:
    """Say whether there is such a field, as far as anybody can know: which custom fields there are, CRMs decide."""
    if field in FIELDS or is_described(field):
        return True
    return field.startswith(CUSTOM) and is_custom_name(field.removeprefix(CUSTOM))


def holds(condition: Condition | None, attributes: Attributes) -> bool:
    """Say whether a condition holds for a deal; none holds always."""
    return condition is None or compiled(condition)(attributes)


@lru_cache(maxsize=4_096)
def compiled(condition: Condition) -> Test:
    """Return a condition as a function, made once."""
    if condition.all_of is not None:
        tests = [compiled(each) for each in condition.all_of]
        return lambda attributes: all(test(attributes) for test in tests)
    if condition.any_of is not None:
        tests = [compiled(each) for each in condition.any_of]
        return lambda attributes: any(test(attributes) for test in tests)
    if condition.none_of is not None:
        test = compiled(condition.none_of)
        return lambda attributes: not test(attributes)
    return compiled_field(condition, condition.field or "")


def compiled_field(condition: Condition, field: str) -> Test:
    """Return the tests of one field as a function."""
    tests = [*text_tests(condition), *number_tests(condition), *day_tests(condition)]
    if condition.exists is False:
        return lambda attributes: attributes(field) is None
    if len(tests) == 1:
        [only] = tests
        return lambda attributes: (found := attributes(field)) is not None and only(found)
    return lambda attributes: (found := attributes(field)) is not None and all(test(found) for test in tests)


def text_tests(condition: Condition) -> list[Callable[[Scalar], bool]]:
    """Return the tests of a text, or of yes and no."""
    tests: list[Callable[[Scalar], bool]] = []
    if condition.equals is not None:
        wanted = folded(condition.equals)
        tests.append(lambda found: folded(found) == wanted)
    if condition.is_in is not None:
        several = frozenset(folded(each) for each in condition.is_in)
        tests.append(lambda found: folded(found) in several)
    return tests


def number_tests(condition: Condition) -> list[Callable[[Scalar], bool]]:
    """Return the tests of a number."""
    bounds: list[tuple[Decimal | None, Callable[[Decimal, Decimal], bool]]] = [
        (condition.at_least, lambda found, bound: found >= bound),
        (condition.above, lambda found, bound: found > bound),
        (condition.at_most, lambda found, bound: found <= bound),
        (condition.below, lambda found, bound: found < bound),
    ]
    return [bounded(bound, compare) for bound, compare in bounds if bound is not None]


def bounded(bound: Decimal, compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Scalar], bool]:
    """Return a test that only a number passes."""
    return lambda found: isinstance(found, Decimal) and compare(found, bound)


def day_tests(condition: Condition) -> list[Callable[[Scalar], bool]]:
    """Return the tests of a day; both ends of a window belong to it."""
    tests: list[Callable[[Scalar], bool]] = []
    since, until = condition.since, condition.until
    if since is not None:
        tests.append(lambda found: isinstance(found, date) and found >= since)
    if until is not None:
        tests.append(lambda found: isinstance(found, date) and found <= until)
    return tests


def folded(found: Scalar) -> str | bool:
    """Return a value as it is compared for equality: texts without regard to case, a number by its digits."""
    if isinstance(found, bool):
        return found
    return f"{found.normalize():f}" if isinstance(found, Decimal) else str(found).casefold()


TEXT_TESTS = ("equals", "is_in", "at_least", "above", "at_most", "below", "since", "until", "exists")
FORMS = ("all_of", "any_of", "none_of", "field")


def condition_faults(condition: Condition, pointer: str) -> list[tuple[str, str]]:
    """Return what is wrong with a condition, each with its JSON pointer."""
    said = [form for form in FORMS if getattr(condition, form) is not None]
    if len(said) != 1:
        return [(pointer, "exactly one of all, any, not and field")]
    tests = [test for test in TEXT_TESTS if getattr(condition, test) is not None]
    if condition.field is None:
        faults = [(pointer, "a test needs a field")] if tests else []
        return faults + parts_faults(condition, pointer)
    if not tests:
        return [(pointer, "a field needs a test: equals, in, at_least, above, at_most, below, since, until or exists")]
    if condition.exists is False and len(tests) > 1:
        return [(f"{pointer}/exists", "a field that is not there has no other test")]
    return [(f"{pointer}/in", "one value at least")] if condition.is_in == () else []


def parts_faults(condition: Condition, pointer: str) -> list[tuple[str, str]]:
    """Return what is wrong with the conditions inside another one."""
    if condition.none_of is not None:
        return condition_faults(condition.none_of, f"{pointer}/not")
    name, parts = ("all", condition.all_of) if condition.all_of is not None else ("any", condition.any_of)
    if not parts:
        return [(f"{pointer}/{name}", "one condition at least")]
    return [fault for place, each in enumerate(parts) for fault in condition_faults(each, f"{pointer}/{name}/{place}")]


def fields_of(condition: Condition) -> frozenset[str]:
    """Return the fields that a condition names, its parts included."""
    parts = [*(condition.all_of or ()), *(condition.any_of or ()), *([condition.none_of] if condition.none_of else [])]
    mine = [condition.field] if condition.field is not None else []
    return frozenset(mine).union(*(fields_of(each) for each in parts))


def condition_in_words(condition: Condition) -> str:
    """Return a condition as a person says it: `product is GTX Pro or GTX Basic, and amount is at least 100`."""
    if condition.all_of is not None:
        return ", and ".join(inner_words(each) for each in condition.all_of)
    if condition.any_of is not None:
        return ", or ".join(inner_words(each) for each in condition.any_of)
    if condition.none_of is not None:
        return f"not ({condition_in_words(condition.none_of)})"
    return f"{field_in_words(condition.field or '')} {test_in_words(condition)}"


def field_in_words(field: str) -> str:
    """Return the name of a field as a person says it; a custom field's is the CRM's own."""
    return field.removeprefix(CUSTOM) if field.startswith(CUSTOM) else field.replace("_", " ").replace(".", " ", 1)


def inner_words(condition: Condition) -> str:
    """Return a condition inside another one, in brackets where it has parts itself."""
    words = condition_in_words(condition)
    return words if condition.field is not None or condition.none_of is not None else f"({words})"


def test_in_words(condition: Condition) -> str:
    """Return what is asked of a field."""
    if condition.exists is not None and not tests_beside_exists(condition):
        return "is known" if condition.exists else "is not known"
    return " and ".join(tests_beside_exists(condition))


def tests_beside_exists(condition: Condition) -> list[str]:
    """Return each test of a field in words."""
    words: list[str] = []
    if condition.equals is not None:
        words.append(f"is {yes_or_text(condition.equals)}")
    if condition.is_in is not None:
        words.append(f"is {' or '.join(condition.is_in)}")
    bounds = (("at least", condition.at_least), ("above", condition.above))
    bounds += (("at most", condition.at_most), ("below", condition.below))
    words += [f"is {name} {bound.normalize():f}" for name, bound in bounds if bound is not None]
    days = (("since", condition.since), ("until", condition.until))
    words += [f"is {name} {day}" for name, day in days if day is not None]
    return words


def yes_or_text(value: str | bool) -> str:
    """Return a text, or yes or no."""
    return ("yes" if value else "no") if isinstance(value, bool) else value
