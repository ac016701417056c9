"""Whether a JSON value is what a JSON Schema says, with the place of every fault."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jsonschema_rs

Validate: TypeAlias = Callable[[Any], Sequence[str]]
"""Returns what is wrong with a JSON value: each fault with its place."""


def validator(schema: Mapping[str, Any]) -> Validate:
    """Return what validates by a schema, formats too."""
    made = jsonschema_rs.validator_for(dict(schema), validate_formats=True)

    def validate(value: Any) -> list[str]:
        found = [innermost(each) for each in made.iter_errors(value)]
        return [f"{'/'.join(map(str, each.instance_path)) or 'it'}: {each.message}" for each in found]

    return validate


def innermost(fault: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Return the fault in the one alternative that was meant, where no alternative fits."""
    kinds = jsonschema_rs.ValidationErrorKind

    def is_other(each: jsonschema_rs.ValidationError) -> bool:
        if isinstance(each.kind, kinds.Type):
            return each.instance_path == fault.instance_path
        return isinstance(each.kind, kinds.Enum) and each.instance_path == [*fault.instance_path, "type"]

    if not isinstance(fault.kind, kinds.AnyOf):
        return fault
    meant = [alternative for alternative in fault.kind.context if not any(map(is_other, alternative))]
    return innermost(meant[0][0]) if len(meant) == 1 else fault
