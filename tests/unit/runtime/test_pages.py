"""A site's sessions, forms, headers and error pages, seen as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from mizuhiki.runtime.pages import UNKEPT_FIELD, NotSignedIn, Reply, SignedIn, request
from mizuhiki.ui.forms import Form
from mizuhiki.ui.look import FrontEndNotBuilt, Look
from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused, Unavailable
from mizuhiki.vocabulary.ids import parse_institution_id
from support.environment import make_directory_entry
from support.pages import HOST, SitePlace, csrf_token, sign_in

FORM_PAGE = """{% extends "ui/page.html" %}{% import "ui/forms.html" as forms %}
{% block content %}{{ forms.error_summary(form) }}{{ forms.open_form() }}
{{ forms.text_field(form, "name", "Name") }}{{ forms.text_field(form, "age", "Age") }}{{ forms.button() }}
{{ forms.close_form() }}{% endblock %}"""
CANARY = "canary-4821"


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> SitePlace:
    place = SitePlace(tmp_path).with_staff()
    (place.templates / "form.html").write_text(FORM_PAGE, encoding="utf-8")
    site = place.site

    @site.route("/form", ("GET", "POST"))
    def form() -> Reply:
        typed = Form.posted(request.form) if request.method == "POST" else Form(site.draft())
        if request.method == "POST" and typed.parse("age", int, "Enter a number") is not None:
            return site.redirect("/done")
        return site.render("form.html", form=typed)

    @site.route("/open", ("GET", "POST"), public=True)
    def public_form() -> Reply:
        return site.render("form.html", form=Form())

    @site.route("/who")
    def who() -> str:
        context = site.context("resident-register", "Act art. 7", "test")
        return f"{context.actor.institution}/{context.actor.role}/{context.actor.person}"

    return place


def cookie_of(answer: TestResponse, name: str) -> Morsel[str] | None:
    jar: SimpleCookie = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        jar.load(header)
    return jar.get(name)


def test_a_post_without_the_forms_token_is_refused(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    answer = client.post("/form", data={"name": CANARY, "age": "3"})
    assert answer.status_code == 400
    assert "form-out-of-date" in answer.text
    assert CANARY not in answer.text


def test_a_token_of_another_session_is_refused(place: SitePlace) -> None:
    mine, theirs = place.client(), place.client()
    sign_in(mine)
    sign_in(theirs)
    token = csrf_token(theirs.get("/form").text)
    assert mine.post("/form", data={"age": "3", "csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://portal.localhost"}],
)
def test_a_post_from_another_sites_page_is_refused_even_with_the_token(
    place: SitePlace, headers: dict[str, str]
) -> None:
    client = place.client()
    sign_in(client)
    token = csrf_token(client.get("/form").text)
    answer = client.post("/form", data={"age": "3", "csrf_token": token}, headers=headers)
    assert answer.status_code == 403
    assert "cross-origin-request" in answer.text


def test_our_own_form_passes_with_the_headers_browsers_send(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    token = csrf_token(client.get("/form").text)
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert client.post("/form", data={"age": "3", "csrf_token": token}, headers=headers).status_code == 303


def test_signing_in_gives_a_new_token_and_the_old_one_stops_working(place: SitePlace) -> None:
    attacker, victim = place.client(), place.client()
    attacker.get("/sign-in")
    fixed = attacker.get_cookie("session-commission", domain=HOST).value
    victim.set_cookie("session-commission", fixed, domain=HOST)
    sign_in(victim)
    assert victim.get_cookie("session-commission", domain=HOST).value != fixed
    assert attacker.get("/who").status_code == 303


def test_signing_out_deletes_the_session_on_the_server(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    kept = client.get_cookie("session-commission", domain=HOST).value
    token = csrf_token(client.get("/form").text)
    client.post("/sign-out", data={"csrf_token": token})
    client.set_cookie("session-commission", kept, domain=HOST)
    assert client.get("/who").status_code == 303


def test_the_database_holds_neither_the_token_nor_readable_content(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    token = client.get_cookie("session-commission", domain=HOST).value
    with place.database.read() as connection:
        rows = connection.execute(sa.text("SELECT * FROM page_sessions")).all()
    stored = b"".join(bytes(row.token_hash) + bytes(row.content) for row in rows)
    assert len(rows) == 1
    assert token.encode() not in stored
    assert b"clerk" not in stored
    assert len(token) >= 43


def test_a_session_ends_after_half_an_hour_without_use_and_not_before(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    for _ in range(3):
        place.clock.advance(timedelta(minutes=29))
        assert client.get("/who").text == "commission/clerk/clerk"
    place.clock.advance(timedelta(minutes=30))
    assert client.get("/who").headers["Location"] == "/sign-in"


def test_a_session_ends_after_eight_hours_of_use(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    for _ in range(23):
        place.clock.advance(timedelta(minutes=20))
        assert client.get("/session/stay").status_code == 204
    place.clock.advance(timedelta(minutes=20))
    assert client.get("/who").status_code == 303


def test_long_ended_sessions_are_deleted(place: SitePlace) -> None:
    sign_in(place.client())
    assert place.site.sessions.store.delete_ended(place.clock.now()) == 0
    place.clock.advance(timedelta(hours=33))
    assert place.site.sessions.store.delete_ended(place.clock.now()) == 1


def test_nothing_typed_is_lost_when_the_session_ends(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    token = csrf_token(client.get("/form").text)
    place.clock.advance(timedelta(hours=1))
    answer = client.post("/form", data={"name": "水引", "age": "3", "csrf_token": token})
    assert answer.headers["Location"] == "/sign-in"
    assert sign_in(client).headers["Location"] == "/form"
    assert 'value="水引"' in client.get("/form").text
    assert 'value="水引"' not in client.get("/form").text


def test_a_secret_on_paper_is_not_kept_when_the_session_ends(place: SitePlace) -> None:
    kept: list[object] = []
    place.site.route("/form-again", ("GET", "POST"))(lambda: kept.append(dict(place.site.draft())) or "")
    client = place.client()
    sign_in(client)
    token = csrf_token(client.get("/form").text)
    place.clock.advance(timedelta(hours=1))
    client.post("/form-again", data={"name": "水引", f"{UNKEPT_FIELD}code": CANARY, "csrf_token": token})
    sign_in(client)
    client.get("/form-again")
    assert kept == [{"name": ["水引"]}]


def test_an_unsent_form_is_shown_to_nobody_else(place: SitePlace) -> None:
    place.site.route("/become/<name>", public=True, endpoint="become")(
        lambda name: place.site.redirect(place.site.sign_in(SignedIn(name, "clerk", name)))
    )
    client = place.client()
    client.get("/become/first")
    token = csrf_token(client.get("/form").text)
    place.clock.advance(timedelta(hours=1))
    client.post("/form", data={"name": CANARY, "age": "3", "csrf_token": token})
    client.get("/become/second")
    assert CANARY not in client.get("/form").text


def test_a_wrong_form_comes_back_with_everything_typed_and_status_422(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    token = csrf_token(client.get("/form").text)
    answer = client.post("/form", data={"name": '"><script>x', "age": "many", "csrf_token": token})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "&#34;&gt;&lt;script&gt;x" in answer.text
    assert 'href="#age"' in answer.text
    assert re.search(r"<title>(エラー|Error): ", answer.text)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    place = SitePlace(tmp_path, secure=True).with_staff()
    cookie = cookie_of(place.client().get("/sign-in"), "__Host-session-commission")
    assert cookie is not None
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""


def test_every_answer_carries_the_security_headers(tmp_path: Path) -> None:
    place = SitePlace(tmp_path, secure=True, form_origins=["https://card-reader.example"]).with_staff()
    client = place.client()
    for path in ("/sign-in", "/nowhere"):
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["form-action"] == "'self' https://card-reader.example"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "max-age" in headers["Strict-Transport-Security"]


def test_pages_have_no_inline_script_or_style_and_check_their_bundles(place: SitePlace) -> None:
    text = place.client().get("/sign-in").text
    assert " style=" not in text
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert len(re.findall(r'integrity="sha384-', text)) == 2
    asset = re.search(r'href="(/assets/[^"]+\.css)"', text).group(1)
    answer = place.client().get(asset)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


def test_another_host_name_is_refused(place: SitePlace) -> None:
    answer = place.client().get("/sign-in", base_url="http://evil.example")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Malformed, 400, "malformed"),
        (Refused, 403, "refused"),
        (NotFound, 404, "not-found"),
        (Conflict, 409, "conflict"),
        (Corrupt, 500, "corrupt"),
        (Unavailable, 503, "unavailable"),
        (KeyError, 500, "internal"),
    ],
)
def test_an_error_page_says_code_and_trace_and_nothing_else(
    place: SitePlace, error: type[Exception], status: int, code: str
) -> None:
    def fails() -> NoReturn:
        raise error(f"about {CANARY}")

    place.site.route("/fails", public=True, endpoint="fails")(fails)
    answer = place.client().get("/fails?lang=en")
    assert answer.status_code == status
    assert f'<dd class="code">{code}</dd>' in answer.text
    assert "Trace number" in answer.text
    assert CANARY not in answer.text
    assert "Traceback" not in answer.text
    assert "KeyError" not in answer.text


def test_an_internal_error_is_logged_with_its_place_and_without_its_text(
    place: SitePlace, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> NoReturn:
        raise ValueError(CANARY)

    place.site.route("/fails", public=True, endpoint="fails")(fails)
    trace = re.findall(r'class="code">([\w-]+)<', place.client().get("/fails").text)[-1]
    logged = "".join(capfd.readouterr()) + caplog.text
    assert trace in logged
    assert "ValueError" in logged
    assert CANARY not in logged


def test_a_refusal_shows_which_rule_refused(place: SitePlace) -> None:
    def fails() -> NoReturn:
        raise Refused(rule="row 74", since="2020-04-01")

    place.site.route("/fails", public=True, endpoint="fails")(fails)
    text = place.client().get("/fails").text
    assert "row 74" in text
    assert "2020-04-01" in text


def test_pages_are_for_signed_in_people_unless_they_say_otherwise(tmp_path: Path) -> None:
    place = SitePlace(tmp_path)
    place.site.route("/closed", endpoint="closed")(lambda: "inside")
    answer = place.client().get("/closed")
    assert answer.status_code == 403
    assert NotSignedIn.code in answer.text


def test_the_context_names_institution_role_and_account(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    assert client.get("/who").text == "commission/clerk/clerk"


def test_a_public_page_has_no_context(place: SitePlace) -> None:
    def tries() -> str:
        return str(place.site.context("a", "b", "c"))

    place.site.route("/tries", public=True, endpoint="tries")(tries)
    assert place.client().get("/tries").headers["Location"] == "/sign-in"


def test_the_chosen_language_is_kept(place: SitePlace) -> None:
    client = place.client()
    assert '<html lang="ko">' in client.get("/open?lang=ko").text
    assert '<html lang="ko">' in client.get("/open", headers={"Accept-Language": "es"}).text
    assert '<html lang="es">' in place.client().get("/open", headers={"Accept-Language": "es"}).text
    assert '<html lang="ja">' in place.client().get("/open?lang=%3Cscript%3E").text


def test_a_site_without_its_style_sheet_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FrontEndNotBuilt, match="make setup"):
        Look(static_folder=tmp_path)


def test_the_role_is_named_in_the_language_of_the_page(place: SitePlace) -> None:
    client = place.client()
    sign_in(client)
    assert "계정" in client.get("/form?lang=ko").text


def test_an_institution_is_called_as_the_directory_calls_it_in_the_readers_language(place: SitePlace) -> None:
    city = parse_institution_id("municipality-452025")
    entry = msgspec.structs.replace(make_directory_entry(city), name_ja="架空市", name_en="Invented City")
    place.environment.directory._entries[city] = entry
    site = place.site
    site.route("/called", public=True)(lambda: "/".join(map(site.institution_name, (city, "pension-service", ""))))
    called = {code: place.client().get(f"/called?lang={code}").text for code in ("ja", "ja-easy", "en", "ko")}
    assert called == {
        "ja": "架空市/pension-service/",
        "ja-easy": "架空市/pension-service/",
        "en": "Invented City/pension-service/",
        "ko": "Invented City/pension-service/",
    }
