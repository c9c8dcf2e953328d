"""Answer a permitted inquiry from local copies (番号法22条1項; exchange design, One inquiry, step 4).

"No data", "withheld" and "no such person" leave as one outcome of one shape, so an inquirer learns nothing from a
refusal. A repeated section returns the stored answer, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.errors import SectionChanged
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    NO_DATA,
    PROVIDED,
    AnswerLine,
    ApprovalRequest,
    AskedSection,
    ExchangeRecord,
    Information,
    LocalCopy,
)
from mizuhiki.institutions.intermediate_server.ports import AnswerSealing, PersonKey, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import FourItems

ACTION = "provide"
CHANNEL = "information-linkage"


@dataclass(frozen=True, slots=True)
class _Decided:
    line: AnswerLine
    view: FourItems | None
    not_disclosed: bool
    approval: ApprovalRequest | None


@dataclass(frozen=True, slots=True)
class Provide:
    """Decides, seals, records and answers one section."""

    store: Store
    authority: Authority
    gate: ProtectionGate
    sealing: AnswerSealing
    randomness: Randomness
    owner: InstitutionId

    def __call__(self, context: Context, *, section: AskedSection, pseudonyms: Sequence[PersonKey]) -> bytes:
        """Return the sealed answer of a section whose tickets, proofs and case the edge has verified.

        Raises:
            SectionChanged: the section was answered before with other content.
        """
        self.authority.require(context, ACTION)
        known = self._known(section)
        if known is not None:
            return known
        decided = [
            self._decide(context, section, asked.exchange_number, pseudonym)
            for asked, pseudonym in zip(section.lines, pseudonyms, strict=True)
        ]
        answer = self.sealing.seal(section, [one.line for one in decided], [one.view for one in decided])
        with self.store.transaction() as records:
            raced = records.section(section.section_id)
            if raced is not None:
                return raced[1]
            records.put_section(section.section_id, section.case_hash, answer, context.now())
            for one, pseudonym in zip(decided, pseudonyms, strict=True):
                if one.approval is not None:
                    records.put_approval(one.approval)
                records.append_record(pseudonym, self._record(context, section, one))
        return answer

    def _known(self, section: AskedSection) -> bytes | None:
        with self.store.transaction() as records:
            known = records.section(section.section_id)
        if known is None:
            return None
        if known[0] != section.case_hash:
            raise SectionChanged
        return known[1]

    def _decide(self, context: Context, section: AskedSection, exchange_number: str, pseudonym: PersonKey) -> _Decided:
        nothing = AnswerLine(exchange_number, NO_DATA)
        with self.store.transaction() as records:
            addressee_number = records.addressee_of(pseudonym)
            addressee = None if addressee_number is None else records.addressee(addressee_number)
            blocked = addressee_number is None or records.is_mismatched(addressee_number)
            copies = [] if addressee_number is None or blocked else self._copies(records, addressee_number, section)
        if addressee is None or addressee.four_items is None or blocked:
            return _Decided(nothing, None, not_disclosed=False, approval=None)
        not_disclosed = any(copy.not_disclosed for copy in copies)
        disclosure = Disclosure(addressee.addressee_number, CHANNEL, section.inquirer, ",".join(section.kinds))
        try:
            self.gate.check(context, disclosure)
        except Withheld:
            approval = ApprovalRequest(
                self.randomness.token(), exchange_number, section.inquirer, section.affair, context.now()
            )
            return _Decided(nothing, None, not_disclosed=True, approval=approval)
        if not_disclosed or len(copies) != len(section.kinds):
            return _Decided(nothing, None, not_disclosed=not_disclosed, approval=None)
        information = tuple(Information(copy.kind, copy.layout_version, copy.items) for copy in copies)
        return _Decided(
            AnswerLine(exchange_number, PROVIDED, information),
            addressee.four_items,
            not_disclosed=False,
            approval=None,
        )

    @staticmethod
    def _copies(records: Records, addressee_number: str, section: AskedSection) -> list[LocalCopy]:
        """Return the fitting copy of each kind, or fewer copies than kinds where one is missing."""
        found: list[LocalCopy] = []
        for kind in section.kinds:
            fitting = [
                copy
                for copy in records.copies(addressee_number, kind)
                if copy.covers(section.fiscal_year, section.period_from, section.period_until)
            ]
            found += fitting[:1]
        return found

    def _record(self, context: Context, section: AskedSection, decided: _Decided) -> ExchangeRecord:
        line = decided.line
        return ExchangeRecord(
            kind="exchange",
            exchange_number=line.exchange_number,
            inquirer=section.inquirer,
            provider=self.owner,
            affair=section.affair,
            procedure=section.procedure,
            information_kinds=section.kinds,
            items=tuple(item for part in line.information for item in part.items),
            statute=section.statute,
            requested_at=section.requested_at,
            completed_at=context.now(),
            outcome=line.outcome,
            not_disclosed=decided.not_disclosed,
        )
