"""Contracts as JSON Schema 2020-12: what a subscriber in any language may rely on.

The schemas say no more than the classes do: objects are open, since a contract may get new optional fields, and an
amount is text, since a number in JSON loses digits.
"""

import re
from collections.abc import Sequence
from inspect import cleandoc
from typing import Any, TypeAlias

import msgspec

from events.domain import Value
from events.language.examples import examples_of
from events.wire.cloudevents import schema_of, type_of

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?([Ee][+-]?[0-9]+)?$"
"""A decimal number as text. Amounts are written in plain digits; an exponent can stand only in very small numbers."""

_LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


def document_of(service: str, contract: type[Value]) -> Schema:
    """Return the JSON Schema of one contract, complete in itself. Its `$id` is what letters call `dataschema`."""
    (name,), values = components([contract], "#/$defs/{name}")
    own = values.pop(name)
    head = {"$schema": DIALECT, "$id": schema_of(type_of(service, contract.__name__))}
    examples = [msgspec.to_builtins(each.contract) for each in examples_of(contract)]
    return head | own | {"examples": examples} | ({"$defs": values} if values else {})


def components(contracts: Sequence[type[Value]], place: str) -> tuple[list[str], dict[str, Schema]]:
    """Return the names of contracts, and the schemas of them and of all values in them, which stand at `place`."""
    references, found = msgspec.json.schema_components(contracts, ref_template=place)
    names = [each["$ref"].rsplit("/", 1)[-1] for each in references]
    plain: dict[str, Schema] = msgspec.json.decode(msgspec.json.encode(found))
    shown = {name: dressed(schema) for name, schema in plain.items()}
    for name, contract in zip(names, contracts, strict=True):
        shown[name]["description"] = description_of(contract)
    return names, shown


def description_of(contract: type[Value]) -> str:
    """Return what a contract means: its docstring, then that of what it has in common with others."""
    common = contract.__mro__[: contract.__mro__.index(Value)]
    return "\n\n".join(flowing(each.__doc__ or "") for each in common)


def dressed(schema: Schema) -> Schema:
    """Return a schema as we show it: decimals with their form, alternatives side by side, text without its indent."""
    shown = {key: dressed_part(key, part) for key, part in schema.items() if key != "discriminator"}
    if shown.get("format") == "decimal":
        shown["pattern"] = DECIMAL
    return shown


def dressed_part(keyword: str, part: Any) -> Any:
    """Return what a keyword of a schema says, as we show it."""
    match keyword:
        case "description":
            return flowing(part)
        case "properties":
            return {name: dressed(each) for name, each in part.items()}
        case "prefixItems":
            return [dressed(each) for each in part]
        case "items" | "additionalProperties" if part:
            return dressed(part)
        case "anyOf":
            return [alternative for each in map(dressed, part) for alternative in each.get("anyOf", [each])]
        case _:
            return part


def flowing(docstring: str) -> str:
    """Return a docstring's paragraphs, each in one line."""
    return _LINE_BREAK.sub(" ", cleandoc(docstring))
