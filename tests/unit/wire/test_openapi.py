"""The generated interface documents are valid OpenAPI 3.1 and say what the declarations say."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.wire.openapi import all_documents, openapi_document, public_interfaces, served_interfaces

DOCUMENTS = all_documents()


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_document_is_valid_openapi(name: str) -> None:
    document = json.loads(json.dumps(DOCUMENTS[name]))
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_declared_endpoint_stands_in_the_document_with_its_callers(name: str) -> None:
    for endpoint in served_interfaces()[name]:
        operation = DOCUMENTS[name]["paths"][endpoint.path]["post"]
        assert operation["operationId"] == endpoint.name
        assert operation["x-callers"] == sorted(kind.value for kind in endpoint.callers)
        assert operation["x-own-only"] is endpoint.own_only
        assert endpoint.summary
        assert endpoint.basis


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_anybody_may_ask_stands_in_the_document_without_security(name: str) -> None:
    gets = {path for path, operations in DOCUMENTS[name]["paths"].items() if "get" in operations}
    assert gets == {one.path for one in public_interfaces()[name]}
    for endpoint in public_interfaces()[name]:
        operation = DOCUMENTS[name]["paths"][endpoint.path]["get"]
        assert (operation["operationId"], operation["security"]) == (endpoint.name, [])
        stated = {one["name"]: one["required"] for one in operation["parameters"]}
        assert stated == {one.encode_name: one.required for one in msgspec.structs.fields(endpoint.query)}
        assert all("anyOf" not in one["schema"] for one in operation["parameters"])


def test_the_statute_table_is_asked_by_six_public_questions() -> None:
    assert [one.path.rpartition("/")[2] for one in public_interfaces()["linkage_core"]] == [
        "rows",
        "row",
        "item",
        "comparison",
        "permission",
        "names",
    ]


def test_paths_and_names_are_unique_within_one_interface() -> None:
    for endpoints in served_interfaces().values():
        assert len({endpoint.path for endpoint in endpoints}) == len(endpoints)
        assert len({endpoint.name for endpoint in endpoints}) == len(endpoints)
        assert all(endpoint.path.startswith("/v1/") for endpoint in endpoints)


def test_messages_are_closed() -> None:
    for document in DOCUMENTS.values():
        for name, schema in document["components"]["schemas"].items():
            if schema.get("type") == "object" and name != "Problem":
                assert schema["additionalProperties"] is False, name


def test_an_interface_without_endpoints_still_publishes_its_sealing_keys() -> None:
    document = openapi_document("nothing", "1", ())
    assert list(document["paths"]) == ["/v1/key-set"]
    assert document["paths"]["/v1/key-set"]["post"]["x-callers"] == sorted(kind.value for kind in InstitutionKind)


def patterns(part: object) -> set[str]:
    """All patterns of a document, at every depth."""
    if isinstance(part, list):
        return set().union(*map(patterns, part))
    if not isinstance(part, dict):
        return set()
    own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
    return own.union(*map(patterns, part.values()))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_text_of_a_given_form_ends_where_the_form_ends(name: str) -> None:
    """In Python ``$`` also stands before a final line break, and JSON Schema's expressions know no ``\\Z``."""
    found = patterns(DOCUMENTS[name]["components"]["schemas"])
    assert found, "headers are left out: no line break gets into one"
    assert {one for one in found if not one.endswith(r"$(?!\n)") or r"\Z" in one} == set()
    for text in ("a\n", "452025\n", "100000000000001\n", "a.b.c\n"):
        assert not [one for one in found if re.search(one, text)]
