"""Establish the roots of the authorities by a script, and write down how (公的個人認証法39条; R-196).

Holding a script again changes nothing and gives the same transcript; a script with other content for a kind and
generation that exists is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import Validity, make_jpki_root, new_certificate_serial, public_key_of
from mizuhiki.crypto.x509.jpki_profile import CertificateKind
from mizuhiki.institutions.jpki.domain.ceremony import CeremonyScript, Established, Officer, PlannedRoot, transcript
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind
from mizuhiki.institutions.jpki.domain.errors import CeremonyScriptRefused, RootKnownWithOtherContent
from mizuhiki.institutions.jpki.operations.authorities import Authorities, ca_key_name
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST

ACTION = "hold-key-ceremony"


def hold_key_ceremony(
    context: Context, *, store: Store, authority: Authority, keystore: Keystore, randomness: Randomness
) -> Authorities:
    """Return the authorities of the newest generation; where there is none, the first is made, by a script of its own.

    A real authority holds its ceremony by `hold_scripted_ceremony` before it starts for the first time.
    """
    authority.require(context, ACTION)
    if not store.roots():
        hold_scripted_ceremony(
            context,
            script=_first_script(context, randomness),
            store=store,
            authority=authority,
            keystore=keystore,
        )
    return authorities_of(store.roots(), keystore, context.now())


def authorities_of(roots: list[AuthorityRoot], keystore: Keystore, now: datetime) -> Authorities:
    """Return the authorities; the newest generation of a kind that was established by `now` issues."""
    current: dict[Kind, AuthorityRoot] = {}
    for root in sorted(roots, key=lambda one: one.generation):
        if root.established_at <= now or root.kind not in current:
            current[root.kind] = root
    return Authorities(keystore, current, tuple(root for root in roots if root is not current[root.kind]))


def hold_scripted_ceremony(
    context: Context, *, script: CeremonyScript, store: Store, authority: Authority, keystore: Keystore
) -> list[AuthorityRoot]:
    """Return the roots of a script, each with its transcript; those that exist already are only checked.

    Raises:
        CeremonyScriptRefused: the script breaks a rule, or a certificate of the authority has a root's serial already.
        RootKnownWithOtherContent: a root of that kind and generation exists and is another.
    """
    authority.require(context, ACTION)
    script.require_sound()
    known = {(root.kind, root.generation): root for root in store.roots()}
    _require_new_serials(
        store, {place: one for place, one in enumerate(script.roots) if (one.kind, one.generation) not in known}
    )
    made = [_establish(script, planned, keystore) for planned in script.roots]
    for root in made:
        before = known.get((root.kind, root.generation))
        if before is not None and (before.certificate, before.transcript) != (root.certificate, root.transcript):
            raise RootKnownWithOtherContent(kind=root.kind.value, generation=root.generation)
    new = [root for root in made if (root.kind, root.generation) not in known]
    if new:
        store.keep_roots(new)
    return made


def _require_new_serials(store: Store, planned: Mapping[int, PlannedRoot]) -> None:
    with store.look() as records:
        for place, one in planned.items():
            if records.known_serials(one.kind, [one.serial_number]):
                raise CeremonyScriptRefused(rule="serial-not-used-before", where=f"roots[{place}].serial")


def _establish(script: CeremonyScript, planned: PlannedRoot, keystore: Keystore) -> AuthorityRoot:
    name = ca_key_name(planned.kind, planned.generation)
    starts = datetime.combine(planned.starts_on, time(), JST).astimezone(UTC)
    validity = Validity.until_day(starts, planned.last_day)
    certificate = make_jpki_root(
        CertificateKind(planned.kind.value),
        keystore.certification_key(name),
        validity=validity,
        serial=planned.serial_number,
    )
    done = Established(
        planned,
        name,
        sha256(public_key_of(certificate)).hex(),
        sha256(certificate).hex(),
        validity.starts,
        validity.ends,
    )
    return AuthorityRoot(planned.kind, certificate, transcript(script, done), script.held_at, planned.generation)


def _first_script(context: Context, randomness: Randomness) -> CeremonyScript:
    """Return the script of a demo authority that was started without one."""
    return CeremonyScript(
        held_at=context.now(),
        place="in the keystore of this machine",
        basis=context.legal_basis,
        officers=(Officer("the program", "made the keys"), Officer("the keystore", "kept the keys")),
        roots=tuple(PlannedRoot(kind, f"{new_certificate_serial(randomness):08X}", context.today()) for kind in Kind),
    )
