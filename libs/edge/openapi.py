"""The OpenAPI document: who may call what, and every error that an operation answers, with schema and example."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from edge.auth import OPEN_PATHS
from edge.problems import MEDIA_TYPE, TITLES, kind_of

COMMAND_HEADERS: dict[str, dict[str, Any]] = {
    "If-Match": {"type": "string", "pattern": r'^(\*|"(0|[1-9][0-9]{0,17})")$', "examples": ['"3"']},
    "Idempotency-Key": {
        "type": "string",
        "pattern": r'^("[ !#-\[\]-~]{1,255}"|[!#-~]{1,255})$',
        "examples": ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    },
}
"""The headers that only commands obey, with their form; the edge itself says what is wrong with them."""

READING = (400, 401, 403, 404, 422, 429, 500, 503)
WRITING = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503, 507)
OPEN = (500, 503)

DESCRIPTIONS = {
    400: "The request could not be read: broken JSON, or a malformed header.",
    401: "There is no valid bearer token, or no valid signature.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    409: "A rule refused the command, or a request with the same Idempotency-Key is still running.",
    412: "It is at another version than If-Match says.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Fields are wrong; each is named with its JSON pointer.",
    428: "If-Match is required.",
    429: "Too many requests; Retry-After says when to ask again.",
    500: "Something went wrong on our side; the correlation id finds it in the log.",
    503: "Not ready to serve; Retry-After says when to ask again.",
    507: "There is no room left to record it: nothing of it was.",
}

KINDS = {
    401: ("token-is-invalid", "This bearer token is not valid, or not any more."),
    403: ("not-allowed", "You may not do this."),
    409: ("request-is-still-running", "A request with this Idempotency-Key is still running."),
    412: ("stream-is-at-another-version", "It has changed since you read it."),
    413: ("body-is-too-large", "The body is larger than this address takes."),
    422: ("wrong-fields", TITLES[422]),
    428: ("version-is-required", "This needs If-Match with the ETag of what you have read."),
    429: ("too-many-requests", "You ask too often."),
    503: ("not-ready", TITLES[503]),
    507: ("no-room", TITLES[507]),
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457). A refused rule adds members of its own.",
    "required": ["type", "title", "status", "instance", "correlation_id"],
    "additionalProperties": True,
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Which problem: the rule's name."},
        "title": {"type": "string", "description": "The rule, in one sentence."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do about it."},
        "instance": {"type": "string", "format": "uri-reference", "description": "The address that was asked."},
        "correlation_id": {"type": "string", "format": "uuid", "description": "Finds the request in the log."},
        "errors": {
            "type": "array",
            "description": "Every wrong field: a JSON pointer into the body, or a parameter's name and place.",
            "items": {
                "type": "object",
                "required": ["in", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "path", "query", "header", "cookie"]},
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class TwoBodiesHaveOneName(TypeError):
    """Two bodies of one app have the same class name: in its document they would carry the names of their modules."""


def examples(app: FastAPI) -> dict[str, list[Any]]:
    """Return the examples of the bodies that an app takes, by schema: the framework leaves their nulls out.

    Raises `TwoBodiesHaveOneName` and says which.
    """
    fields = [getattr(each, "body_field", None) for each in iter_route_contexts(app.routes)]
    bodies = by_name(field.field_info.annotation for field in fields if field is not None)
    extras: dict[str, Any] = {name: body.model_config.get("json_schema_extra", {}) for name, body in bodies.items()}
    return {name: extra["examples"] for name, extra in extras.items() if "examples" in extra}


def by_name(bodies: Iterable[Any]) -> dict[str, Any]:
    """Return bodies by their class names, each of which is that of one body."""
    found: dict[str, Any] = {}
    for body in bodies:
        if found.setdefault(body.__name__, body) is not body:
            others = (found[body.__name__].__module__, body.__module__)
            raise TwoBodiesHaveOneName(f"{body.__name__} is in {' and in '.join(others)}: rename one of them")
    return found


def finish(
    document: dict[str, Any], open_prefixes: Sequence[str], shown: Mapping[str, list[Any]] = MappingProxyType({})
) -> dict[str, Any]:
    """Return the framework's document with bearer tokens, every error, and none of the framework's own error forms."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, listed in shown.items():
        schemas[name]["examples"] = listed
    schemas["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["responses"] = {f"Problem{status}": response(status) for status in DESCRIPTIONS}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            finish_operation(operation, method, path, open_prefixes)
    return document


def finish_operation(operation: dict[str, Any], method: str, path: str, open_prefixes: Sequence[str]) -> None:
    """Add to an operation its security and the errors that it may answer."""
    is_open = path in OPEN_PATHS
    signed = path.startswith(tuple(open_prefixes))
    operation["security"] = [] if is_open or signed else [{"bearer": []}]
    describe_headers(operation, is_command=method != "get")
    statuses = OPEN if is_open else READING if method == "get" else WRITING
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    for status in statuses:
        responses.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})


def describe_headers(operation: dict[str, Any], *, is_command: bool) -> None:
    """Give the headers of commands their form, and leave them out of questions."""
    parameters = operation.pop("parameters", [])
    if not is_command:
        parameters = [each for each in parameters if each["name"] not in COMMAND_HEADERS]
    if parameters:
        operation["parameters"] = [
            each | {"schema": COMMAND_HEADERS[each["name"]]} if each["name"] in COMMAND_HEADERS else each
            for each in parameters
        ]


def response(status: int) -> dict[str, Any]:
    """Return the description of an error's answer."""
    fallback = (kind_of(status), TITLES.get(status, DESCRIPTIONS[status]))
    kind, title = KINDS.get(status, fallback)
    example: dict[str, Any] = {
        "type": f"/problems/{kind}",
        "title": title,
        "status": status,
        "instance": "/v1/things/t-1",
        "correlation_id": "01930c5e-7d4a-7c21-9e1b-3f1f5a2b6c7d",
    }
    if status == 422:
        example["errors"] = [{"in": "body", "pointer": "/amount/amount", "detail": "String should match pattern"}]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": DESCRIPTIONS[status], "content": content}
