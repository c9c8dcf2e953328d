"""Letters to holders whose certificates end within three months, each once (有効期限通知).

The register is asked for the present name and address, because certificates keep those of their issue; it withholds
somebody protected or gone, and those holders are told at their municipality's counter instead. Nothing of a letter is
stored: one that was lost is written again for its day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.documents.errors import CharacterNotPrintable
from mizuhiki.documents.renewal_letter import EndingCertificate, RenewalLetter, render_letters
from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import NoRenewalLetters
from mizuhiki.institutions.jpki.domain.issuance import renewal_opens
from mizuhiki.institutions.jpki.domain.practice import Ending, LetterAddress, NoticeChannel
from mizuhiki.institutions.jpki.operations.watch_expiry import WINDOW
from mizuhiki.institutions.jpki.ports import CurrentIdentification, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.places import municipality

WRITE = "write-renewal-letters"
MOST = 200
"""Holders in one batch."""
SENDER = "地方公共団体情報システム機構（架空）"
TITLES = {Kind.SIGNATURE: "署名用電子証明書", Kind.USER_IDENTIFICATION: "利用者証明用電子証明書"}
CARRIERS = {Carrier.CARD: "マイナンバーカード", Carrier.PHONE: "スマートフォン"}


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """One batch as PDF, how many letters it has, and how many holders of which municipality are told there instead."""

    pdf: bytes
    letters: int
    at_counter: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Holder:
    code: ResidentRecordCode
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class RenewalLetters:
    """Writes letters in batches."""

    store: Store
    authority: Authority
    register: CurrentIdentification

    def waiting(self, context: Context) -> Mapping[str, int]:
        """Return how many certificates of which municipality wait for a letter."""
        self.authority.require(context, WRITE)
        with self.store.look() as records:
            due = _due(context, records.endings(context.now(), context.now() + WINDOW, notified=False))
        return Counter(one.municipality_code for one in due)

    def write(self, context: Context) -> LetterBatch:
        """Write the next batch and remember that its holders were told.

        Raises:
            NoRenewalLetters: nobody waits for a letter.
        """
        self.authority.require(context, WRITE)
        with self.store.look() as records:
            due = _due(context, records.endings(context.now(), context.now() + WINDOW, notified=False))
        holders = self._holders(due, MOST)
        if not holders:
            raise NoRenewalLetters
        batch, letters = self._compose(context, holders, context.today())
        with self.store.transaction() as records:
            for holder in holders:
                channel = NoticeChannel.LETTER if holder in letters else NoticeChannel.COUNTER
                for ending in holder.endings:
                    records.keep_renewal_notice(ending, _opens_on(ending), context.now(), channel)
            records.audit(grounds_of(context), "renewal-notified", "done", count=len(holders))
        return batch

    def write_again(self, context: Context, *, day: date) -> LetterBatch:
        """Write all letters of a day again, of every batch, to the present addresses; nothing new is remembered.

        Raises:
            NoRenewalLetters: none was written on that day.
        """
        self.authority.require(context, WRITE)
        with self.store.look() as records:
            told = records.endings(context.now(), context.now() + WINDOW + timedelta(days=1), notified=True)
        holders = self._holders(
            [
                one
                for one in told
                if one.channel is NoticeChannel.LETTER
                and one.told_at is not None
                and one.told_at.astimezone(JST).date() == day
            ]
        )
        if not holders:
            raise NoRenewalLetters
        return self._compose(context, holders, day)[0]

    def _holders(self, endings: list[Ending], most: int | None = None) -> list[_Holder]:
        """Return holders with all that ends for them: the first `most`, or all."""
        by_person: dict[bytes, list[Ending]] = {}
        for one in endings:
            if one.person in by_person or most is None or len(by_person) < most:
                by_person.setdefault(one.person, []).append(one)
        with self.store.look() as records:
            return [_Holder(records.code_of_person(person), tuple(own)) for person, own in by_person.items()]

    def _compose(self, context: Context, holders: list[_Holder], day: date) -> tuple[LetterBatch, list[_Holder]]:
        """Ask the register for every holder, one after another and outside of transactions."""
        letters: dict[int, RenewalLetter] = {}
        at_counter: Counter[str] = Counter()
        for place, holder in enumerate(holders):
            address = self.register.letter_address(holder.code, str(context.actor.institution))
            letter = None if address is None else _letter(holder, address)
            if letter is None:
                # Where somebody protected lives is withheld too: of them only the place of issue is known.
                at_counter[address.municipality_code if address else holder.endings[0].municipality_code] += 1
            else:
                letters[place] = letter
        pdf = render_letters(list(letters.values()), sender=SENDER, day=day) if letters else b""
        return LetterBatch(pdf, len(letters), at_counter), [holders[place] for place in letters]


def _letter(holder: _Holder, address: LetterAddress) -> RenewalLetter | None:
    """Return the letter, which names the office of the municipality of residence; None where no font prints it."""
    letter = RenewalLetter(
        name=address.items.name,
        address=address.items.address,
        office=municipality(address.municipality_code).name,
        opens_on=min(_opens_on(one) for one in holder.endings),
        certificates=tuple(
            EndingCertificate(TITLES[one.kind], CARRIERS[one.carrier], one.ends.astimezone(JST).date())
            for one in holder.endings
        ),
    )
    try:
        letter.require_printable()
    except CharacterNotPrintable:
        return None
    return letter


def _opens_on(ending: Ending) -> date:
    return renewal_opens(ending.ends.astimezone(JST).date())


def _due(context: Context, endings: list[Ending]) -> list[Ending]:
    return [one for one in endings if _opens_on(one) <= context.today()]
