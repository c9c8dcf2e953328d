"""The visitor reads pages as a browser does, judged by pages of this file."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from mizuhiki.runtime.directory import Directory
from mizuhiki.world.errors import StoryCheckFailed
from mizuhiki.world.story.visitor import Visitor

PAGE = """<!doctype html><html><head><style>p { color: red }</style><script>let text = "<p>no</p>"</script></head>
<body><p>Good &amp; new</p><a href="/notices/7?a=1&amp;b=2">notice</a><input name="stray" value="of no form">
<form action="/search"><input name="q" value="old"></form>
<form action="/save?x=1&amp;copy=2" method="POST">
<input type="hidden" name="csrf" value="&quot;t&quot;"><input name="name">
<input type="checkbox" name="yes" checked><input type="checkbox" name="no" value="1">
<input type="radio" name="choice" value="a"><input type="radio" name="choice" value="b" checked>
<select name="year"><option value="2019">a</option><option value="2020" selected>b</option></select>
<select name="month"><option value="1">a</option><option value="2">b</option></select>
<textarea name="remarks">as it &lt;was</textarea>
<button name="act" value="approve">A</button><input type="submit" name="act" value="reject"></form>
<input name="after" value="of no form"></body></html>"""

Answer = Callable[[httpx.Request], httpx.Response]


def visitor(answer: Answer) -> Visitor:
    return Visitor(httpx.Client(transport=httpx.MockTransport(answer)), Directory([]))


def shows(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text=PAGE)


def test_text_links_and_forms_of_a_page_are_read() -> None:
    one = visitor(shows)
    one.visit("http://a.localhost/page")
    assert one.text.startswith("Good & new notice")
    assert "color" not in one.text
    assert "let" not in one.text
    assert one.link("/notices/") == "http://a.localhost/notices/7?a=1&b=2"


def test_a_form_has_what_a_browser_would_send_and_no_more() -> None:
    one = visitor(shows)
    one.visit("http://a.localhost/page")
    form = one.form_to("/save")
    assert form.fields == {
        "csrf": '"t"',
        "name": "",
        "yes": "on",
        "choice": "b",
        "year": "2020",
        "month": "1",
        "remarks": "as it <was",
    }
    assert one.form_with("q").fields == {"q": "old"}
    assert form.action == "/save?x=1&copy=2"


@pytest.mark.parametrize(("name", "query"), [("csrf", "x=1&copy=2"), ("q", "q=new")])
def test_a_form_is_sent_by_its_method_with_the_origin_of_its_page(name: str, query: str) -> None:
    sent: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return shows(request)

    one = visitor(keep)
    one.visit("http://a.localhost:8080/page?lang=ja")
    one.submit(one.form_with(name), **({"q": "new"} if name == "q" else {"name": "黒木"}))
    assert sent[-1].url.query.decode() == query
    if name == "csrf":
        assert parse_qs(sent[-1].content.decode())["name"] == ["黒木"]
        assert sent[-1].headers["Origin"] == "http://a.localhost:8080"
        assert sent[-1].headers["Sec-Fetch-Site"] == "same-origin"


def test_redirects_are_followed_but_not_into_the_card_reader() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/start":
            return httpx.Response(303, headers={"Location": "/there"})
        return httpx.Response(302, headers={"Location": "http://reader.localhost/sign?request=abc"})

    one = visitor(moved)
    one.visit("http://a.localhost/start")
    assert one.url == "http://reader.localhost/sign?request=abc"


def test_redirects_without_end_and_missing_forms_or_links_fail_the_story() -> None:
    with pytest.raises(StoryCheckFailed, match="ends somewhere"):
        visitor(lambda _request: httpx.Response(302, headers={"Location": "/again"})).visit("http://a.localhost/")
    one = visitor(shows)
    one.visit("http://a.localhost/page")
    for act in (lambda: one.form_to("/nowhere"), lambda: one.form_with("nothing"), lambda: one.link("/nowhere")):
        with pytest.raises(StoryCheckFailed):
            act()
