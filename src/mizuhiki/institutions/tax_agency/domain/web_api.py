"""Requests of the public Web-API, version 4: what may be asked, and what is refused with which words.

Paths and parameters are the published ones. Error answers have the published shape, "code,message"; code 042 is the
published one, the others are ours, and every message names its parameter. The application id of the published API is
taken and not looked at: it limits use there, and here an address is limited instead, because anybody may use Corporate
Numbers freely (R-016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind, KindGroup
from mizuhiki.institutions.tax_agency.domain.errors import QuestionRefused
from mizuhiki.institutions.tax_agency.domain.published import Form
from mizuhiki.institutions.tax_agency.domain.searching import Match, Question, Target
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.numbers import CorporateNumber
from mizuhiki.vocabulary.places import municipalities, prefectures

MOST_NUMBERS = 10
MOST_DAYS = 50
"""Longest period of `diff`, both days counted."""
DIVIDE_SIZE = 2_000
LONGEST_NAME = 150
ABROAD = "99"
Parsed = TypeVar("Parsed")
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NumRequest:
    """`num`: up to ten numbers, with their whole history or only their state."""

    form: Form
    numbers: tuple[str, ...]
    history: bool


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """`diff`: what was published in a period, of a place and of kinds."""

    form: Form
    first: date
    last: date
    place: str
    kinds: tuple[CorporationKind, ...]
    divide: int


@dataclass(frozen=True, slots=True)
class NameRequest:
    """`name`: a search; `question` holds everything but form and division."""

    form: Form
    question: Question
    divide: int


def read_num(fields: Fields) -> NumRequest:
    """Return a request for numbers.

    Raises:
        QuestionRefused: names the first parameter at fault.
    """
    _known(fields, {"id", "number", "type", "history"})
    text = _required(fields, "number", "040", "法人番号(number)を指定してください。")
    numbers = text.split(",")
    if len(numbers) > MOST_NUMBERS:
        raise QuestionRefused("042", "number", "法人番号は10件以内で指定してください。")
    for one in numbers:
        try:
            read = CorporateNumber.parse(one)
        except MizuhikiError as error:
            raise QuestionRefused("041", "number", f"法人番号(number)が正しくありません: {_shown(one)}") from error
        if read.value != one:
            raise QuestionRefused("041", "number", f"法人番号(number)は半角数字13桁で指定してください: {_shown(one)}")
    return NumRequest(_form(fields), tuple(dict.fromkeys(numbers)), _flag(fields, "history", default=False))


def read_diff(fields: Fields) -> DiffRequest:
    """Return a request for changes.

    Raises:
        QuestionRefused: names the first parameter at fault.
    """
    _known(fields, {"id", "from", "to", "address", "kind", "divide", "type"})
    first, last = _required_day(fields, "from"), _required_day(fields, "to")
    if last < first:
        raise QuestionRefused("053", "to", "取得期間終了日(to)は開始日(from)以後の日を指定してください。")
    if last - first >= timedelta(days=MOST_DAYS):
        raise QuestionRefused("054", "to", f"取得期間は{MOST_DAYS}日以内で指定してください(from, to)。")
    return DiffRequest(_form(fields), first, last, _place(fields), _kinds(fields), _divide(fields))


def read_name(fields: Fields) -> NameRequest:
    """Return a search by name.

    Raises:
        QuestionRefused: names the first parameter at fault.
    """
    _known(
        fields, {"id", "name", "type", "mode", "target", "address", "kind", "change", "close", "from", "to", "divide"}
    )
    name = _required(fields, "name", "060", "商号又は名称(name)を指定してください。")
    if len(name) > LONGEST_NAME:
        raise QuestionRefused("061", "name", f"商号又は名称(name)は{LONGEST_NAME}文字以内で指定してください。")
    first, last = _optional_day(fields, "from"), _optional_day(fields, "to")
    if first and last and last < first:
        raise QuestionRefused("053", "to", "法人番号指定年月日の終了日(to)は開始日(from)以後の日を指定してください。")
    question = Question(
        text=name,
        match=_one_of(fields, "mode", Match, Match.PREFIX),
        target=_one_of(fields, "target", Target, Target.FOLDED),
        place=_place(fields),
        kinds=_kinds(fields),
        past_names=_flag(fields, "change", default=False),
        closed=_flag(fields, "close", default=True),
        designated_from=first,
        designated_to=last,
    )
    if not question.form:
        raise QuestionRefused("062", "name", "商号又は名称(name)に検索できる文字がありません。")
    return NameRequest(_form(fields), question, _divide(fields))


def _shown(text: str) -> str:
    return "".join(one for one in text[:20] if one.isalnum() or one == "-")


def _known(fields: Fields, names: set[str]) -> None:
    for name in fields:
        if name not in names:
            raise QuestionRefused("010", _shown(name), f"項目({_shown(name)})は指定できません。")


def _required(fields: Fields, name: str, number: str, words: str) -> str:
    text = fields.get(name, "").strip()
    if not text:
        raise QuestionRefused(number, name, words)
    return text


def _form(fields: Fields) -> Form:
    _required(fields, "type", "020", "応答形式(type)を指定してください。")
    return _one_of(fields, "type", Form, Form.CSV_UNICODE)


def _one_of(fields: Fields, name: str, kind: Callable[[str], Parsed], default: Parsed) -> Parsed:
    text = fields.get(name, "")
    if not text:
        return default
    try:
        return kind(text)
    except ValueError as error:
        raise QuestionRefused("021", name, f"項目({name})の値が正しくありません。") from error


def _flag(fields: Fields, name: str, *, default: bool) -> bool:
    text = fields.get(name, "")
    if text not in {"", "0", "1"}:
        raise QuestionRefused("021", name, f"項目({name})は0又は1を指定してください。")
    return default if not text else text == "1"


def _divide(fields: Fields) -> int:
    text = fields.get("divide", "") or "1"
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 5 and int(text) >= 1):  # noqa: PLR2004 - 99,999
        raise QuestionRefused("022", "divide", "分割番号(divide)は1以上99999以下の整数を指定してください。")
    return int(text)


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise QuestionRefused("052", name, f"日付({name})はYYYY-MM-DDで指定してください。") from error
    if day.isoformat() != text:
        raise QuestionRefused("052", name, f"日付({name})はYYYY-MM-DDで指定してください。")
    return day


def _required_day(fields: Fields, name: str) -> date:
    return _day(_required(fields, name, "051", f"日付({name})を指定してください。"), name)


def _optional_day(fields: Fields, name: str) -> date | None:
    return _day(fields[name], name) if fields.get(name) else None


def _place(fields: Fields) -> str:
    text = fields.get("address", "")
    if not text or text == ABROAD or is_place(text):
        return text
    raise QuestionRefused(
        "023", "address", "所在地(address)は都道府県コード2桁又は市区町村コード5桁で指定してください。"
    )


def is_place(code: str) -> bool:
    """Tell whether a code of 2 digits names a prefecture or one of 5 digits a municipality."""
    return code in {one.code for one in prefectures()} or code in {one.code[:5] for one in municipalities()}


def _kinds(fields: Fields) -> tuple[CorporationKind, ...]:
    text = fields.get("kind", "")
    if not text:
        return ()
    try:
        return tuple(kind for group in text.split(",") for kind in KindGroup(group).kinds)
    except ValueError as error:
        raise QuestionRefused("024", "kind", "法人種別(kind)は01, 02, 03, 04から指定してください。") from error
