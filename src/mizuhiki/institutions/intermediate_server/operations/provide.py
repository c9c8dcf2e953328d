"""Answer a permitted inquiry from local copies (番号法22条1項; exchange design, One inquiry, step 4).

"No data", "withheld" and "no such person" leave as one outcome of one shape, so an inquirer learns nothing from a
refusal. A repeated section returns the stored answer, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.errors import (
    ApprovalSpent,
    ExchangeNumberReused,
    SectionChanged,
)
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
from mizuhiki.institutions.intermediate_server.ports import AnswerSealing, Disclosed, PersonKey, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import layouts_accepted
from mizuhiki.vocabulary.persons import FourItems

ACTION = "provide"
CHANNEL = "information-linkage"


@dataclass(frozen=True, slots=True)
class _Decided:
    line: AnswerLine
    view: FourItems | None
    not_disclosed: bool = False
    approval: ApprovalRequest | None = None
    lifted: Disclosed | None = None


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
            ExchangeNumberReused: a line's exchange number was answered before in another section.
            ApprovalSpent: another section took the approval; the core asks again.
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
            raced = self._answered(records, section)
            if raced is not None:
                return raced
            records.put_section(section, answer, context.now())
            for one, pseudonym in zip(decided, pseudonyms, strict=True):
                self._keep(context, records, section, one, pseudonym)
        return answer

    def _keep(
        self, context: Context, records: Records, section: AskedSection, one: _Decided, pseudonym: PersonKey
    ) -> None:
        """Write everything that belongs to one answered line, in the transaction of its answer."""
        if records.is_recorded(section.inquirer, one.line.exchange_number):
            raise ExchangeNumberReused
        if one.approval is not None:
            records.put_approval(one.approval)
        if one.lifted is not None and not records.use_approval(one.lifted):
            raise ApprovalSpent
        records.append_record(pseudonym, self._record(context, section, one))

    def _known(self, section: AskedSection) -> bytes | None:
        with self.store.transaction() as records:
            return self._answered(records, section)

    @staticmethod
    def _answered(records: Records, section: AskedSection) -> bytes | None:
        known = records.section(section.inquirer, section.section_id)
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
            if addressee is None or addressee.four_items is None or records.is_mismatched(addressee.addressee_number):
                return _Decided(nothing, None)
            copies = self._copies(context, records, addressee.addressee_number, section)
        hidden = any(copy.not_disclosed for copy in copies)
        if len(copies) != len(section.kinds):
            return _Decided(nothing, None, not_disclosed=hidden)
        content = ",".join(section.kinds)
        disclosure = Disclosure(addressee.addressee_number, CHANNEL, section.inquirer, content)
        try:
            self.gate.check(context, disclosure)
        except Withheld:
            return _Decided(
                nothing, None, not_disclosed=True, approval=self._ask_officer(context, exchange_number, disclosure)
            )
        if hidden:
            return _Decided(nothing, None, not_disclosed=True)
        information = tuple(Information(copy.kind, copy.layout_version, copy.items) for copy in copies)
        lifted = Disclosed(addressee.addressee_number, section.inquirer, section.affair, content)
        return _Decided(
            AnswerLine(exchange_number, PROVIDED, information),
            addressee.four_items,
            lifted=lifted if addressee.protected else None,
        )

    def _ask_officer(self, context: Context, exchange_number: str, disclosure: Disclosure) -> ApprovalRequest:
        return ApprovalRequest(
            approval_id=self.randomness.token(),
            exchange_number=exchange_number,
            inquirer=InstitutionId(disclosure.recipient),
            affair=context.affair,
            asked_at=context.now(),
            addressee_number=disclosure.subject,
            content=disclosure.content,
        )

    @staticmethod
    def _copies(context: Context, records: Records, addressee_number: str, section: AskedSection) -> list[LocalCopy]:
        """Return the fitting copy of each kind, or fewer copies than kinds where one is missing.

        A copy in a layout that is accepted no longer is not sent; its business system has to renew it (R-229).
        """
        found: list[LocalCopy] = []
        for kind in section.kinds:
            fitting = [
                copy
                for copy in records.copies(addressee_number, kind)
                if copy.covers(section.fiscal_year, section.period_from, section.period_until)
                and any(known.version == copy.layout_version for known in layouts_accepted(kind, context.today()))
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
