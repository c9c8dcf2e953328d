"""Requests for copies, and records to ask about."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from mizuhiki.institutions.municipality.domain.copies.kinds import CopyKind, Requester, Shown
from mizuhiki.institutions.municipality.domain.copies.requests import Asker, CopyRequest
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, ResidentRecord
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)
from mizuhiki.vocabulary.persons import Relationship, Sex

_ids = itertools.count(1)
NUMBER = IndividualNumber.parse("12345678901" + individual_number_check_digit("12345678901"))
CODE = ResidentRecordCode.parse("1234567890" + resident_record_code_check_digit("1234567890"))


def request_of(**changes: Any) -> CopyRequest:
    """A request by the person at the counter, with a passport shown."""
    person = changes.get("person", "person")
    values: dict[str, Any] = {
        "request_id": f"copy-request-{next(_ids):06d}",
        "kind": CopyKind.RESIDENT,
        "person": person,
        "asker": Asker(Requester.SELF, "山田　太郎", person),
        "shown": frozenset({Shown.PASSPORT}),
    }
    return CopyRequest(**(values | changes))


def resident(token: str, **changes: Any) -> ResidentRecord:
    """A numbered Japanese resident."""
    values: dict[str, Any] = {
        "resident": token,
        "household": "house",
        "name": PersonName("架空", token, "カクウ", "カナ"),
        "birth_date": date(1985, 2, 3),
        "sex": Sex.FEMALE,
        "address": "宮崎県都城市架空町1番地2",
        "relationship": Relationship.HEAD,
        "registered_domicile": "宮崎県都城市本籍町3番",
        "head_of_family_register": "架空　太郎",
        "resident_since": date(2010, 4, 1),
        "address_since": date(2010, 4, 1),
        "previous_address": "",
        "reported_on": date(2010, 4, 1),
        "nationality": "JP",
        "code": CODE,
        "number": NUMBER,
        "stage": NumberingStage.NOTIFIED,
    }
    return ResidentRecord(**(values | changes))
