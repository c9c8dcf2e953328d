"""Pages of the operators: figures, roots, lists, lost cards."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography import x509
from werkzeug.test import Client

from mizuhiki.institutions.jpki.app import build
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import VerifierNotRecognised
from mizuhiki.institutions.jpki.domain.place_names import city_name, prefecture_name
from mizuhiki.institutions.jpki.domain.verifiers import FIRST_DAY, fee_on, require_verifier
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import jpki as wire
from support.pages import csrf_token
from unit.institutions.jpki.kit import JPKI, Desk
from unit.institutions.jpki.test_status_room import work

PASSPHRASE = "a long enough passphrase"


def signed_in(desk: Desk) -> tuple[Client, str]:
    """A browser of the operator, and the address of the site."""
    desk.app.operations.add_staff("operator", "認証 七郎", "operator", PASSPHRASE)
    client, host = Client(desk.app.wsgi), f"http://{desk.environment.settings.host}"
    page = client.get("/sign-in", base_url=host).get_data(as_text=True)
    fields = {"account": "operator", "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
    assert client.post("/sign-in", data=fields, base_url=host).status_code == 303
    return client, host


def test_operators_see_figures_and_the_record_of_the_ceremony(desk: Desk) -> None:
    desk.issue()
    client, host = signed_in(desk)
    assert "利用者証明用電子証明書" in client.get("/?lang=ja", base_url=host).get_data(as_text=True)
    page = client.get("/authorities/signature?lang=en", base_url=host).get_data(as_text=True)
    assert "Key ceremony of the signature certification authority" in page
    assert client.get("/authorities/other", base_url=host).status_code == 400


def test_roots_are_public_and_lists_are_for_operators(desk: Desk) -> None:
    anonymous, host = Client(desk.app.wsgi), f"http://{desk.environment.settings.host}"
    answer = desk.peers["commission"].call(JPKI, wire.CA_CERTIFICATES, wire.CaCertificatesRequest())
    root = anonymous.get("/authorities/signature/root.cer", base_url=host)
    assert (root.data, root.mimetype) == (answer.signature_ca, "application/pkix-cert")
    assert anonymous.get("/authorities/signature/list.crl", base_url=host).status_code in (302, 303)
    client, host = signed_in(desk)
    desk.issue()
    work(desk, "publish-lists")
    listed = client.get("/authorities/signature/list.crl?municipality=452025", base_url=host)
    assert x509.load_der_x509_crl(listed.data).issuer == x509.load_der_x509_certificate(root.data).subject


def test_reading_a_list_signs_none_and_sends_the_newest_published_one(desk: Desk) -> None:
    client, host = signed_in(desk)
    path = "/authorities/signature/list.crl"
    assert client.get(path, base_url=host).status_code == 404
    lists = desk.app.operations.lists
    lists.full(desk.operator(), kind=Kind.SIGNATURE)
    newest = lists.full(desk.operator(), kind=Kind.SIGNATURE)
    for _ in range(2):
        assert client.get(path, base_url=host).data == newest.der
    assert lists.published(kind=Kind.SIGNATURE).number == newest.number
    assert client.get(f"{path}?municipality=452025", base_url=host).status_code == 404


def test_a_lost_card_is_put_on_hold_at_the_page(desk: Desk) -> None:
    desk.issue()
    client, host = signed_in(desk)
    token = csrf_token(client.get("/cards", base_url=host).get_data(as_text=True))
    fields = {"card_serial": "SERIALcard-1", "step": "suspend", "csrf_token": token}
    assert client.post("/cards", data=fields, base_url=host).status_code == 303
    assert (
        "2"
        in client.get("/cards?lang=en", base_url=host).get_data(as_text=True).partition("Certificates changed:")[2][:4]
    )
    counts = desk.app.operations.counts(desk.operator())
    assert [(one.good, one.suspended) for one in counts] == [(0, 1), (0, 1)]
    assert client.post("/cards", data={"csrf_token": token}, base_url=host).status_code == 422


def test_the_roots_stay_the_same_when_the_institution_starts_again(desk: Desk) -> None:
    before = desk.app.operations.ca_certificate
    again = build(desk.environment)
    for kind in desk.app.operations.authorities.roots:
        assert again.operations.ca_certificate(kind) == before(kind)
    again.close()


@pytest.mark.parametrize(
    ("code", "prefecture", "city"),
    [
        ("452025", "Miyazaki-ken", "Miyakonojo-shi"),
        ("131130", "Tokyo-to", "Shibuya-ku"),
        ("011002", "Hokkaido", "Sapporo-shi"),
        ("141046", "Kanagawa-ken", "Yokohama-shi-Naka-ku"),
        ("155861", "Niigata-ken", "Awashimaura-mura"),
    ],
)
def test_places_are_written_as_certificates_write_them(code: str, prefecture: str, city: str) -> None:
    assert (prefecture_name(code), city_name(code)) == (prefecture, city)


@pytest.mark.requirement("R-204")
def test_a_verifier_is_recognised_from_its_day_on() -> None:
    portal = parse_institution_id("portal")
    assert require_verifier(portal, FIRST_DAY).basis
    with pytest.raises(VerifierNotRecognised):
        require_verifier(portal, FIRST_DAY.replace(year=2015))
    with pytest.raises(VerifierNotRecognised):
        require_verifier(parse_institution_id("pension-service"), FIRST_DAY)


@pytest.mark.requirement("R-207")
@pytest.mark.parametrize(
    ("day", "kind", "verifier", "yen"),
    [
        (date(2015, 12, 31), Kind.SIGNATURE, "verifier-1", 0),
        (date(2016, 1, 1), Kind.SIGNATURE, "verifier-1", 20),
        (date(2016, 1, 1), Kind.USER_IDENTIFICATION, "verifier-1", 2),
        (date(2022, 12, 31), Kind.SIGNATURE, "verifier-1", 20),
        (date(2023, 1, 1), Kind.SIGNATURE, "verifier-1", 0),
        (date(2023, 1, 1), Kind.USER_IDENTIFICATION, "verifier-1", 0),
        (date(2019, 12, 2), Kind.SIGNATURE, "portal", 0),
        (date(2019, 12, 2), Kind.SIGNATURE, "municipality-452025", 0),
    ],
)
def test_the_fee_of_an_answer_is_that_of_the_day_the_kind_and_the_verifier(
    day: date, kind: Kind, verifier: str, yen: int
) -> None:
    assert fee_on(day, kind, verifier) == yen
