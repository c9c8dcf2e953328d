"""Use cases of cards and notices on paper, bound to their adapters. Roles stand in brackets; see each module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.actual_residences import ActualResidence, ResidenceForm, ResidencePolicy
from mizuhiki.institutions.municipality.domain.notice_fees import ReissueCost, ReissueReason
from mizuhiki.institutions.municipality.domain.notice_forms import Endorsement, IdentityDocument
from mizuhiki.institutions.municipality.domain.notices import Mailing, Notice, NoticeState, Step
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.operations import dispatch_notices as _dispatch
from mizuhiki.institutions.municipality.operations import endorse_notices as _endorse
from mizuhiki.institutions.municipality.operations import keep_notices as _keep
from mizuhiki.institutions.municipality.operations import register_actual_residences as _residence
from mizuhiki.institutions.municipality.operations import treat_returned_mail as _returned
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """Cards, notices, returned mail and actual residences of one municipality."""

    adapters: Adapters

    def dispatch(self, context: Context) -> int:
        """Send what is prepared; return how many cards went out [machinery, counter-clerk]."""
        return _dispatch.dispatch_notices(context, self.adapters)

    def mailings(self, context: Context) -> list[tuple[Mailing, list[Notice]]]:
        """Return envelopes with their cards, newest first [counter-clerk, support-officer]."""
        return _dispatch.mailings(context, self.adapters)

    def take_in_at_hall(self, context: Context, notice: str) -> Notice:
        """Note that a card kept at the hall arrived [counter-clerk, support-officer]."""
        return _dispatch.take_in_at_hall(context, self.adapters, notice)

    def forward_from_hall(
        self, context: Context, notice: str, step: Step, documents: tuple[IdentityDocument, ...] = ()
    ) -> Notice:
        """Send on, hand over or give up a card kept at the hall [counter-clerk, support-officer]."""
        return _dispatch.forward_from_hall(context, self.adapters, notice, step, documents)

    def find(self, context: Context, number: str, query: ResidentQuery) -> list[Notice]:
        """Find cards with the post by card id or items of the person [counter-clerk]."""
        return _returned.find_notices(context, self.adapters, number, query)

    def record_return(self, context: Context, entry: _returned.ReturnEntry) -> list[Notice]:
        """Enter a returned envelope; again, it returns the same [counter-clerk]."""
        return _returned.record_return(context, self.adapters, entry)

    def returned(self, context: Context, notice: str) -> _returned.ReturnedView:
        """Return a kept card with the register's facts and what may be done [counter-clerk, support-officer]."""
        return _returned.returned_notice(context, self.adapters, notice)

    def treat(self, context: Context, form: _returned.TreatmentForm) -> Notice:
        """Treat a kept card [counter-clerk]."""
        return _returned.treat_returned(context, self.adapters, form)

    def expire_kept(self, context: Context) -> int:
        """End the keeping of cards whose three months are over [machinery]."""
        return _returned.expire_kept(context, self.adapters)

    def dispose(self, context: Context, notices: Sequence[str]) -> int:
        """Note that cards were destroyed [counter-clerk]."""
        return _returned.dispose_notices(context, self.adapters, notices)

    def returned_mail(
        self, context: Context, states: tuple[NoticeState, ...] = (), *, due_only: bool = False
    ) -> tuple[dict[NoticeState, int], list[_returned.ReturnedLine]]:
        """Return counts by state and the lines asked for [counter-clerk, support-officer]."""
        return _returned.returned_mail(context, self.adapters, states, due_only=due_only)

    def view(self, context: Context, notice: str) -> _keep.NoticeView:
        """Return a card with its history [counter-clerk, support-officer]."""
        return _keep.notice_view(context, self.adapters, notice)

    def of_resident(self, context: Context, resident: str) -> list[Notice]:
        """Return a resident's cards and notices [counter-clerk, support-officer]."""
        return _keep.notices_of(context, self.adapters, resident)

    def endorse(self, context: Context, notice: str) -> list[Endorsement]:
        """Write what changed onto a card [counter-clerk]."""
        return _endorse.endorse_notice(context, self.adapters, notice)

    def collect(self, context: Context, notice: str) -> Notice:
        """Take a card back when a card was issued [counter-clerk]."""
        return _keep.collect_notice(context, self.adapters, notice)

    def report_lost(self, context: Context, notice: str) -> Notice:
        """Note a loss [counter-clerk]."""
        return _keep.report_lost(context, self.adapters, notice)

    def surrender(self, context: Context, notice: str) -> Notice:
        """Take a card back that must be surrendered [counter-clerk]."""
        return _keep.surrender_notice(context, self.adapters, notice)

    def reissue(self, context: Context, notice: str, reason: ReissueReason) -> ReissueCost:
        """Prepare another card and return its cost [counter-clerk]."""
        return _keep.reissue_notice(context, self.adapters, notice, reason)

    def resend_after_move_in(self, context: Context, resident: str, numbering_municipality: str) -> Notice:
        """Have a card sent anew to somebody who moved here before the first arrived [counter-clerk]."""
        return _keep.resend_after_move_in(context, self.adapters, resident, numbering_municipality)

    def check_presented(self, context: Context, number: str, documents: tuple[IdentityDocument, ...]) -> Notice:
        """Check a card shown to prove a number [counter-clerk]."""
        return _keep.check_presented(context, self.adapters, number, documents)

    @property
    def fee_yen(self) -> int:
        """The re-issue fee of this municipality's ordinance."""
        return _keep.ordinance_fee(self.adapters)

    @property
    def residence_policy(self) -> ResidencePolicy:
        """What this municipality decided about applications for an actual residence."""
        return _residence.residence_policy(self.adapters)

    def register_residence(self, context: Context, form: ResidenceForm) -> str:
        """Register an actual residence; return its name [counter-clerk, support-officer]."""
        return _residence.register_actual_residence(context, self.adapters, form)

    def residences(self, context: Context, resident: str) -> list[ActualResidence]:
        """Return a person's registrations with their addresses [support-officer]."""
        return _residence.actual_residences(context, self.adapters, resident)

    def waiting_residences(self, context: Context) -> list[ActualResidence]:
        """Return registrations that wait for approval [support-officer]."""
        return _residence.waiting_residences(context, self.adapters)

    def approve_residence(self, context: Context, residence: str) -> None:
        """Let the card maker learn an endangered person's residence [support-officer]."""
        _residence.approve_actual_residence(context, self.adapters, residence)

    def forwarding_label(self, context: Context, notice: str) -> ActualResidence:
        """Return where a card at the hall goes on to [support-officer]."""
        return _residence.forwarding_label(context, self.adapters, notice)
