"""Forms ciphertexts and the signed statement, and hands them to the linkage core (pseudonyms design, Issue).

The core and the commission see ciphertexts, the holder's name and sealed four items; neither learns the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.crypto.pseudonyms import ciphertexts_root, encrypt_pseudonym, person_point
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.national_register.domain.errors import UnknownPerson
from mizuhiki.institutions.national_register.ports import IssueLine
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.generation_source import GenerationSource
from mizuhiki.runtime.joint_key import JointKeySource
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, parse_institution_id
from mizuhiki.wire import linkage_core
from mizuhiki.wire.national_register import FourItemsMessage

CORE = institution_id(InstitutionKind.LINKAGE_CORE)
CASE_LIFETIME = timedelta(minutes=10)


class CorePseudonymIssue:
    """Implements `ports.PseudonymIssue`."""

    def __init__(self, environment: Environment, peers: Peers) -> None:
        self._environment = environment
        self._peers = peers
        self._joint_key = JointKeySource(peers)
        self._generations = GenerationSource(peers, environment.clock)

    def issue(self, acquisition: str, holder: str, affair: str, batch_id: str, lines: Sequence[IssueLine]) -> None:
        """Send one batch to the core, in the newest generation; returns when the core has taken it durably."""
        joint_key = self._joint_key.joint_key()
        key = self._environment.keystore.secret(SecretPurpose.PERSON_SEED)
        inputs = [
            encrypt_pseudonym(joint_key, person_point(key, line.person.seed), self._environment.randomness)
            for line in lines
        ]
        now = self._environment.clock.now()
        statement = linkage_core.RegisterStatement(
            batch_id=batch_id,
            holder=holder,
            affair=affair,
            acquisition_hash=object_hash(acquisition),
            generation=self._generations.current().issuing(now),
            lines=[self._line(parse_institution_id(holder), line) for line in lines],
            inputs_root=ciphertexts_root(inputs),
            issued_at=now,
            expires_at=now + CASE_LIFETIME,
        )
        case = self._peers.sign(linkage_core.REGISTER_STATEMENT_TYPE, statement)
        self._peers.call(
            CORE,
            linkage_core.ISSUE_PSEUDONYMS,
            linkage_core.IssueRequest(case=case, acquisition=acquisition, inputs=inputs),
        )

    def _line(self, holder: InstitutionId, line: IssueLine) -> linkage_core.RegisterStatementLine:
        items = line.person.four_items
        if items is None:
            raise UnknownPerson
        message = FourItemsMessage(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=int(items.sex),
            address=items.address,
        )
        return linkage_core.RegisterStatementLine(
            acquisition_number=line.acquisition_number,
            four_items=self._peers.seal(holder, message, f"four-items/{line.acquisition_number}".encode()),
        )
