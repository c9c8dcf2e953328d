"""Every component renders, shows its states, and escapes what people typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import jinja2
import pytest
from jinja2.environment import TemplateModule

from mizuhiki.ui.components import (
    Action,
    Answer,
    Blocking,
    Choice,
    Column,
    Event,
    Named,
    Pages,
    Progress,
    Row,
    Tag,
    Task,
    Tone,
)  # fmt: skip
from mizuhiki.ui.forms import Form
from mizuhiki.ui.look import TEMPLATES

Macros = Callable[[str], TemplateModule]

ATTACK = "\"'><script>alert(1)</script>{{ 7*7 }}"
VOID = {"input", "br", "hr", "img", "meta", "link", "path", "circle", "wbr"}


@pytest.fixture(name="macros")
def _macros() -> Macros:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(TEMPLATES)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)
    environment.globals["csrf_token"] = lambda: "token"
    return lambda name: environment.get_template(f"ui/{name}.html").module


class Balance(HTMLParser):
    """Fails on an element that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def well_formed(markup: object) -> str:
    text = str(markup)
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert "script" not in parser.seen
    assert "<script>" not in text
    assert "style=" not in text
    return text


def bad_form() -> Form:
    form = Form({"f": ATTACK, "c": [ATTACK]})
    form.refuse("f", ATTACK)
    return form


FIELDS = {
    "text_field": {},
    "password_field": {},
    "date_field": {},
    "long_text_field": {},
    "select_field": {"choices": (Choice(ATTACK, ATTACK, ATTACK),)},
    "radio_field": {"choices": (Choice(ATTACK, ATTACK, ATTACK),)},
    "checkbox_field": {"choices": (Choice(ATTACK, ATTACK, ATTACK),)},
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_escapes_values_labels_hints_and_errors(macros: Macros, name: str) -> None:
    text = well_formed(getattr(macros("forms"), name)(bad_form(), "f", ATTACK, hint=ATTACK, **FIELDS[name]))
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_ties_hint_and_error_to_its_control(macros: Macros, name: str) -> None:
    form = Form()
    form.refuse("f", "Wrong")
    text = str(getattr(macros("forms"), name)(form, "f", "Label", hint="Hint", **FIELDS[name]))
    assert 'aria-describedby="f-hint f-error"' in text
    assert 'id="f-hint"' in text
    assert 'id="f-error"' in text
    assert 'id="f"' in text


def test_a_password_is_never_sent_back(macros: Macros) -> None:
    assert "1234" not in str(macros("forms").password_field(Form({"pin": "1234"}), "pin", "PIN"))


def test_typed_values_stay(macros: Macros) -> None:
    form = Form({"a": "typed", "b": "2", "c": ["x", "y"]})
    choices = (Choice("x", "X"), Choice("2", "Two"), Choice("y", "Y"), Choice("z", "Z"))
    forms = macros("forms")
    assert 'value="typed"' in str(forms.text_field(form, "a", "A"))
    assert 'value="2" selected' in str(forms.select_field(form, "b", "B", choices))
    assert re.findall(r'value="(.)" checked', str(forms.checkbox_field(form, "c", "C", choices))) == ["x", "y"]


def test_the_error_summary_links_to_each_field_with_the_same_words(macros: Macros) -> None:
    text = well_formed(macros("forms").error_summary(bad_form()))
    assert 'href="#f"' in text
    assert str(macros("forms").error_summary(Form())).strip() == ""


def test_no_button_is_ever_disabled_and_forms_carry_the_token(macros: Macros) -> None:
    forms = macros("forms")
    text = well_formed(f"{forms.open_form(ATTACK)}{forms.button(ATTACK, key='s')}{forms.close_form()}")
    assert "disabled" not in text
    assert 'name="csrf_token" value="token"' in text
    assert "csrf_token" not in str(forms.open_form("/x", method="get"))


def _parts(parts: TemplateModule) -> dict[str, object]:
    tag = Tag(ATTACK, Tone.DONE)
    act = Action(ATTACK, "/x", "k", ATTACK)
    return {
        "back_link": parts.back_link("/x", ATTACK),
        "heading": parts.heading(ATTACK, ATTACK),
        "tag": parts.tag(tag),
        "summary_list": parts.summary_list((Answer(ATTACK, ATTACK, "/x"), Answer(ATTACK, ATTACK))),
        "confirmation": parts.confirmation(ATTACK, ATTACK, ATTACK),
        "table": parts.table(
            ATTACK,
            (
                Column(ATTACK, sort_url="/s", sorted="ascending"),
                Column("b"),
                Column("c"),
                Column("d"),
                Column("e", numeric=True),
            ),
            (Row((ATTACK, tag, act, None, 5), (act,)), Row(("x", "y", "z", "", 0))),
            count=2,
        ),
        "empty table": parts.table(ATTACK, (), (), empty=ATTACK),
        "timeline": parts.timeline((Event(ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, tag, (act,)), Event("a", "b"))),
        "notice": parts.notice(ATTACK, ATTACK, kind="warning"),
        "blocking": parts.blocking_warning(Blocking(ATTACK, ATTACK, (Answer(ATTACK, ATTACK),))),
        "tasks": parts.task_list((Task(ATTACK, tag, "/x", ATTACK), Task("a", tag))),
        "progress": parts.progress(Progress(ATTACK, 1, 2, ATTACK)),
        "pagination": parts.pagination(Pages(5, 20, "?q=1&page={page}")),
        "case bar": parts.case_bar((Answer(ATTACK, ATTACK), Answer("", "x"))),
        "actions": parts.action_list(ATTACK, (act, Action(ATTACK, "/x", "p", post=True))),
        "leave": parts.leave_quickly("https://example.org/"),
    }


def test_every_part_is_well_formed_and_escapes(macros: Macros) -> None:
    for name, markup in _parts(macros("parts")).items():
        text = well_formed(markup)
        if name not in {"pagination", "leave"}:
            assert "&lt;script&gt;" in text, name


def test_a_blocking_warning_has_nothing_to_click(macros: Macros) -> None:
    text = str(_parts(macros("parts"))["blocking"])
    assert 'role="alert"' in text
    assert not re.search(r"<(a|button|input|summary)\b", text)


def test_a_table_has_a_caption_headers_and_the_sort_order(macros: Macros) -> None:
    text = str(_parts(macros("parts"))["table"])
    assert "<caption>" in text
    assert 'aria-sort="ascending"' in text
    assert text.count('scope="row"') == 2
    assert text.count('scope="col"') == 6


def test_a_name_is_shown_before_its_identifier_once_and_escaped_everywhere(macros: Macros) -> None:
    parts = macros("parts")
    for named, shown in (
        (Named("Invented City", "city-1"), 'Invented City <span class="identifier">city-1</span>'),
        (Named("city-1", "city-1"), "city-1"),
        (Named(ATTACK, f"{ATTACK}!"), "&lt;script&gt;"),
    ):
        answers = (Answer("a", named),)
        for markup in (
            parts.table("t", (Column("a"), Column("b")), (Row((named, named)),)),
            parts.summary_list(answers),
            parts.case_bar((*answers, *answers)),
            parts.blocking_warning(Blocking("a", "b", answers)),
        ):
            assert shown in well_formed(markup)
            assert str(markup).count("city-1") == (0 if named.name == ATTACK else str(markup).count(shown))


def test_pages_leave_out_the_middle_and_keep_both_ends() -> None:
    assert Pages(6, 24, "").shown == (1, None, 4, 5, 6, 7, 8, None, 24)
    assert Pages(1, 3, "").shown == (1, 2, 3)
    assert Pages(2, 9, "?p={page}").address(3) == "?p=3"


def test_a_form_reports_the_first_thing_wrong_with_each_field() -> None:
    form = Form({"n": "x", "empty": ""})
    assert form.parse("n", int, "Not a number") is None
    form.refuse("n", "Second")
    assert form.require("empty", "Needed") == ""
    assert form.parse_if_given("empty", int, "Not a number") is None
    assert form.choose("n", ("a", "b"), "Choose") == "x"
    assert form.errors == {"n": "Not a number", "empty": "Needed"}
    assert not form.good
