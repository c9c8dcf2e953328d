"""The operations that every body has, bound to its adapters; a body's own service adds what is its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from mizuhiki.casework.ports import AssessmentReceipt
from mizuhiki.crypto.digests import sha256
from mizuhiki.intake import keep as _keep
from mizuhiki.intake import linkage as _linkage
from mizuhiki.intake import take_in as _take_in
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.persons import Acquired, KeptPerson, PersonForm, TakenIn
from mizuhiki.runtime.context import Context

ASSESS = "submit-assessment"


@dataclass(frozen=True, slots=True)
class BodyService(Generic[RecordsT]):
    """Use cases; see the module of the same name for rules and errors. Roles stand in policy.toml of the body."""

    adapters: BodyAdapters[RecordsT]

    def take_in(self, context: Context, form: PersonForm) -> str:
        """Take one person in and return the reference."""
        return _take_in.take_in(context, self.adapters, form)

    def take_in_many(self, context: Context, forms: Sequence[PersonForm]) -> list[TakenIn]:
        """Take a batch in; one outcome per form."""
        return _take_in.take_in_many(context, self.adapters, forms)

    def person(self, context: Context, reference: str) -> KeptPerson:
        """Return a person."""
        return _keep.read_person(context, self.adapters, reference)

    def protect_person(self, context: Context, reference: str, *, protected: bool) -> None:
        """Put on or take off a support measure."""
        _keep.protect_person(context, self.adapters, reference, protected=protected)

    def lift_protection(self, context: Context, reference: str, *, clerk: str, reason: str) -> None:
        """Consent to one look of one clerk."""
        _keep.lift_protection(context, self.adapters, reference, clerk=clerk, reason=reason)

    def acquire_pseudonyms(self, context: Context, references: Sequence[str] | None = None) -> Acquired:
        """Have pseudonyms issued."""
        return _linkage.acquire_pseudonyms(context, self.adapters, references)

    def publish_local_copies(self, context: Context) -> int:
        """Register local copies."""
        return _linkage.publish_local_copies(context, self.adapters)

    def copies_obstacle(self, context: Context) -> str:
        """Return the code of what keeps copies from being registered today; empty when nothing does."""
        return _linkage.copies_obstacle(context, self.adapters)

    def linkage_figures(self, context: Context) -> Mapping[str, int]:
        """Return figures of linkage."""
        return _linkage.linkage_figures(context, self.adapters)

    def linkage_ready(self, context: Context, reference: str) -> bool:
        """Say whether a person is ready for linkage."""
        return _linkage.linkage_ready(context, self.adapters, reference)

    def allowed(self, context: Context, action: str) -> bool:
        """Say whether the actor's role may do an action, so that a page offers only what will work."""
        return context.actor.role in self.adapters.authority.roles(action)

    def submit_assessment(  # noqa: PLR0917 - one signature for every institution that hands assessments in
        self,
        context: Context,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        serious_accident: bool,  # noqa: FBT001 - see above
        document: bytes,
    ) -> AssessmentReceipt:
        """Hand a protection assessment in at the commission (番号法28条); only the document's digest leaves."""
        self.adapters.permit(context, ASSESS)
        return self.adapters.assessments.submit(
            self.adapters.randomness.token(),
            affair=affair,
            title=title,
            persons=persons,
            handlers=handlers,
            serious_accident=serious_accident,
            document_digest=sha256(document),
        )

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.adapters.staff.open(account, display_name, role, passphrase)
