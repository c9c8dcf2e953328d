"""Answer a permitted inquiry from local copies (番号法22条1項; exchange design, One inquiry, step 4).

"No data", "withheld" and "no such person" leave as one outcome of one shape, so an inquirer learns nothing from a
refusal. A repeated section returns the stored answer, byte for byte.

Both converters looked at the statute table before the section came; the provider looks again on the day it answers and
believes nobody that it may (番号法19条8号, R-031). Whether the inquirer's assessment is published only the commission
can say, and its ticket says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

import msgspec

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.errors import (
    ApprovalSpent,
    AskedOneByOne,
    ExchangeNumberReused,
    GenerationBeingRenewed,
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
    are_joined,
    item_names,
)
from mizuhiki.institutions.intermediate_server.domain.holding import RulesOfDay
from mizuhiki.institutions.intermediate_server.operations.hold_provision import HoldProvision
from mizuhiki.institutions.intermediate_server.ports import AnswerSealing, Disclosed, PersonKey, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import layouts_accepted
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.statute import CurrentStatute, LinkageQuestion, permit_inquiry

ACTION = "provide"
CHANNEL = "information-linkage"


class _Decided(msgspec.Struct, frozen=True, gc=False):
    line: AnswerLine
    view: FourItems | None
    not_disclosed: bool = False
    approval: ApprovalRequest | None = None
    lifted: Disclosed | None = None
    addressee: str = ""


@dataclass(frozen=True, slots=True)
class Provide:
    """Decides, seals, records and answers one case: its lines by question, each question by its own rules."""

    store: Store
    authority: Authority
    gate: ProtectionGate
    sealing: AnswerSealing
    randomness: Randomness
    owner: InstitutionId
    hold_provision: HoldProvision
    statute: CurrentStatute
    generations: CurrentGenerations

    def __call__(self, context: Context, *, sections: Sequence[AskedSection], pseudonyms: Sequence[PersonKey]) -> bytes:
        """Return the sealed answer of a case whose tickets, proofs and signature the edge has verified.

        `sections` are its questions in the order of its lines; `pseudonyms` are in that order too.

        Raises:
            AffairNotLawful, AffairOfOthers, NoStatuteRow, StatuteRowNotInForce: the provider's own look at the law.
            SectionChanged: the case was answered before with other content.
            ExchangeNumberReused: a line's exchange number was answered before in another case.
            ApprovalSpent: another case took the approval; the core asks again.
            ProvisionAwaitsApproval: a kind asked for is given after approval only, and staff did not decide yet.
            ProvisionRefusedByOfficer: staff refused.
            AskedOneByOne: the case holds several inquiries of their own, and one may have to wait or be refused.
        """
        self.authority.require(context, ACTION)
        known = self._known(sections[0])
        if known is not None:
            return known
        for section in sections:
            self._require_basis(context, section)
        rules, joined = self.store.rules_on(context.today()), are_joined(sections)
        if joined and any(rules.holds_kinds(section.kinds) for section in sections):
            raise AskedOneByOne
        try:
            return self._provide(context, sections, pseudonyms, rules)
        except (GenerationBeingRenewed, ApprovalSpent) as error:
            if joined:
                raise AskedOneByOne from error  # one line waits, and not the others with it
            raise

    def _provide(
        self, context: Context, sections: Sequence[AskedSection], pseudonyms: Sequence[PersonKey], rules: RulesOfDay
    ) -> bytes:
        persons, lifted = iter(pseudonyms), set[Disclosed]()
        by_section = [
            (section, self._decide(context, section, list(islice(persons, len(section.lines))), rules, lifted))
            for section in sections
        ]
        hold = self._approved(context, *by_section[0], rules) if len(sections) == 1 else ""
        decided = [one for _, found in by_section for one in found]
        answer = self.sealing.seal(sections, [one.line for one in decided], [one.view for one in decided])
        with self.store.transaction() as records:
            raced = self._answered(records, sections[0])
            if raced is not None:
                return raced
            if hold and not records.use_hold(hold):
                raise ApprovalSpent
            records.put_section(sections[0], answer, context.now())
            self._keep(context, records, by_section, pseudonyms)
        return answer

    def _require_basis(self, context: Context, section: AskedSection) -> None:
        question = LinkageQuestion(
            inquirer=section.inquirer,
            affair=section.affair,
            procedure=section.procedure,
            provider=self.owner,
            kinds=section.kinds,
            day=context.today(),
        )
        permit_inquiry(self.statute, question)

    def _keep(
        self,
        context: Context,
        records: Records,
        by_section: Sequence[tuple[AskedSection, Sequence[_Decided]]],
        pseudonyms: Sequence[PersonKey],
    ) -> None:
        """Write everything that belongs to the answered lines, in the transaction of their answer."""
        section, decided = by_section[0][0], [one for _, found in by_section for one in found]
        if records.any_recorded(section.inquirer, [one.line.exchange_number for one in decided]):
            raise ExchangeNumberReused
        for one in decided:
            if one.approval is not None:
                records.put_approval(one.approval)
            if one.lifted is not None and not records.use_approval(one.lifted, context.now()):
                raise ApprovalSpent
        now = context.now()
        kept = [self._record(asked, one, now) for asked, found in by_section for one in found]
        records.append_records(list(zip(pseudonyms, kept, strict=True)))

    def _known(self, section: AskedSection) -> bytes | None:
        with self.store.snapshot() as records:
            return self._answered(records, section)

    @staticmethod
    def _answered(records: Records, section: AskedSection) -> bytes | None:
        known = records.section(section.inquirer, section.section_id)
        if known is None:
            return None
        if known[0] != section.case_hash:
            raise SectionChanged
        return known[1]

    def _approved(self, context: Context, section: AskedSection, decided: Sequence[_Decided], rules: RulesOfDay) -> str:
        """Return the approved hold to spend, empty where the section's kinds need none or nothing would be given."""
        given = [one.addressee for one in decided if one.line.outcome == PROVIDED]
        if not given or not rules.holds_kinds(section.kinds):
            return ""
        return self.hold_provision.approved(context, section, given)

    def _decide(
        self,
        context: Context,
        section: AskedSection,
        pseudonyms: Sequence[PersonKey],
        rules: RulesOfDay,
        lifted: set[Disclosed],
    ) -> list[_Decided]:
        """Decide every line by itself; look-ups and the gate are asked for all lines of a question together.

        `lifted` are approvals that lines of this case spend, kept through all its questions.

        Raises:
            GenerationBeingRenewed: during a change of generation somebody unknown may be known when all are renewed.
        """
        context = replace(context, affair=section.affair, purpose=section.procedure)
        changing = len(self.generations.current().open_at(context.now())) > 1
        with self.store.snapshot() as records:
            found = records.exchangeable(pseudonyms)
            if changing and None in found and records.lack_generation(section.generation):
                raise GenerationBeingRenewed
            numbers = [one.addressee_number for one in found if one is not None]
            copies = records.copies(numbers, section.kinds)
        content = ",".join(section.kinds)
        today = context.today()
        accepted = {kind: frozenset(known.version for known in layouts_accepted(kind, today)) for kind in section.kinds}
        complete = [self._copies(section, addressee, copies, accepted) for addressee in found]
        disclosures = {
            place: Disclosure(addressee.addressee_number, CHANNEL, section.inquirer, content)
            for place, (addressee, chosen) in enumerate(zip(found, complete, strict=True))
            if addressee is not None and addressee.four_items is not None and len(chosen) == len(section.kinds)
        }
        withheld = dict(zip(disclosures, self.gate.withheld(context, list(disclosures.values())), strict=True))
        held = rules.held_addressees(one.subject for one in disclosures.values())
        decided: list[_Decided] = []
        for place, (asked, addressee, chosen) in enumerate(zip(section.lines, found, complete, strict=True)):
            disclosure = disclosures.get(place)
            if addressee is None or disclosure is None:
                hidden = any(copy.not_disclosed for copy in chosen)
                decided.append(_Decided(AnswerLine(asked.exchange_number, NO_DATA), None, not_disclosed=hidden))
                continue
            lift = Disclosed(addressee.addressee_number, section.inquirer, section.affair, content)
            by_rule = addressee.addressee_number in held
            # One approval lifts the measure for one line; a second line about the same person needs its own.
            if withheld[place] or lift in lifted or (by_rule and not self.store.approval_waits(lift, context.now())):
                approval = self._ask_officer(context, asked.exchange_number, disclosure)
                nothing = AnswerLine(asked.exchange_number, NO_DATA)
                decided.append(_Decided(nothing, None, not_disclosed=True, approval=approval))
                continue
            spent = lift if addressee.protected or by_rule else None
            one = self._answer(asked.exchange_number, addressee, chosen, spent)
            if one.lifted is not None:
                lifted.add(one.lifted)
            decided.append(one)
        return decided

    @staticmethod
    def _answer(
        exchange_number: str, addressee: Addressee, copies: Sequence[LocalCopy], lift: Disclosed | None
    ) -> _Decided:
        if any(copy.not_disclosed for copy in copies):
            return _Decided(AnswerLine(exchange_number, NO_DATA), None, not_disclosed=True)
        information = tuple(Information(copy.kind, copy.layout_version, copy.items) for copy in copies)
        return _Decided(
            AnswerLine(exchange_number, PROVIDED, information),
            addressee.four_items,
            lifted=lift,
            addressee=addressee.addressee_number,
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
    def _copies(
        section: AskedSection,
        addressee: Addressee | None,
        copies: Mapping[tuple[str, str], Sequence[LocalCopy]],
        accepted: Mapping[str, frozenset[str]],
    ) -> list[LocalCopy]:
        """Return the fitting copy of each kind, or fewer copies than kinds where one is missing.

        A copy in a layout that is accepted no longer is not sent; its business system has to renew it (R-229).
        """
        found: list[LocalCopy] = []
        if addressee is None or addressee.four_items is None:
            return found
        for kind in section.kinds:
            fitting = (
                copy
                for copy in copies.get((addressee.addressee_number, kind), ())
                if copy.covers(section.fiscal_year, section.period_from, section.period_until)
                and copy.layout_version in accepted[kind]
            )
            first = next(fitting, None)
            found += [] if first is None else [first]
        return found

    def _record(self, section: AskedSection, decided: _Decided, at: datetime) -> ExchangeRecord:
        line = decided.line
        return ExchangeRecord(
            kind="exchange",
            exchange_number=line.exchange_number,
            inquirer=section.inquirer,
            provider=self.owner,
            affair=section.affair,
            procedure=section.procedure,
            information_kinds=section.kinds,
            items=item_names(line.information),
            statute=section.statute,
            requested_at=section.requested_at,
            completed_at=at,
            outcome=line.outcome,
            not_disclosed=decided.not_disclosed,
        )
