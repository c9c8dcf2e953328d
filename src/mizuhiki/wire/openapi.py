"""OpenAPI 3.1 documents generated from the endpoint declarations, one per serving institution and version.

The schemas are msgspec's, the same that decode the messages, so the document cannot drift from the code. Every endpoint
carries `x-callers`, `x-basis` and `x-own-only`, because who may call on which basis is part of the interface. What
anybody may ask by GET has no security and no callers.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

import mizuhiki.wire
from mizuhiki.wire.common.v1 import KEY_SET
from mizuhiki.wire.endpoint import Endpoint, PublicEndpoint

_REFERENCES = "#/components/schemas/{name}"
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem document (RFC 9457)",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable code of the rule that refused"},
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "integer", "null"]}},
        "trace": {"type": "string"},
    },
}
_SECURITY: dict[str, Any] = {
    "hopSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "HTTP message signature (RFC 9421) with the caller's hop key of the directory",
    },
    "mutualTls": {"type": "mutualTLS", "description": "Institution certificate"},
}


def served_interfaces() -> Mapping[str, tuple[Endpoint[Any, Any], ...]]:
    """Return the endpoints of every serving package, by package name; `common` is part of each and not listed."""
    found: dict[str, tuple[Endpoint[Any, Any], ...]] = {}
    for package in pkgutil.iter_modules(mizuhiki.wire.__path__):
        if package.ispkg and package.name != "common":
            module = importlib.import_module(f"{mizuhiki.wire.__name__}.{package.name}")
            found[package.name] = tuple(module.ENDPOINTS)
    return found


def public_interfaces() -> Mapping[str, tuple[PublicEndpoint[Any, Any], ...]]:
    """Return what anybody may ask of each serving package, by package name."""
    return {
        name: tuple(getattr(importlib.import_module(f"{mizuhiki.wire.__name__}.{name}"), "PUBLIC", ()))
        for name in served_interfaces()
    }


def openapi_document(
    title: str,
    version: str,
    endpoints: Iterable[Endpoint[Any, Any]],
    public: Iterable[PublicEndpoint[Any, Any]] = (),
) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of one interface, `KEY_SET` included."""
    listed = [KEY_SET, *endpoints]
    asked = list(public)
    types = [kind for endpoint in listed for kind in (endpoint.request, endpoint.answer)]
    schemas, components = msgspec.json.schema_components(
        [*types, *(one.answer for one in asked)], ref_template=_REFERENCES
    )
    paths: dict[str, Any] = {}
    for number, endpoint in enumerate(listed):
        paths[endpoint.path] = {"post": _operation(endpoint, schemas[2 * number], schemas[2 * number + 1])}
    for one, answer in zip(asked, schemas[len(types) :], strict=True):
        paths[one.path] = {"get": _public_operation(one, answer)}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": _SECURITY,
        },
        "security": [{"hopSignature": []}, {"mutualTls": []}],
    }


def all_documents() -> dict[str, dict[str, Any]]:
    """Return the documents of all interfaces by package name."""
    return {
        name: openapi_document(f"Mizuhiki: {name.replace('_', ' ')}", "1", endpoints, public_interfaces()[name])
        for name, endpoints in served_interfaces().items()
    }


def _operation(endpoint: Endpoint[Any, Any], request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "x-callers": sorted(kind.value for kind in endpoint.callers),
        "x-basis": endpoint.basis,
        "x-own-only": endpoint.own_only,
        "parameters": [
            _header("Mizuhiki-Request-Id", "Random name of this delivery, used once", "^[A-Za-z0-9_-]{16,64}$"),
            _header("Mizuhiki-Created", "When the request was made, whole seconds since 1970 UTC", "^[0-9]{1,12}$"),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": _responses(answer),
    }


def _public_operation(endpoint: PublicEndpoint[Any, Any], answer: dict[str, Any]) -> dict[str, Any]:
    _, components = msgspec.json.schema_components([endpoint.query], ref_template=_REFERENCES)
    members = components[endpoint.query.__name__]
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "x-basis": endpoint.basis,
        "security": [],
        "parameters": [
            {"name": name, "in": "query", "required": name in members["required"], "schema": _in_query(member)}
            for name, member in members["properties"].items()
        ],
        "responses": _responses(answer),
    }


def _in_query(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a member's schema without null, which is left out of a query and cannot be written there."""
    return next((one for one in schema.get("anyOf", ()) if one != {"type": "null"}), schema)


def _responses(answer: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": _REFERENCES.format(name="Problem")}}}
    return {
        "200": {"description": "The answer", "content": {"application/json": {"schema": answer}}},
        "default": {"description": "Refused or failed", "content": problem},
    }


def _header(name: str, description: str, pattern: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }
