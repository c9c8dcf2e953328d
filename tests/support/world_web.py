"""The world's own pages for tests: an invented world, a drawer with one real chip, and websites that ask for cards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from flask.testing import FlaskClient
from tests.support.environment import keystore_of, make_directory, make_environment
from tests.support.pages import csrf_token
from werkzeug.test import TestResponse

from mizuhiki.card.agent_protocol import (
    REQUEST_TYPE,
    Challenge,
    SigningKind,
    SigningRequest,
    compose_challenge,
)
from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import CardMute
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.signed_objects import sign_object
from mizuhiki.documents.card.form import Side
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.world.web import (
    HOSTS,
    READER,
    ActingPerson,
    InstitutionView,
    PhaseView,
    StaffView,
    StepState,
    StepView,
    reader_site,
    web_tables,
)

NOW = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
PORTAL = parse_institution_id("portal")
ORIGIN = "https://portal.localhost"
USER_PIN = "2468"
SIGNATURE_PIN = "ABC123"
YUI = ActingPerson(
    key="yui",
    name="水引　結",
    name_kana="ミズヒキ　ユイ",
    birth_date=date(1988, 5, 17),
    municipality_ja="小林市",
    municipality_en="Kobayashi",
    who_ja="ためしの人",
    who_en="A person for trying things out",
    has_card=True,
    user_pin=USER_PIN,
    signature_pin=SIGNATURE_PIN,
)


def certificate_for(public_key: bytes, issuer_key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "invented")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(4711)
    builder = builder.public_key(load_der_public_key(public_key))
    builder = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1000))
    return builder.sign(issuer_key, SHA256()).public_bytes(Encoding.DER)


def make_chip(*, signature: bool = True) -> Chip:
    """A personalised card with certificates of a test issuer; without a signature certificate as young children's."""
    issuer_key = rsa.generate_private_key(65537, 2048)
    chip = Chip.blank(card_generation("2016"), SeededRandomness(b"chip"))
    keys = chip.generate_keys(signature=signature)
    chip.install_certificates(
        CardCertificates(
            user_identification=certificate_for(keys.user_identification, issuer_key),
            user_identification_ca=certificate_for(keys.user_identification, issuer_key),
            signature=certificate_for(keys.signature, issuer_key) if signature else b"",
            signature_ca=certificate_for(keys.signature, issuer_key) if signature else b"",
        )
    )
    code = "1234567890" + resident_record_code_check_digit("1234567890")
    chip.write_items(
        individual_number=IndividualNumber.parse("621498320257"),
        four_items=FourItems(YUI.name, YUI.name_kana, YUI.birth_date, Sex.FEMALE, "宮崎県小林市細野三百番地"),
        resident_record_code=ResidentRecordCode.parse(code),
        security_code="4821",
        expires_on=date(2029, 5, 17),
    )
    chip.set_pins(
        user_identification=USER_PIN,
        signature=SIGNATURE_PIN if signature else None,
        items="1357",
        resident_register="9753",
    )
    chip.close_personalisation()
    return chip


class OneCardDrawer:
    """A drawer with one card that works; any other key's card never answers."""

    def __init__(self, chip: Chip, people: Sequence[ActingPerson] = (YUI,)) -> None:
        self._chip = chip
        self.people = people

    def holders(self) -> Sequence[ActingPerson]:
        return self.people

    def open(self, key: str) -> CardClient:
        if key != YUI.key:
            raise CardMute
        return CardClient(InProcessReader(self._chip))

    def has_faces(self, key: str) -> bool:
        return key == YUI.key

    def face(self, key: str, side: Side, *, in_sleeve: bool) -> bytes:
        return f"<svg>{key} {side.value} {in_sleeve}</svg>".encode()

    def sheet(self, key: str) -> bytes:
        return b"%PDF of " + key.encode()


def request_of(requester: InstitutionId = PORTAL, *, origin: str = ORIGIN, **changes: object) -> SigningRequest:
    kind = changes.get("kind", SigningKind.USER_IDENTIFICATION)
    assert isinstance(kind, SigningKind)
    challenge = Challenge(
        kind=kind, requester=requester, origin=origin, nonce=b"n" * 32, context_hash=sha256(b"log in")
    )
    made = SigningRequest(
        version=1,
        request_id="r-1",
        requester=requester,
        origin=origin,
        return_url=f"{origin}/card-response",
        purpose="portal.sign-in",
        kind=kind,
        challenge=compose_challenge(challenge),
        statement="Sign in to the citizen portal",
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
    )
    return msgspec.structs.replace(made, **changes)


def signed(request: SigningRequest, by: InstitutionId = PORTAL) -> str:
    signer = keystore_of(by).signer(SigningPurpose.OBJECT)
    return sign_object(request, object_type=REQUEST_TYPE, institution=by, signer=signer)


def database_in(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder / name}.sqlite")
    database.create(web_tables())
    return database


class ReaderPlace:
    """The reader's site with a browser that shows English."""

    def __init__(self, folder: Path, drawer: OneCardDrawer) -> None:
        self.clock = FixedClock(NOW)
        self.drawer = drawer
        self.database = database_in(folder, "reader")
        self.start()

    def start(self, seed: str = "") -> None:
        """Build the site, with new keys for another seed as in another run."""
        environment = make_environment("portal", clock=self.clock, fresh_keystore=True, seed=seed)
        self.site: Site = reader_site(environment, self.database, self.drawer, make_directory())
        self.browser = self.new_browser()

    def new_browser(self) -> Browser:
        return Browser(self.site, HOSTS[READER])


class Browser:
    """Follows redirects inside the site and fills in its forms."""

    def __init__(self, site: Site, host: str, language: str = "en") -> None:
        self._client: FlaskClient = site.app.test_client()
        self._base = f"http://{host}"
        self._language = language

    def visit(self, site: Site) -> None:
        """Go on with a site that was started anew on the same host; cookies stay."""
        cookies = self._client._cookies
        self._client = site.app.test_client()
        self._client._cookies = cookies

    def get(self, path: str) -> TestResponse:
        headers = {"Accept-Language": self._language}
        return self._client.get(path, base_url=self._base, headers=headers, follow_redirects=True)

    def post(
        self, path: str, page: TestResponse, *, from_site: str = "same-origin", follow: bool = True, **fields: str
    ) -> TestResponse:
        """Send the site's own form that `page` shows, as a page of `from_site` would."""
        fields["csrf_token"] = csrf_token(page.text)
        headers = {"Accept-Language": self._language, "Sec-Fetch-Site": from_site}
        return self._client.post(path, data=fields, base_url=self._base, headers=headers, follow_redirects=follow)

    def bring(self, text: str) -> TestResponse:
        return self.get(f"/?request={text}")

    def choose(self, page: TestResponse, key: str = YUI.key) -> TestResponse:
        return self.post(page.request.path, page, card=key)

    def enter(self, page: TestResponse, pin: str, **fields: str) -> TestResponse:
        return self.post(page.request.path, page, pin=pin, **fields)


def posted_back(page: TestResponse) -> tuple[str, dict[str, str]]:
    """Return where the page's form for the asking website goes, and what it holds."""
    form = re.search(r'<form action="(https?://[^"]+)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form is not None
    return form[1], dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[2]))


class SampleWorld:
    """A world with a bit of everything."""

    world_date = date(2019, 12, 2)
    population = 1000

    def __init__(self, steps: Sequence[StepView] = (), people: Sequence[ActingPerson] = (YUI,)) -> None:
        self._steps = steps
        self._people = people

    def institutions(self) -> Sequence[InstitutionView]:
        return (
            InstitutionView(
                institution=PORTAL,
                name_ja="マイナポータル",
                name_en="Mynaportal",
                url="http://portal.mizuhiki.localhost",
                what_ja="自分の情報がどう使われたかを見せます。",
                what_en="Shows people how information about them was used.",
            ),
            InstitutionView(
                institution=parse_institution_id("commission"),
                name_ja="個人情報保護委員会",
                name_en="Personal Information Protection Commission",
                url="http://commission.mizuhiki.localhost",
                what_ja="特定個人情報の取扱いを監督します。",
                what_en="Supervises how information with Individual Numbers is handled.",
            ),
            InstitutionView(
                institution=parse_institution_id("intermediate-portal"),
                name_ja="中間サーバー(マイナポータル)",
                name_en="Intermediate server of Mynaportal",
                url="",
                what_ja="他の機関とのやりとりを仲立ちします。",
                what_en="Stands between its owner and the other institutions.",
            ),
        )

    def people(self) -> Sequence[ActingPerson]:
        return self._people

    def staff(self) -> Sequence[StaffView]:
        return (
            StaffView(
                institution=parse_institution_id("commission"),
                url="http://commission.mizuhiki.localhost/sign-in",
                account="officer",
                passphrase="invented officer of commission",
                role_ja="監督官",
                role_en="Officer",
            ),
        )

    def story_steps(self) -> Sequence[StepView]:
        return self._steps

    def phases(self) -> Sequence[PhaseView]:
        return (PhaseView(title_ja="職員の席を開く", title_en="Open the offices", seconds=1.25),)


def story(*states: StepState) -> list[StepView]:
    return [
        StepView(number=number, title_ja=f"第{number}段", title_en=f"Step {number}", state=state, seconds=0.5)
        for number, state in enumerate(states, 1)
    ]
