"""The published directory: every institution with its host and its pinned public keys.

It is the root of peer trust: signatures are checked against the keys pinned here, never against keys that a message
brings along. Entries are public and hold nothing secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mizuhiki.vocabulary.errors import Malformed, NotFound
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of
from mizuhiki.vocabulary.linkage import NetworkZone, zones_of
from mizuhiki.vocabulary.typed_values import read_json


class NotInDirectory(NotFound):
    """No institution of that name is in the directory."""

    code = "not-in-directory"
    title = "This institution is not in the directory"


class DirectoryUnreadable(Malformed):
    """The directory file cannot be read or names an institution or host twice."""

    code = "directory-unreadable"
    title = "The directory cannot be read"


class DirectoryEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One institution. Keys are 32-byte raw Ed25519 public keys: objects, hop signatures, log checkpoints.

    `host` is the host name without port that the institution serves; `base_url` is where a peer reaches it. `zones`
    are the networks it stands on (R-223); where none is named, those of its kind.
    """

    institution: InstitutionId
    host: str
    base_url: str
    name_ja: str
    name_en: str
    object_key: bytes
    hop_key: bytes
    checkpoint_key: bytes
    zones: tuple[NetworkZone, ...] = ()

    @property
    def networks(self) -> frozenset[NetworkZone]:
        """The networks the institution stands on."""
        return frozenset(self.zones) or zones_of(self.institution)


class Directory:
    """All institutions of one world.

    Raises:
        DirectoryUnreadable: an institution or a host occurs twice.
    """

    def __init__(self, entries: Iterable[DirectoryEntry]) -> None:
        self._entries: dict[InstitutionId, DirectoryEntry] = {}
        self._by_host: dict[str, DirectoryEntry] = {}
        for entry in entries:
            kind_of(entry.institution)
            if entry.institution in self._entries or entry.host in self._by_host:
                raise DirectoryUnreadable(f"{entry.institution} or its host occurs twice", peer=entry.institution)
            self._entries[entry.institution] = entry
            self._by_host[entry.host] = entry

    def entry(self, institution: InstitutionId) -> DirectoryEntry:
        """Return the entry of an institution.

        Raises:
            NotInDirectory: there is none.
        """
        try:
            return self._entries[institution]
        except KeyError:
            raise NotInDirectory(peer=institution) from None

    def by_host(self, host: str) -> DirectoryEntry:
        """Return the entry that serves `host` (no port).

        Raises:
            NotInDirectory: there is none.
        """
        try:
            return self._by_host[host]
        except KeyError:
            raise NotInDirectory from None

    def of_kind(self, kind: InstitutionKind) -> list[DirectoryEntry]:
        """Return the entries of one kind, ordered by identifier."""
        return sorted((e for e in self if kind_of(e.institution) is kind), key=lambda entry: entry.institution)

    def object_key(self, institution: InstitutionId) -> bytes:
        """Return the public key for signed objects of an institution; fits `crypto.signed_objects.verify_object`."""
        return self.entry(institution).object_key

    def __iter__(self) -> Iterator[DirectoryEntry]:
        return iter(self._entries.values())

    def __contains__(self, institution: object) -> bool:
        return institution in self._entries

    def to_json(self) -> bytes:
        """Return the directory as a file other processes can read."""
        return msgspec.json.encode(sorted(self, key=lambda entry: entry.institution))

    @classmethod
    def from_json(cls, content: bytes) -> Directory:
        """Read a directory file.

        Raises:
            DirectoryUnreadable: not such a file.
        """
        try:
            return cls(read_json(content, list[DirectoryEntry]))
        except msgspec.DecodeError as error:
            raise DirectoryUnreadable(str(error)) from error
