"""Which generation a card is of, found out from the card itself: its applications, its keys, its days.

No card says its generation in a word, and the answer to reset does not tell generations apart. What everybody may read
does: which applications there are, what kind of key the user-identification certificate is for, and between which days
the card was issued. It was issued no more than ten years before its last day (R-152; shorter for children and stays of
a limited time) and no later than the certificate on it begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mizuhiki.card.apdu import Command
from mizuhiki.card.conversation import CHUNK, Conversation
from mizuhiki.card.errors import CardRefused, NoSuchCardFile, NotAnIndividualNumberCard
from mizuhiki.card.generation import CardGeneration, FileRole, card_generations
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord
from mizuhiki.card.tlv import MalformedTlv, read_children
from mizuhiki.crypto.card_keys import CardKeyAlgorithm, algorithm_of_certificate
from mizuhiki.crypto.x509 import CertificateMalformed, load_certificate
from mizuhiki.vocabulary.dates import JST

_LONGEST_YEARS = 10
_DER_HEADER_LENGTH = 4
_RECORD_TAG, _DAY_LENGTH = 0x01, 8
_RECORD_MODE = 4


@dataclass(frozen=True, slots=True)
class RecognisedGeneration:
    """The generation to read a card by, and every one whose cards look the same to everybody.

    With more than one in `possible`, nothing that may be read without PIN tells them apart; `generation` is the newest
    of them. `algorithm` is None on a card without a certificate, such as an abolished one.
    """

    generation: CardGeneration
    possible: tuple[str, ...]
    algorithm: CardKeyAlgorithm | None


def recognise_generation(reader: Reader) -> RecognisedGeneration:
    """Return the generation of the card in `reader`; needs no PIN and spends no try.

    Raises:
        NotAnIndividualNumberCard: it has no application of any generation, or keys of a kind that none has.
    """
    card = Conversation(reader)
    known = card_generations()
    there = {
        aid: card.has_application(aid) for aid in sorted({app.aid_bytes for one in known for app in one.application})
    }
    having = {one.name: sum(there[app.aid_bytes] for app in one.application) for one in known}
    most = max(having.values())
    if not most:
        raise NotAnIndividualNumberCard
    alike = [one for one in known if having[one.name] == most]
    certificate = _certificate(card, alike[-1])
    algorithm = algorithm_of_certificate(certificate) if certificate else None
    if certificate:
        alike = [one for one in alike if one.algorithm is algorithm]
    if not alike:
        raise NotAnIndividualNumberCard(keys="unknown")
    first, last = _issued_between(certificate, _last_day(card, alike[-1]))
    possible = [one for one in alike if _was_issued(one, alike, first, last)] or alike
    return RecognisedGeneration(possible[-1], tuple(one.name for one in possible), algorithm)


def _certificate(card: Conversation, generation: CardGeneration) -> bytes:
    """Return the certificate that needs no PIN; empty where the card has none that can be read."""
    place = generation.file_place(FileRole.USER_IDENTIFICATION_CERTIFICATE)
    if place is None or not card.has_application(place[0].aid_bytes):
        return b""
    try:
        content = card.read_file(place[1].fid)
        # Real cards pad certificate files to a fixed size.
        whole = content[: _DER_HEADER_LENGTH + int.from_bytes(content[2:_DER_HEADER_LENGTH], "big")]
        load_certificate(whole)
    except (NoSuchCardFile, CardRefused, CertificateMalformed):
        return b""
    return whole


def _last_day(card: Conversation, generation: CardGeneration) -> date | None:
    """Return the card's last day from the record everybody may read (card number 15, municipality 5, day 8)."""
    place = generation.file_place(FileRole.CARD_RECORD)
    if place is None or not card.has_application(place[0].aid_bytes):
        return None
    short = int(place[1].fid, 16) & 0x1F
    answer = card.send(Command(0x00, 0xB2, 0x01, short << 3 | _RECORD_MODE, expected=CHUNK))
    if answer.word != StatusWord.OK:
        return None
    try:
        text = read_children(answer.data).get(_RECORD_TAG, b"").decode("ascii")
        return datetime.strptime(text[-_DAY_LENGTH:], "%Y%m%d").replace(tzinfo=JST).date()
    except (MalformedTlv, ValueError):
        return None


def _issued_between(certificate: bytes, last_day: date | None) -> tuple[date, date]:
    """Return the first and the last day on which the card can have been issued."""
    first, last = date.min, date.max
    if last_day is not None:
        # 29 February becomes the 28th: one day too early never excludes a generation wrongly.
        first = last_day.replace(year=last_day.year - _LONGEST_YEARS, day=min(last_day.day, 28))
        last = last_day
    if certificate:
        last = min(last, load_certificate(certificate).not_valid_before_utc.astimezone(JST).date())
    return first, last


def _was_issued(one: CardGeneration, alike: list[CardGeneration], first: date, last: date) -> bool:
    """Whether cards of this generation were issued between the days; the next one in use ends a generation."""
    begins = one.issued_from
    if begins is None:
        return True
    ends = min((other.issued_from for other in alike if other.issued_from and other.issued_from > begins), default=None)
    return begins <= last and (ends is None or first < ends)
