"""The public Web-API, version 4, in the published shape: `/4/num`, `/4/diff`, `/4/name` (R-016)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from mizuhiki.institutions.tax_agency.domain.errors import QuestionRefused
from mizuhiki.institutions.tax_agency.domain.published import (
    Form,
    columns_of,
    csv_text,
    encode_shift_jis,
    xml_document,
)
from mizuhiki.institutions.tax_agency.domain.web_api import read_diff, read_name, read_num
from mizuhiki.institutions.tax_agency.operations.read_publication import WebApiAnswer
from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.public_answers import PublicAnswer, PublicAnswers, Query

VERSION = "/4"
NUM, DIFF, NAME = f"{VERSION}/num", f"{VERSION}/diff", f"{VERSION}/name"


def serve_web_api(public: PublicAnswers, agency: TaxAgency, context: Callable[[], Context]) -> None:
    """Register the three paths."""
    reading = agency.publication
    public.serve(NUM, _answering(lambda query: reading.num(context(), read_num(query))))
    public.serve(DIFF, _answering(lambda query: reading.diff(context(), read_diff(query))))
    public.serve(NAME, _answering(lambda query: reading.name(context(), read_name(query))))


def _answering(answer: Callable[[Query], WebApiAnswer]) -> Callable[[Query], PublicAnswer]:
    def handle(query: Query) -> PublicAnswer:
        try:
            return write_answer(answer(query))
        except QuestionRefused as error:
            words = f"{error.number},{error.words}\r\n"
            return PublicAnswer(words.encode(), "text/plain; charset=UTF-8", HTTPStatus.BAD_REQUEST)

    return handle


def write_answer(answer: WebApiAnswer) -> PublicAnswer:
    """Return an answer in the form asked for: the header's values, then the lines."""
    rows = [columns_of(line, number) for number, line in enumerate(answer.lines, start=answer.first_sequence)]
    header = (
        ("lastUpdateDate", answer.last_update.isoformat()),
        ("count", str(answer.count)),
        ("divideNumber", str(answer.divide)),
        ("divideSize", str(answer.divisions)),
    )
    if answer.form is Form.XML_UNICODE:
        return PublicAnswer(xml_document(header, rows), answer.form.content_type)
    text = csv_text([[value for _, value in header], *rows])
    body = encode_shift_jis(text) if answer.form is Form.CSV_SHIFT_JIS else text.encode()
    return PublicAnswer(body, answer.form.content_type)
