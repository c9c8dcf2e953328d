"""Every page of every institution, opened in every way it must not be.

The pages are those the sites serve. A new page needs a sign-in and a role unless it is named in `PUBLIC` or
`FOR_ALL_STAFF` here; a new site is walked at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import Client, TestResponse

from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.plan import is_on_platform
from mizuhiki.world.story.child_allowance import ChildAllowance
from mizuhiki.world.story.telling import tell
from support.nation import INSTITUTIONS, opened_copy, pages_of
from support.pages import csrf_token

Kind = InstitutionKind
WITHOUT_PAGES = frozenset({Kind.PREFECTURE, Kind.NATIONAL_REGISTER, Kind.OUTSIDE_PARTIES})
SIGN_IN, SIGN_OUT, STAY = "/sign-in", "/sign-out", "/session/stay"
ASSETS = "/assets/<path:filename>"
PUBLIC: dict[InstitutionKind, frozenset[str]] = {
    Kind.PORTAL: frozenset({"/", "/about", "/card-response", "/card-answer"}),
    Kind.LINKAGE_CORE: frozenset({"/permissions", "/papers", "/statute", "/statute/comparison", "/statute/<number>"}),
    Kind.JPKI: frozenset({"/authorities/<kind>/root.cer"}),
    Kind.TAX_AGENCY: frozenset({"/", "/corporations/<number>", "/files", "/files/<name>", "/web-api"}),
}
"""Pages for everybody beside the sign-in: what is law, published keys, and the card reader's way back."""
CROSS_ORIGIN = frozenset({"/card-response"})
"""Takes posts of the card reader's page; what protects it is in `test_portal_card`."""
FOR_ALL_STAFF = frozenset({"/"})
"""Start pages, which show a role only what it may do."""
SENT: dict[str, tuple[str, dict[str, str]]] = {
    "/cards": ("", {"card_serial": "0123456789ABCDEF", "step": "suspend"}),
    "/residents/<resident>/numbering": ("?do=notify-number", {}),
    "/cases/<case>": ("?do=approve", {}),
    "/employees-cases/<case>": ("?do=approve", {}),
    "/certificate-claims/<case>": ("?do=approve", {}),
    "/allowance-claims/<case>": ("?do=approve", {}),
    **{
        f"/claims/{path}/<case>": ("?do=approve", {})
        for path in (
            "child-rearing-allowance",
            "long-term-care-insurance",
            "public-housing",
            "disability-services",
            "childcare-support",
            "childrens-medical-aid",
            "medical-aid",
            "public-assistance",
        )
    },
}
"""Query and fields without which a form is sent back before anything is tried; other forms are sent empty."""
NUMBER_NOTICE = "/residents/<resident>/notice"
"""The one page with a number on it: the notice of number and code, for printing (番号法7条)."""
BINARY = frozenset({"/authorities/<kind>/root.cer", "/authorities/<kind>/list.crl", "/files/<name>"})
"""Files whose octets could look like digits."""
OUTSIDER, OUTSIDER_PASSPHRASE = "outsider", "invented outsider of this office"
OFFICER, OFFICER_PASSPHRASE = "officer", "invented officer of this server"
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLOSED_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
STARTS = {Kind.MUNICIPALITY: ["/", "/search"]}
MOST_OF_A_RULE = 15
"""Of pages of one kind so many are opened, each with other people; all others of the kind are made alike."""
MOST_PAGES = 20_000
NOT_FOLLOWED = re.compile(r"(^|&)(lang|day)=")
"""Every page in every language, and every day's journal, would be crawled without end."""


def has_pages(institution: InstitutionId) -> bool:
    if kind_of(institution) is Kind.INTERMEDIATE_SERVER:
        return kind_of(owner_of(institution)) is not Kind.PORTAL
    return kind_of(institution) not in WITHOUT_PAGES


SITES = tuple(one for one in INSTITUTIONS if has_pages(one))
STAFFED = tuple(one for one in SITES if kind_of(one) is not Kind.PORTAL)


def sort_of(institution: InstitutionId) -> tuple[InstitutionKind, bool]:
    """Institutions of one sort serve the same pages with the same program: the first one stands for its twins."""
    return kind_of(institution), is_on_platform(institution)


FIRST = {sort_of(one): one for one in reversed(SITES)}
DIFFERENT = tuple(FIRST.values())


class Guest:
    """A browser at one institution's site."""

    def __init__(self, stage: LocalStage, institution: InstitutionId) -> None:
        found = pages_of(stage.nation, institution)
        assert found is not None
        self.app: Flask = found
        self.kind = kind_of(institution)
        self.base = f"http://{stage.directory.entry(institution).host}"
        self._client = Client(stage.nation.app(institution).wsgi)

    def open(self, path: str, method: str = "GET", **options: Any) -> TestResponse:
        """Send a request; whatever the answer, its headers are right."""
        answer = self._client.open(path, base_url=options.pop("base_url", self.base), method=method, **options)
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, f"{method} {path} lacks {name}"
        policy = answer.headers.get("Content-Security-Policy", "").split("; ")
        assert set(CLOSED_POLICY) <= set(policy), f"{method} {path} has a weaker policy"
        assert not [part for part in policy if "unsafe" in part or "*" in part]
        if not path.startswith("/assets/") or answer.status_code != 200:
            assert answer.headers.get("Cache-Control") == "no-store", f"{method} {path} may be kept"
        return answer

    def sign_in(self, account: str, passphrase: str) -> None:
        token = csrf_token(self.open(SIGN_IN).text)
        fields = {"account": account, "passphrase": passphrase, "csrf_token": token}
        assert self.open(SIGN_IN, "POST", data=fields).status_code == 303

    def rules(self, method: str) -> list[Rule]:
        return [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())]

    def is_public(self, rule: Rule) -> bool:
        return rule.rule in {SIGN_IN, SIGN_OUT, ASSETS} | PUBLIC.get(self.kind, frozenset())


def path_of(rule: Rule) -> str:
    """A path of the rule, with invented values."""
    path = rule.rule.replace("/authorities/<kind>", "/authorities/signature").replace("<int:place>", "1")
    return re.sub(r"<(?:\w+:)?\w+>", "invented", path)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStage]:
    """A nation in which the story happened, and in every office an account without any right."""
    with opened_copy(tmp_path_factory.mktemp("pages") / "nation") as stage:
        results = tell(ChildAllowance(stage).steps(), lambda _result: None)
        assert {one.state for one in results} == {"done"}, [one.detail for one in results]
        for institution in STAFFED:
            operations = stage.operations(institution)
            operations.add_staff(OUTSIDER, "部外 者", "no-such-role", OUTSIDER_PASSPHRASE)
            if kind_of(institution) is Kind.INTERMEDIATE_SERVER:
                operations.add_staff(OFFICER, "連携 八郎", "linkage-officer", OFFICER_PASSPHRASE)
        yield stage


@pytest.fixture
def guest(request: pytest.FixtureRequest, lived: LocalStage) -> Guest:
    return Guest(lived, request.param)


at_every_site = pytest.mark.parametrize("guest", DIFFERENT, indirect=True)
at_every_office = pytest.mark.parametrize("guest", [one for one in DIFFERENT if one in STAFFED], indirect=True)


def pages_served(guest: Guest) -> list[tuple[str, str, list[str]]]:
    """What a site serves: path, name of the page, methods."""
    return sorted((rule.rule, rule.endpoint, sorted(rule.methods or ())) for rule in guest.app.url_map.iter_rules())


def test_every_site_is_walked(lived: LocalStage) -> None:
    assert {one for one in INSTITUTIONS if pages_of(lived.nation, one) is not None} == set(SITES)
    for kind, rules in PUBLIC.items():
        (institution,) = [one for one in SITES if kind_of(one) is kind]
        served = {rule.rule for rule in Guest(lived, institution).app.url_map.iter_rules()}
        assert rules <= served
    assert {kind_of(one) for one in DIFFERENT} == {kind_of(one) for one in SITES}
    for one in SITES:
        assert pages_served(Guest(lived, one)) == pages_served(Guest(lived, FIRST[sort_of(one)])), one


@pytest.mark.requirement("R-029")
@at_every_site
def test_without_sign_in_every_page_leads_to_the_sign_in(guest: Guest) -> None:
    for rule in guest.rules("GET"):
        answer = guest.open(path_of(rule))
        if guest.is_public(rule):
            assert answer.location != SIGN_IN
        else:
            assert (answer.status_code, answer.location) == (303, SIGN_IN), rule.rule


@pytest.mark.requirement("R-029")
@at_every_site
def test_without_sign_in_nothing_can_be_posted(guest: Guest) -> None:
    token = csrf_token(guest.open(SIGN_IN).text)
    for rule in guest.rules("POST"):
        bare = guest.open(path_of(rule), "POST")
        assert bare.status_code in {303, 400}, rule.rule
        if guest.is_public(rule):
            assert bare.status_code == 400
        else:
            answer = guest.open(path_of(rule), "POST", data={"csrf_token": token})
            assert (answer.status_code, answer.location) == (303, SIGN_IN), rule.rule


@at_every_site
def test_a_form_of_another_site_is_refused_wherever_it_is_sent(guest: Guest) -> None:
    for rule in guest.rules("POST"):
        if rule.rule in CROSS_ORIGIN:
            continue
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "http://evil.example"},
        ):
            answer = guest.open(path_of(rule), "POST", headers=headers)
            assert (answer.status_code, "cross-origin-request" in answer.text) == (403, True), rule.rule


@pytest.mark.requirement("R-029")
@at_every_office
def test_somebody_signed_in_without_a_right_is_refused_everywhere(guest: Guest) -> None:
    guest.sign_in(OUTSIDER, OUTSIDER_PASSPHRASE)
    for rule in guest.rules("GET"):
        if guest.is_public(rule) or rule.rule in FOR_ALL_STAFF | {STAY}:
            continue
        answer = guest.open(path_of(rule))
        assert answer.status_code == 403, f"{rule.rule} answers {answer.status_code}"


@pytest.mark.requirement("R-029")
@at_every_office
def test_somebody_without_a_right_can_post_nothing_even_with_a_token(guest: Guest) -> None:
    guest.sign_in(OUTSIDER, OUTSIDER_PASSPHRASE)
    start = guest.open("/")
    token = csrf_token(guest.open(start.headers.get("Location", "/")).text)
    for rule in guest.rules("POST"):
        if guest.is_public(rule):
            continue
        query, fields = SENT.get(rule.rule, ("", {}))
        answer = guest.open(path_of(rule) + query, "POST", data={"csrf_token": token, **fields})
        assert answer.status_code == 403, f"{rule.rule} answers {answer.status_code}"


@at_every_office
def test_a_post_without_its_token_is_refused_for_somebody_signed_in(guest: Guest) -> None:
    guest.sign_in(OUTSIDER, OUTSIDER_PASSPHRASE)
    for rule in guest.rules("POST"):
        for fields in ({}, {"csrf_token": "invented"}):
            answer = guest.open(path_of(rule), "POST", data=fields)
            assert (answer.status_code, answer.location) == (400, None), rule.rule


@at_every_site
def test_another_host_name_and_unknown_paths_are_refused_without_detail(guest: Guest) -> None:
    assert guest.open("/", base_url="http://elsewhere.example").status_code == 400
    missing = guest.open("/no/such/page?number=1")
    assert missing.status_code == 404
    assert "Traceback" not in missing.text


def is_number(digits: str) -> bool:
    """Whether twelve digits are an Individual Number by its check digit (省令5条), computed here anew."""
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(weight * int(digit) for weight, digit in zip(weights, digits[:11], strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def numbers_on(page: str) -> list[str]:
    """Individual Numbers among the page's digits, also in groups, full width or as character references."""
    text = unescape(page).translate({0xFF10 + digit: 48 + digit for digit in range(10)})
    grouped = re.findall(r"(?<![0-9])[0-9]{4}[-  ]?[0-9]{4}[-  ]?[0-9]{4}(?![0-9])", text)
    return [digits for digits in (re.sub("[^0-9]", "", found) for found in grouped) if is_number(digits)]


def crawl(guest: Guest, starts: list[str]) -> Iterator[tuple[str, TestResponse]]:
    """Every page that links lead to, with its rule."""
    adapter = guest.app.url_map.bind(urlsplit(guest.base).netloc)
    waiting, known = list(starts), set(starts)
    opened: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0)
        assert len(known) < MOST_PAGES
        try:
            rule, _ = adapter.match(urlsplit(path).path, return_rule=True)
        except HTTPException as error:
            raise AssertionError(f"a page links to {path}, which is not served: {error}") from error
        opened[rule.rule] += 1
        if opened[rule.rule] > MOST_OF_A_RULE:
            continue
        answer = guest.open(path)
        yield rule.rule, answer
        links = [answer.location] if answer.location else []
        if answer.mimetype == "text/html":
            links += [unescape(link) for link in re.findall(r'(?:href|action)="([^"]+)"', answer.text)]
        for link in links:
            parts = urlsplit(urljoin(guest.base + path, link))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            ours = f"{parts.scheme}://{parts.netloc}" == guest.base and not parts.path.startswith(
                ("/assets/", SIGN_OUT)
            )
            if ours and not NOT_FOLLOWED.search(parts.query) and target not in known:
                known.add(target)
                waiting.append(target)


def households_found(guest: Guest) -> list[str]:
    """Links of a search's results; a search is a post, which the crawl does not follow."""
    if guest.kind is not Kind.MUNICIPALITY:
        return []
    page = guest.open("/search")
    if page.status_code != 200:
        return []
    answer = guest.open("/search", "POST", data={"name": "水", "csrf_token": csrf_token(page.text)})
    assert numbers_on(answer.text) == []
    return sorted(set(re.findall(r'href="(/households/[^"#]+)', answer.text)))


def test_numbers_are_recognised_on_pages() -> None:
    assert numbers_on("<p>6214 9832 0257</p><p>６２１４９８３２０２５７</p>") == ["621498320257"] * 2
    assert numbers_on("<p>6214 9832 0258</p><p>1621498320257</p>") == []


@pytest.mark.parametrize("guest", STAFFED, indirect=True)
def test_no_page_but_the_notice_shows_anybody_an_individual_number(
    guest: Guest, lived: LocalStage, request: pytest.FixtureRequest
) -> None:
    institution = request.node.callspec.params["guest"]
    staff = [(one.account, one.passphrase) for one in lived.roster.staff if one.institution == institution]
    if guest.kind is Kind.INTERMEDIATE_SERVER:
        staff = [(OFFICER, OFFICER_PASSPHRASE)]
    opened: set[str] = set()
    noticed = 0
    for account, passphrase in staff:
        browser = Guest(lived, institution)
        browser.sign_in(account, passphrase)
        for rule, answer in crawl(browser, [*STARTS.get(guest.kind, ["/"]), *households_found(browser)]):
            if answer.status_code == 200:
                opened.add(rule)
            is_text = answer.mimetype.startswith("text/") or answer.mimetype == "application/json"
            assert is_text or rule in BINARY
            shown = len(numbers_on(answer.text)) if is_text else 0
            if rule == NUMBER_NOTICE:
                noticed += shown
            else:
                assert not shown, f"{shown} numbers on a page of {rule} shown to {account}"
    assert opened & {"/", "/cases"}, "the start page, or where it leads"
    assert len(opened) > 1
    # Without this the search could be blind.
    assert (noticed > 0) == (guest.kind is Kind.MUNICIPALITY)
