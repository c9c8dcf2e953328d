"""Addresses that pages link to: as werkzeug makes them, but compiled no sooner than they are needed."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import BuildError, Map, Rule

from mizuhiki.runtime.page_rules import PageApplication, PageRule

PATHS = {
    "start": "/",
    "household": "/households/<household>",
    "member": "/households/<household>/members/<int:position>",
    "file": "/files/<path:name>",
}


def addresses(kind: type[Rule]) -> Any:
    rules = [kind(path, endpoint=endpoint) for endpoint, path in PATHS.items()]
    rules.append(kind("/pages", endpoint="page", defaults={"number": 1}))
    rules.append(kind("/pages/<int:number>", endpoint="page"))
    return Map(rules).bind("office.localhost")


OURS, THEIRS = addresses(PageRule), addresses(Rule)
TEXT = st.text(min_size=1, max_size=12)


@given(
    st.sampled_from([*PATHS, "page"]),
    st.dictionaries(
        st.sampled_from(["household", "position", "name", "number", "rule", "self", "q"]),
        TEXT | st.integers(0, 9),
        max_size=4,
    ),
)
def test_addresses_are_those_of_werkzeug(endpoint: str, values: dict[str, Any]) -> None:
    try:
        theirs = THEIRS.build(endpoint, values)
    except (BuildError, ValueError) as error:
        with pytest.raises(type(error)):
            OURS.build(endpoint, values)
    else:
        assert OURS.build(endpoint, values) == theirs


def test_nothing_is_compiled_before_the_first_link_and_then_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    compile_ = builtins.compile

    def watched(source: Any, filename: Any, *others: Any, **options: Any) -> Any:
        if filename == "<werkzeug routing>":
            compiled.append(source)
        return compile_(source, filename, *others, **options)

    monkeypatch.setattr(builtins, "compile", watched)
    application = PageApplication("mizuhiki.runtime.pages", static_folder=None)
    for endpoint, path in PATHS.items():
        application.add_url_rule(path, endpoint=endpoint, view_func=lambda **_values: "")
    with application.test_request_context():
        assert not compiled
        assert application.url_for("household", household="水") == "/households/%E6%B0%B4"
        assert application.url_for("household", household="7", _external=False) == "/households/7"
        assert len(compiled) == 1
        assert application.test_client().get("/households/7/members/1").status_code == 200
        assert len(compiled) == 1
