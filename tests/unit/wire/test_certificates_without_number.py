"""Certificates are made and used without the Individual Number: no message of their path has a place for it."""

from __future__ import annotations

import ast
from pathlib import Path

import msgspec
import pytest

import mizuhiki
from mizuhiki.wire import jpki

PATH = ("institutions/jpki", "wire/jpki", "crypto/x509", "crypto/certificates")
SOURCE = Path(mizuhiki.__file__).parent


def _fields(message: type, seen: set[type]) -> set[str]:
    if message in seen:
        return set()
    seen.add(message)
    names = set()
    for field in msgspec.structs.fields(message):
        names.add(field.name)
        inner = [field.type, *getattr(field.type, "__args__", ())]
        for one in inner:
            if isinstance(one, type) and issubclass(one, msgspec.Struct):
                names |= _fields(one, seen)
    return names


@pytest.mark.requirement("R-148")
def test_no_message_of_the_certification_authorities_has_a_place_for_the_number() -> None:
    messages = [one for one in vars(jpki).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    assert len(messages) > 5
    names = set().union(*(_fields(one, set()) for one in messages))
    assert "resident_record_code" in names
    assert not {name for name in names if "individual_number" in name}


@pytest.mark.requirement("R-148")
def test_no_code_on_the_path_of_certificates_knows_the_number() -> None:
    files = [file for part in PATH for file in [*(SOURCE / part).rglob("*.py"), SOURCE / f"{part}.py"] if file.exists()]
    assert len(files) > 20
    for file in files:
        names = {node.id for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Name)}
        assert "IndividualNumber" not in names, file
