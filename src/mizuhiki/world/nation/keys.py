"""Keystores of all institutions and the directory that pins their public keys: the ceremony of the demo country."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mizuhiki.crypto.keystore import FileKeystore, Keystore, SigningPurpose
from mizuhiki.crypto.keystore.file import KdfCost
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.plan import PlannedInstitution

PASSPHRASE = "invented people only"  # noqa: S105 - printed on purpose, it guards nothing
"""The demo's keystores hold nothing worth a secret; a state chooses its own (docs/architecture)."""
_CHEAP = KdfCost(n=2**12, r=8, p=1)
"""Sixteen keystores are opened when a demo starts; the cost protects a passphrase that is printed here."""
KEYSTORE = "keystore.bin"


def institution_folder(data: Path, institution: InstitutionId) -> Path:
    """Return the folder of one institution within the world's data."""
    return data / institution


def open_keystores(
    data: Path, planned: Sequence[PlannedInstitution], randomness: Randomness
) -> dict[InstitutionId, Keystore]:
    """Open every institution's keystore, making those that do not exist."""
    keystores: dict[InstitutionId, Keystore] = {}
    for one in planned:
        folder = institution_folder(data, one.institution)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / KEYSTORE
        keystores[one.institution] = (
            FileKeystore.open(path, PASSPHRASE, randomness)
            if path.exists()
            else FileKeystore.create(path, PASSPHRASE, randomness, _CHEAP)
        )
    return keystores


def make_directory(
    planned: Sequence[PlannedInstitution], keystores: dict[InstitutionId, Keystore], addresses: dict[InstitutionId, str]
) -> Directory:
    """Return the directory; `addresses` gives each institution's base URL for peers."""
    return Directory(
        DirectoryEntry(
            institution=one.institution,
            host=one.host,
            base_url=addresses[one.institution],
            name_ja=one.name_ja,
            name_en=one.name_en,
            object_key=keystores[one.institution].signer(SigningPurpose.OBJECT).public_key,
            hop_key=keystores[one.institution].signer(SigningPurpose.HOP).public_key,
            checkpoint_key=keystores[one.institution].signer(SigningPurpose.CHECKPOINT).public_key,
        )
        for one in planned
    )
