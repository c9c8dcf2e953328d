"""Keep the registry of verifiers: application, recognition by another person, audit, suspension (R-204 to R-206)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.jpki.domain.errors import (
    VerifierApplicationIncomplete,
    VerifierNotRecognised,
    VerifierWithoutAgreement,
)
from mizuhiki.institutions.jpki.domain.verifier_registry import (
    Verifier,
    VerifierApplication,
    VerifierEvent,
    VerifierState,
)
from mizuhiki.institutions.jpki.operations.verifier_access import VerifierAccess
from mizuhiki.institutions.jpki.ports import Store, VerifierStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

READ = "read-verifiers"
APPLY = "enter-verifier-application"
RECOGNISE = "recognise-verifier"
AGREE = "agree-with-verifier"
AUDIT = "audit-verifier"
SUSPEND = "suspend-verifier"
CREDENTIAL = "make-verifier-credential"
CREDENTIAL_OCTETS = 32


@dataclass(frozen=True, slots=True)
class VerifierRegistry:
    """Every step has a person behind it and a line in the verifier's history."""

    store: Store
    registry: VerifierStore
    authority: Authority
    access: VerifierAccess
    randomness: Randomness

    def all(self, context: Context) -> list[Verifier]:
        """Return everybody who ever applied."""
        self.authority.require(context, READ)
        return self.registry.all()

    def one(self, context: Context, *, verifier: str) -> tuple[Verifier, list[VerifierEvent]]:
        """Return one verifier with its history.

        Raises:
            NoSuchVerifier: nobody of that name applied.
        """
        self.authority.require(context, READ)
        return self.registry.one(verifier), self.registry.history(verifier)

    def apply(self, context: Context, *, application: VerifierApplication) -> Verifier:
        """Enter an application.

        Raises:
            VerifierApplicationIncomplete: something is missing.
        """
        self.authority.require(context, APPLY)
        application.require_complete()
        added = self.registry.add(application, self._event(context, "", "applied", application.purpose))
        self._done(context, "verifier-applied", "applied")
        return added

    def recognise(self, context: Context, *, verifier: str, recognition: str, until: date) -> Verifier:
        """Record the Minister's recognition; `recognition` names the document.

        Raises:
            VerifierDecidedByApplicant: the acting person entered the application.
            VerifierApplicationIncomplete, VerifierStateChangeNotAllowed, NoSuchVerifier: see the domain.
        """
        return self._change(
            context,
            RECOGNISE,
            verifier,
            ("recognised", recognition),
            lambda one: one.recognised(
                officer=_officer(context), recognition=recognition, day=context.today(), until=until
            ),
        )

    def refuse(self, context: Context, *, verifier: str, reason: str) -> Verifier:
        """Record that the Minister refused.

        Raises:
            VerifierDecidedByApplicant: the acting person entered the application.
            VerifierApplicationIncomplete, VerifierStateChangeNotAllowed, NoSuchVerifier: see the domain.
        """
        return self._change(
            context, RECOGNISE, verifier, ("refused", reason), lambda one: one.refused(_officer(context))
        )

    def suspend(self, context: Context, *, verifier: str, reason: str) -> Verifier:
        """Let a verifier ask nothing until it is resumed."""
        change = VerifierState.SUSPENDED
        return self._change(context, SUSPEND, verifier, ("suspended", reason), lambda one: one.changed(change))

    def resume(self, context: Context, *, verifier: str, reason: str) -> Verifier:
        """Let a suspended verifier ask again.

        Raises:
            VerifierStateChangeNotAllowed: it is not suspended; a new application is recognised, not resumed.
        """

        def resumed(one: Verifier) -> Verifier:
            if one.state is VerifierState.APPLIED:
                one.changed(VerifierState.SUSPENDED)
            return one.changed(VerifierState.RECOGNISED)

        return self._change(context, SUSPEND, verifier, ("resumed", reason), resumed)

    def end(self, context: Context, *, verifier: str, reason: str) -> Verifier:
        """End a verifier's recognition for good; its credential is worth nothing from then on."""
        return self._change(
            context,
            SUSPEND,
            verifier,
            ("ended", reason),
            lambda one: replace(one.changed(VerifierState.ENDED), credential=b""),
        )

    def audited(self, context: Context, *, verifier: str, finding: str) -> Verifier:
        """Record a yearly audit with its finding."""

        def audited(one: Verifier) -> Verifier:
            if one.recognised_on is None:
                raise VerifierNotRecognised
            return replace(one, audited_on=context.today())

        return self._change(context, AUDIT, verifier, ("audited", finding), audited)

    def agree(self, context: Context, *, verifier: str, agreement: str) -> Verifier:
        """Record the agreement with a recognised verifier; `agreement` names the document.

        Raises:
            VerifierNotRecognised: it is not recognised.
            VerifierApplicationIncomplete: no document is named.
        """

        def agreed(one: Verifier) -> Verifier:
            return one.agreed(agreement=agreement, day=context.today())

        return self._change(context, AGREE, verifier, ("agreed", agreement), agreed)

    def make_credential(self, context: Context, *, verifier: str) -> str:
        """Return a new credential, shown once; only its hash is kept, and the one before is worth nothing.

        Raises:
            VerifierNotRecognised: it is not recognised, or is a body of this system, which shows its own key.
            VerifierWithoutAgreement: the agreement with it is not concluded.
        """
        credential = self.randomness.token(CREDENTIAL_OCTETS)

        def made(one: Verifier) -> Verifier:
            if one.state is not VerifierState.RECOGNISED or one.application.institution:
                raise VerifierNotRecognised
            if one.agreed_on is None:
                raise VerifierWithoutAgreement
            return replace(one, credential=sha256(credential.encode()))

        self._change(context, CREDENTIAL, verifier, ("credential-made", "-"), made)
        return credential

    def _change(
        self,
        context: Context,
        action: str,
        verifier: str,
        event: tuple[str, str],
        change: Callable[[Verifier], Verifier],
    ) -> Verifier:
        self.authority.require(context, action)
        name, note = event
        if not note.strip():
            raise VerifierApplicationIncomplete(missing="reason")
        before = self.registry.one(verifier)
        after = change(before)
        self.registry.change(before, after, self._event(context, verifier, name, note))
        self._done(context, "verifier-credential-made" if action == CREDENTIAL else "verifier-changed", name)
        return after

    def _done(self, context: Context, event: str, cause: str) -> None:
        self.access.read_again()
        with self.store.transaction() as records:
            records.audit(grounds_of(context), event, "done", count=1, cause=cause)

    @staticmethod
    def _event(context: Context, verifier: str, event: str, note: str) -> VerifierEvent:
        return VerifierEvent(verifier, event, _officer(context), note, context.now())


def _officer(context: Context) -> str:
    """Return the acting person.

    Raises:
        VerifierNotRecognised: nobody in person acts.
    """
    if not context.actor.person:
        raise VerifierNotRecognised
    return context.actor.person
