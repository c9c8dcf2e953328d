"""A securities account with the Individual Number in one go (R-214; in Japan since 2016-11-26).

The signature certificate says who applies (犯罪収益移転防止法4条); the number comes from the same card's items
file with its issuer's signature (番号法16条), for the payment records of the tax laws alone. The signed application
holds a commitment to the number instead of the number: signature, person and number belong together, and the document
shows no number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mizuhiki.card.client import SignedItems
from mizuhiki.crypto.digests import equal, hmac_sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.world.card_services.errors import NumberNotInSignedText, NumberOfAnotherPerson, ServiceNotYetOffered
from mizuhiki.world.card_services.signing_desk import FilledIn, Signed, SigningDesk, ToSign

SINCE: Final = date(2016, 11, 26)
PURPOSE: Final = "利用目的 金融商品取引に関する支払調書の作成及び提出（所得税法225条, 番号法9条4項, 15条）"
SALT_LENGTH: Final = 32


def commitment(salt: bytes, number: IndividualNumber) -> str:
    """Return what stands in the application for the number; without the salt it tells nothing about it."""
    return hmac_sha256(salt, number.reveal().encode()).hex()


@dataclass(frozen=True, slots=True)
class Application:
    """An application to sign; `salt` stays between the customer's device and the firm."""

    to_sign: ToSign
    commitment: str
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritiesAccount:
    """An account that trades from the moment it was opened."""

    number: IndividualNumber
    signed: Signed
    trading_since: datetime


@dataclass(slots=True)
class SecuritiesFirm:
    """The firm; `items_root` is the key (DER) under which issuers of card items are certified."""

    desk: SigningDesk
    randomness: Randomness
    items_root: bytes
    accounts: list[SecuritiesAccount] = field(default_factory=list)
    _applied: dict[str, Application] = field(default_factory=dict)

    def new_salt(self) -> bytes:
        """Return the salt with which the customer's device commits to the number it read."""
        return self.randomness.bytes(SALT_LENGTH)

    def apply(self, salt: bytes, committed: str, now: datetime) -> Application:
        """Return the application to sign, with the purpose the number is asked for.

        Raises:
            ServiceNotYetOffered: before the first day.
        """
        if now.astimezone(JST).date() < SINCE:
            raise ServiceNotYetOffered(since=SINCE.isoformat())
        text = f"証券総合口座開設申込書\n{PURPOSE}\n個人番号の確認値 {committed}\n"
        application = Application(self.desk.show(text, now), committed, salt)
        self._applied[application.to_sign.identifier] = application
        return application

    def open(
        self, identifier: str, certificate: bytes, signature: bytes, items: SignedItems, now: datetime
    ) -> SecuritiesAccount:
        """Return the opened account.

        Raises:
            MalformedTlv, MalformedCardCertificate, CardSignatureInvalid: number and items are not one card's own.
            NumberNotInSignedText: the application was made for another number.
            NumberOfAnotherPerson: the items beside the number are not those of the certificate.
            Others: see `SigningDesk.take`. No number is kept then.
        """
        number, written = items.check(self.items_root)
        application = self._applied.get(identifier)
        if application is not None and not equal(
            commitment(application.salt, number).encode(), application.commitment.encode()
        ):
            raise NumberNotInSignedText
        signed = self.desk.take(identifier, certificate, signature, now)
        del self._applied[identifier]
        _require_same_person(signed.holder, written)
        account = SecuritiesAccount(number=number, signed=signed, trading_since=now)
        self.accounts.append(account)
        return account


def _require_same_person(holder: FilledIn, written: FourItems) -> None:
    for item in ("name", "birth_date", "sex", "address"):
        if getattr(holder, item) != getattr(written, item):
            raise NumberOfAnotherPerson(item=item)
