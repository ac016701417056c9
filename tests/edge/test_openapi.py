"""The OpenAPI document says everything that the edge answers."""

import json

import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

from edge.bodies import Body
from edge.openapi import TwoBodiesHaveOneName, examples


def test_the_document_is_valid(app: FastAPI) -> None:
    validate(app.openapi())


def test_nothing_of_the_frameworks_own_errors_is_left(app: FastAPI) -> None:
    text = json.dumps(app.openapi())
    assert "HTTPValidationError" not in text
    assert '"ValidationError"' not in text


def test_every_operation_names_its_errors_and_needs_a_token(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    add, show = paths["/v1/things"]["post"], paths["/v1/things/{thing_id}"]["get"]
    assert add["security"] == show["security"] == [{"bearer": []}]
    assert {"400", "401", "403", "409", "412", "413", "415", "422", "429", "500"} <= set(add["responses"])
    assert {"401", "403", "404", "422", "500"} <= set(show["responses"])
    assert paths["/livez"]["get"]["security"] == []


def test_every_error_has_the_problems_schema_and_an_example(app: FastAPI) -> None:
    components = app.openapi()["components"]
    for name, response in components["responses"].items():
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert f"Problem{content['example']['status']}" == name


def test_only_commands_have_the_headers_of_commands(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    commands = {each["name"] for each in paths["/v1/things"]["post"]["parameters"]}
    questions = {each["name"] for each in paths["/v1/things/{thing_id}"]["get"]["parameters"]}
    assert (commands, questions) == ({"If-Match", "Idempotency-Key"}, {"thing_id"})


def test_two_bodies_of_one_name_are_refused_by_name() -> None:
    app = FastAPI()

    def takes(body: type[Body], path: str) -> None:
        def answer(given: Body) -> None:
            raise AssertionError(given)

        answer.__annotations__["given"] = body
        app.post(path)(answer)

    for path in ("/one", "/other"):
        takes(type("ThingBody", (Body,), {"__module__": f"things{path.replace('/', '.')}"}), path)
    with pytest.raises(TwoBodiesHaveOneName, match=r"ThingBody is in things\.one and in things\.other"):
        examples(app)
