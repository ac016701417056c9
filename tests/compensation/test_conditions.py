"""Conditions of plans: which deals they mean, how they are read aloud, and what is wrong with them."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from compensation.domain.document.condition import (
    Condition,
    Scalar,
    condition_faults,
    condition_in_words,
    fields_of,
    holds,
)

DEAL: dict[str, Scalar] = {
    "product": "GTX Pro",
    "amount": Decimal("1500.00"),
    "booked_on": date(2017, 3, 31),
    "is_renewal": True,
}


def written(text: str) -> Condition:
    return msgspec.json.decode(text, type=Condition)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"field": "product", "equals": "gtx pro"}', True),
        ('{"field": "product", "in": ["GTX Basic", "GTX PRO"]}', True),
        ('{"field": "product", "in": ["GTX Basic"]}', False),
        ('{"field": "amount", "at_least": "1500"}', True),
        ('{"field": "amount", "above": "1500"}', False),
        ('{"field": "amount", "above": "1499.99", "below": "1500.01"}', True),
        ('{"field": "amount", "at_most": "1500"}', True),
        ('{"field": "amount", "equals": "1500"}', True),
        ('{"field": "booked_on", "since": "2017-01-01", "until": "2017-03-31"}', True),
        ('{"field": "booked_on", "until": "2017-03-30"}', False),
        ('{"field": "is_renewal", "equals": true}', True),
        ('{"field": "is_renewal", "equals": false}', False),
        ('{"field": "account", "exists": false}', True),
        ('{"field": "account", "exists": true}', False),
        ('{"field": "account", "equals": "Acme"}', False),
        ('{"field": "product", "at_least": "1"}', False),
        ('{"not": {"field": "account", "equals": "Acme"}}', True),
        ('{"all": [{"field": "amount", "above": "1"}, {"field": "product", "equals": "GTX Pro"}]}', True),
        ('{"all": [{"field": "amount", "above": "1"}, {"field": "product", "equals": "MG"}]}', False),
        ('{"any": [{"field": "amount", "below": "1"}, {"field": "product", "equals": "GTX Pro"}]}', True),
    ],
)
def test_a_condition_says_which_deals_are_meant(text: str, answer: bool) -> None:
    assert holds(written(text), DEAL.get) is answer
    assert condition_faults(written(text), "/when") == []


def test_no_condition_means_every_deal() -> None:
    assert holds(None, DEAL.get)


def test_a_condition_is_read_aloud_with_its_parts() -> None:
    condition = written(
        '{"any": [{"all": [{"field": "product", "in": ["GTX Pro", "MG"]}, {"field": "amount", "at_least": "100"}]},'
        ' {"not": {"field": "account", "exists": true}}, {"field": "is_renewal", "equals": false},'
        ' {"field": "booked_on", "since": "2017-01-01", "until": "2017-03-31"}]}'
    )
    assert condition_in_words(condition) == (
        "(product is GTX Pro or MG, and amount is at least 100), or not (account is known), or is renewal is no, "
        "or booked on is since 2017-01-01 and is until 2017-03-31"
    )
    assert fields_of(condition) == {"product", "amount", "account", "is_renewal", "booked_on"}


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("{}", "/when"),
        ('{"field": "product"}', "/when"),
        ('{"field": "product", "equals": "a", "all": []}', "/when"),
        ('{"equals": "a", "not": {"field": "product", "equals": "b"}}', "/when"),
        ('{"all": []}', "/when/all"),
        ('{"any": []}', "/when/any"),
        ('{"field": "product", "in": []}', "/when/in"),
        ('{"field": "product", "exists": false, "equals": "a"}', "/when/exists"),
        ('{"all": [{"field": "product", "equals": "a"}, {"any": [{"field": "x"}]}]}', "/when/all/1/any/0"),
        ('{"not": {"not": {}}}', "/when/not/not"),
    ],
)
def test_a_wrong_condition_is_named_with_its_place(text: str, pointer: str) -> None:
    assert [where for where, _ in condition_faults(written(text), "/when")] == [pointer]
