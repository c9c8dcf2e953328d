"""The card reader's page: from a website's request to the form that brings the answer back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from tests.support.world_web import (
    NOW,
    ORIGIN,
    PORTAL,
    SIGNATURE_PIN,
    USER_PIN,
    YUI,
    Browser,
    OneCardDrawer,
    ReaderPlace,
    make_chip,
    posted_back,
    request_of,
    signed,
)

from mizuhiki.card.agent_protocol import RefusalCode, SigningKind, SigningRequest, SigningResponse, check_response
from mizuhiki.card.chip import Chip
from mizuhiki.card.errors import WrongPin
from mizuhiki.card.generation import PinRole
from mizuhiki.ui.languages import LANGUAGES
from mizuhiki.vocabulary.ids import parse_institution_id

WRONG = "1111"


@pytest.fixture
def chip() -> Chip:
    return make_chip()


@pytest.fixture
def place(tmp_path: Path, chip: Chip) -> ReaderPlace:
    return ReaderPlace(tmp_path, OneCardDrawer(chip))


@pytest.fixture
def browser(place: ReaderPlace) -> Browser:
    return place.browser


def require_signature(response: SigningResponse, request: SigningRequest) -> None:
    key = x509.load_der_x509_certificate(response.certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(response.signature, request.challenge, padding.PKCS1v15(), SHA256())


def tries(place: ReaderPlace) -> int:
    return place.drawer.open(YUI.key).pin_tries_left(PinRole.USER_IDENTIFICATION)


def leave_one_try(place: ReaderPlace) -> None:
    """Use up tries at the card itself, as another program would."""
    for _ in range(2):
        with pytest.raises(WrongPin):
            place.drawer.open(YUI.key).verify(PinRole.USER_IDENTIFICATION, WRONG)


def test_the_page_says_who_asks_for_what_and_from_where(browser: Browser) -> None:
    page = browser.bring(signed(request_of()))
    assert page.status_code == 200
    for shown in ("portal asks for your card", ORIGIN, "Log in to the citizen portal", "Sign in to the citizen portal"):
        assert shown in page.text


@pytest.mark.requirement("R-208")
@pytest.mark.parametrize(
    ("kind", "pin"), [(SigningKind.USER_IDENTIFICATION, USER_PIN), (SigningKind.SIGNATURE, SIGNATURE_PIN.lower())]
)
def test_the_website_gets_a_signature_over_its_own_challenge(browser: Browser, kind: SigningKind, pin: str) -> None:
    request = request_of(kind=kind)
    done = browser.enter(browser.choose(browser.bring(signed(request))), pin)
    assert done.status_code == 200
    url, fields = posted_back(done)
    assert url == request.return_url
    require_signature(check_response(SigningResponse.from_form_fields(fields), request, now=NOW), request)


def test_the_pin_is_on_no_page_after_it_was_entered_and_goes_nowhere(
    browser: Browser, capfd: pytest.CaptureFixture[str], place: ReaderPlace
) -> None:
    people = [replace(YUI, user_pin="", signature_pin="")]
    place.drawer.people = people
    page = browser.choose(browser.bring(signed(request_of())))
    wrong = browser.enter(page, "7391")
    done = browser.enter(wrong, USER_PIN)
    _, fields = posted_back(done)
    assert set(fields) == {"request_id", "certificate", "signature", "refusal"}
    assert "7391" not in wrong.text
    assert f'value="{USER_PIN}"' not in done.text
    logged = capfd.readouterr()
    assert "7391" not in logged.out + logged.err


def test_pages_allow_forms_to_the_directorys_institutions_only(browser: Browser) -> None:
    policy = browser.bring(signed(request_of())).headers["Content-Security-Policy"]
    actions = next(part for part in policy.split("; ") if part.startswith("form-action")).split()[1:]
    assert "'self'" in actions
    assert ORIGIN in actions
    assert all(one == "'self'" or one.endswith(".localhost") for one in actions)


def test_a_wrong_pin_says_how_many_tries_are_left(browser: Browser, place: ReaderPlace) -> None:
    page = browser.enter(browser.choose(browser.bring(signed(request_of()))), WRONG)
    assert page.status_code == 422
    assert "Tries left: 2" in page.text
    assert tries(place) == 2


@pytest.mark.parametrize("typed", ["", "123", "12345", "12a4"])
def test_a_pin_that_cannot_be_one_costs_no_try(browser: Browser, place: ReaderPlace, typed: str) -> None:
    page = browser.enter(browser.choose(browser.bring(signed(request_of()))), typed)
    assert page.status_code == 422
    assert "No try was used up" in page.text
    assert tries(place) == 3


def test_the_last_try_is_made_only_after_asking(browser: Browser, place: ReaderPlace) -> None:
    leave_one_try(place)
    page = browser.choose(browser.bring(signed(request_of())))
    assert "This is the last try" in page.text
    asked = browser.enter(page, USER_PIN)
    assert "Only one try is left" in asked.text
    assert tries(place) == 1
    done = browser.enter(asked, USER_PIN, confirm="yes")
    assert "The card has signed" in done.text
    assert tries(place) == 3


def test_the_try_that_blocks_leads_to_the_page_about_blocked_pins(browser: Browser, place: ReaderPlace) -> None:
    leave_one_try(place)
    page = browser.enter(browser.choose(browser.bring(signed(request_of()))), WRONG, confirm="yes")
    assert "The PIN is blocked" in page.text
    url, fields = posted_back(page)
    assert url == f"{ORIGIN}/card-response"
    assert SigningResponse.from_form_fields(fields).refusal is RefusalCode.PIN_BLOCKED
    again = browser.choose(browser.bring(signed(request_of(request_id="r-2"))))
    assert "The PIN is blocked" in again.text


def test_a_child_s_card_without_signature_certificate_signs_nothing(tmp_path: Path) -> None:
    place = ReaderPlace(tmp_path, OneCardDrawer(make_chip(signature=False)))
    request = request_of(kind=SigningKind.SIGNATURE)
    page = place.browser.choose(place.browser.bring(signed(request)))
    assert SigningResponse.from_form_fields(posted_back(page)[1]).refusal is RefusalCode.NO_CERTIFICATE


def test_a_card_that_does_not_answer_can_be_exchanged(browser: Browser, place: ReaderPlace) -> None:
    place.drawer.people = [YUI, replace(YUI, key="mute", name="無言　静")]
    page = browser.choose(browser.bring(signed(request_of())), "mute")
    assert "The card cannot be read" in page.text
    assert SigningResponse.from_form_fields(posted_back(page)[1]).refusal is RefusalCode.NO_CARD
    assert "card-mute" in page.text


def test_cancelling_tells_the_website_and_signs_nothing(browser: Browser, place: ReaderPlace) -> None:
    page = browser.bring(signed(request_of()))
    for shown in (page, browser.choose(page)):
        url, fields = posted_back(shown)
        response = SigningResponse.from_form_fields(fields)
        assert (url, response.refusal) == (f"{ORIGIN}/card-response", RefusalCode.CANCELLED)
        assert response.signature == b""
        assert "csrf_token" not in fields
    assert tries(place) == 3


def test_a_request_that_is_too_old_is_not_answered_but_sent_back(browser: Browser, place: ReaderPlace) -> None:
    place.clock.advance(timedelta(minutes=5))
    page = browser.bring(signed(request_of()))
    assert page.status_code == 410
    assert SigningResponse.from_form_fields(posted_back(page)[1]).refusal is RefusalCode.EXPIRED


def test_a_request_that_expires_while_the_pin_is_typed_is_not_answered(browser: Browser, place: ReaderPlace) -> None:
    page = browser.choose(browser.bring(signed(request_of())))
    place.clock.advance(timedelta(minutes=5))
    late = browser.enter(page, USER_PIN)
    assert late.status_code == 410
    assert SigningResponse.from_form_fields(posted_back(late)[1]).signature == b""


COMMISSION = parse_institution_id("commission")
ELSEWHERE = "https://commission.localhost"


@pytest.mark.requirement("R-208")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (signed(request_of(), by=COMMISSION), "challenge-for-another-requester"),
        (signed(request_of())[:-8] + "AAAAAAAA", "object-signature-invalid"),
        (signed(request_of(origin="https://evil.example")), "challenge-for-another-origin"),
        (signed(request_of(return_url="https://evil.example/take")), "challenge-for-another-origin"),
        (signed(request_of(COMMISSION, origin=ELSEWHERE), by=PORTAL), "challenge-for-another-requester"),
        ("no request at all", None),
    ],
)
def test_what_cannot_be_believed_is_neither_shown_nor_answered(browser: Browser, text: str, code: str | None) -> None:
    page = browser.bring(text)
    assert page.status_code in {400, 403, 404}
    assert "This request cannot be trusted" in page.text
    assert code is None or code in page.text
    assert '<form action="http' not in page.text
    assert "evil.example" not in page.text


def test_a_request_is_signed_once(browser: Browser, place: ReaderPlace) -> None:
    text = signed(request_of())
    other = place.new_browser()
    other_page = other.choose(other.bring(text))
    done = browser.enter(browser.choose(browser.bring(text)), USER_PIN)
    assert other.enter(other_page, USER_PIN).status_code == 409
    assert place.new_browser().bring(text).status_code == 409
    assert posted_back(browser.bring(text)) == posted_back(done)


def test_another_browser_does_not_see_the_request(browser: Browser, place: ReaderPlace) -> None:
    page = browser.choose(browser.bring(signed(request_of())))
    assert place.new_browser().get(page.request.path).status_code == 404


def test_a_browser_from_an_earlier_run_starts_afresh(browser: Browser, place: ReaderPlace) -> None:
    page = browser.choose(browser.bring(signed(request_of())))
    place.start(seed="another run")
    browser.visit(place.site)
    assert browser.get(page.request.path).status_code == 404
    assert browser.get("/cards/yui").status_code == 200
    assert browser.bring(signed(request_of())).status_code == 200


def test_what_the_website_says_is_shown_as_text(browser: Browser) -> None:
    page = browser.bring(signed(request_of(statement="<script>alert(1)</script>", purpose="<b>bold</b>")))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "<b>bold" not in page.text


def test_a_form_from_elsewhere_makes_no_card_sign(browser: Browser) -> None:
    page = browser.choose(browser.bring(signed(request_of())))
    answer = browser.post(page.request.path, page, from_site="cross-site", pin=USER_PIN)
    assert answer.status_code == 403
    assert posted_back(browser.get(page.request.path))[1]["refusal"] == "cancelled"


def test_the_card_put_on_the_reader_before_is_chosen_already(browser: Browser) -> None:
    page = browser.get(f"/cards/{YUI.key}")
    answer = browser.post(f"/cards/{YUI.key}", page, follow=False)
    assert answer.headers["Location"] == f"{ORIGIN}/sign-in"
    assert 'value="yui" checked' in browser.bring(signed(request_of())).text


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_every_page_is_there_in_every_language(place: ReaderPlace, language: str) -> None:
    browser = Browser(place.site, "reader.mizuhiki.localhost")
    text = signed(request_of(kind=SigningKind.SIGNATURE))
    pages = [browser.get(f"/cards?lang={language}"), browser.get("/cards/yui"), browser.bring(text)]
    pages.append(browser.choose(pages[-1]))
    pages.append(browser.enter(pages[-1], SIGNATURE_PIN))
    assert [page.status_code for page in pages] == [200] * 5
    assert all(f'<html lang="{"ja-x-easy" if language == "ja-easy" else language}"' in page.text for page in pages)


def test_a_card_is_shown_from_both_sides_bare_or_in_its_sleeve_without_any_script(browser: Browser) -> None:
    bare, covered = browser.get("/cards/yui"), browser.get("/cards/yui?sleeve=on")
    for side in ("front", "back"):
        assert f'src="/cards/yui/{side}.svg"' in bare.text
        assert f'src="/cards/yui/{side}.svg?sleeve=on"' in covered.text
        assert browser.get(f"/cards/yui/{side}.svg").text == f"<svg>yui {side} False</svg>"
        shown = browser.get(f"/cards/yui/{side}.svg?sleeve=on")
        assert (shown.text, shown.mimetype) == (f"<svg>yui {side} True</svg>", "image/svg+xml")
        assert shown.headers["Cache-Control"] == "no-store"
    assert 'href="/cards/yui?sleeve=on"' in bare.text
    assert 'href="/cards/yui"' in covered.text


def test_a_card_can_be_printed_in_its_true_size(browser: Browser) -> None:
    assert 'href="/cards/yui/print.pdf"' in browser.get("/cards/yui").text
    sheet = browser.get("/cards/yui/print.pdf")
    assert (sheet.mimetype, sheet.data) == ("application/pdf", b"%PDF of yui")


@pytest.mark.parametrize("path", ["front.svg", "back.svg", "print.pdf"])
def test_nobody_s_card_has_no_faces(browser: Browser, path: str) -> None:
    assert browser.get(f"/cards/nobody/{path}").status_code == 404


def test_a_card_whose_printing_was_not_kept_says_so(browser: Browser, place: ReaderPlace) -> None:
    place.drawer.people = [replace(YUI, key="older")]
    page = browser.get("/cards/older")
    assert "What is printed on this card was not kept" in page.text
    assert "front.svg" not in page.text
