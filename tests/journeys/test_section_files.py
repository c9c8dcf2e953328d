"""A section's clerk asks the real holders of the demo nation with a file, on the pages, without a browser (R-217)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, TestResponse, encode_multipart

from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.wire.exchange_files import InquiryRecord, file_id_of, read_outcomes, write_inquiries
from mizuhiki.world.local import LocalStage
from support.claims import care_leave_claim, city_of
from support.pages import csrf_token

BODY = institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)
AFFAIR = "employment-insurance"
PASSPHRASE = "a long enough passphrase"
FILES = "/cases/files"


class Clerk:
    """A clerk at the office's pages."""

    def __init__(self, stage: LocalStage) -> None:
        stage.operations(BODY).add_staff("files", "係員", "clerk", PASSPHRASE)
        self._client = Client(stage.nation.app(BODY).wsgi)
        self._base = f"http://{stage.directory.entry(BODY).host}"
        assert self.post("/sign-in", account="files", passphrase=PASSPHRASE).status_code == 303

    def read(self, path: str) -> str:
        answer = self._client.get(path, base_url=self._base, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text[:500]
        return answer.text

    def post(self, path: str, **fields: Any) -> TestResponse:
        boundary, body = encode_multipart({"csrf_token": csrf_token(self.read(path)), **fields})
        return self._client.post(
            path, base_url=self._base, data=body, content_type=f"multipart/form-data; boundary={boundary}"
        )


def claimed(stage: LocalStage) -> list[str]:
    """Let the office take a claim; return the addressee numbers of the two people in it."""
    claims = stage.operations(BODY).claims
    clerk = stage.context(BODY, "clerk", AFFAIR, "番号法9条1項, 19条8号", "a claim", person="clerk")
    case = claims.receive(clerk, care_leave_claim(stage))
    stage.pump()
    file = claims.case_file(clerk, case)
    return [file.people[subject.person].addressee_number for subject in file.case.subjects]


def asking(addressee: str, provider: str, kind: str) -> InquiryRecord:
    return InquiryRecord(
        local_number=addressee,
        addressee_number=addressee,
        requested_at="20191202100000000",
        department="benefits",
        user="files",
        inquirer=BODY,
        affair=AFFAIR,
        procedure=CARE_LEAVE_CODE,
        provider=provider,
        kind=kind,
    )


@pytest.mark.requirement("R-217", "R-243")
def test_a_file_of_the_section_goes_through_commission_core_and_holder_and_comes_back(stage: LocalStage) -> None:
    city, people = city_of(stage, "parent"), claimed(stage)
    lines = [asking(one, city, "resident-record") for one in people] + [asking(people[0], city, "medical-insurance")]
    content, clerk = write_inquiries(lines), Clerk(stage)
    kept = clerk.post(f"{FILES}/new", file=FileStorage(io.BytesIO(content), filename="files.csv")).headers["Location"]
    assert kept == f"{FILES}/kept/{file_id_of(content)}"
    tried = clerk.read(kept)
    assert "1 of 3 lines" in tried
    assert "2-77 番号法19条8号" in tried
    assert "Refused: No row of the statute table allows this" in tried
    place = clerk.post(kept, do="hand-in").headers["Location"]
    assert "No line has ended yet." in clerk.read(place)
    server = stage.operations(intermediate_server_of(BODY))
    machinery = stage.context(
        intermediate_server_of(BODY), "machinery", "information-provision", "番号法19条8号", "send sections"
    )
    server.bulk.resume(machinery)
    assert "Every line has ended" in clerk.read(place)
    found = read_outcomes(clerk.post(place).data)
    assert [(one.line, one.addressee_number, one.outcome) for one in found] == [
        ("1", people[0], "provided"),
        ("2", people[1], "provided"),
        ("3", people[0], "no-statute-row"),
    ]
    learnt = found[0].information + found[1].information
    assert {code for code in ("02", "12") if f'"relationship":"{code}"' in learnt} == {"02", "12"}
    assert [bool(one.receipt) for one in found] == [True, True, False]
