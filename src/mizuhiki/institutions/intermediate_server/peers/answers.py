"""What a provider seals to an inquirer, and the guard's digests (spec/exchange.md)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.institutions.intermediate_server.domain.addressees import PersonView
from mizuhiki.institutions.intermediate_server.domain.exchanges import PROVIDED, AnswerLine, AskedSection
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.stored_values import encode_stored
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.places import normalise_address
from mizuhiki.wire.intermediate_server import AnswerPayload, ProvidedInformation, Provision, SectionPayload
from mizuhiki.wire.linkage_core import AnsweredLine


def answer_context(
    exchange_number: str, tickets: bytes, inquirer: InstitutionId, provider: InstitutionId, kinds: Sequence[str]
) -> bytes:
    """Return the envelope context of one answer: it opens only for this exchange under these tickets.

    For a section of form 2 the section's identifier stands in the place of the exchange number.
    """
    return msgspec.json.encode([exchange_number, tickets.hex(), inquirer, provider, list(kinds)])


def view_of(items: FourItems, exchange_number: str) -> PersonView:
    """Return what this institution holds of a person, hashed for one exchange."""
    number = exchange_number.encode()
    return PersonView(
        birth_date=items.birth_date,
        sex=int(items.sex),
        name_digest=labelled_hash("mislink-name", number, normalise_for_comparison(items.name).encode()),
        address_digest=labelled_hash("mislink-address", number, normalise_address(items.address).encode()),
    )


class SealedAnswers:
    """Implements `ports.AnswerSealing`."""

    def __init__(self, peers: Peers, provider: InstitutionId) -> None:
        self._peers = peers
        self._provider = provider

    def seal(
        self,
        sections: Sequence[AskedSection],
        lines: Sequence[AnswerLine],
        views: Sequence[FourItems | None],
    ) -> bytes:
        """Return the encoded `Provision` of a case; what is provided is sealed to the inquirer's server."""
        if sections[0].one_answer:
            [section] = sections
            return encode_stored(self._together(section, list(zip(lines, views, strict=True))))
        of_line = [section for section in sections for _ in section.lines]
        answered = [self._line(*line) for line in zip(of_line, lines, views, strict=True)]
        return encode_stored(Provision(lines=answered))

    def _together(self, section: AskedSection, pairs: Sequence[tuple[AnswerLine, FourItems | None]]) -> Provision:
        answered = [AnsweredLine(exchange_number=line.exchange_number, outcome=line.outcome) for line, _ in pairs]
        payloads = [
            self._payload(line, items) for line, items in pairs if line.outcome == PROVIDED and items is not None
        ]
        if not payloads:
            return Provision(lines=answered)
        context = answer_context(
            section.section_id, section.ticket_hash, section.inquirer, self._provider, section.kinds
        )
        sealed = SectionPayload(section_id=section.section_id, lines=payloads)
        return Provision(lines=answered, answer=self._peers.seal(section.inquirer_server, sealed, context))

    @staticmethod
    def _payload(line: AnswerLine, items: FourItems) -> AnswerPayload:
        view = view_of(items, line.exchange_number)
        return AnswerPayload(
            exchange_number=line.exchange_number,
            information=[
                ProvidedInformation(kind=part.kind, layout_version=part.layout_version, items=part.items)
                for part in line.information
            ],
            birth_date=view.birth_date,
            sex=view.sex,
            name_digest=view.name_digest,
            address_digest=view.address_digest,
        )

    def _line(self, section: AskedSection, line: AnswerLine, items: FourItems | None) -> AnsweredLine:
        if line.outcome != PROVIDED or items is None:
            return AnsweredLine(exchange_number=line.exchange_number, outcome=line.outcome)
        payload = self._payload(line, items)
        context = answer_context(
            line.exchange_number, section.ticket_hash, section.inquirer, self._provider, section.kinds
        )
        return AnsweredLine(
            exchange_number=line.exchange_number,
            outcome=PROVIDED,
            answer=self._peers.seal(section.inquirer_server, payload, context),
        )
