"""Everything an institution is given from outside when it is built; `app.build(environment)` takes nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.passphrases import ScryptCost
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.transport import Transport
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import InstitutionId


class SettingMissing(Malformed):
    """A setting the institution needs is not in its configuration."""

    code = "setting-missing"
    title = "A setting is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Plain settings of one institution.

    `host` is the host name without port under which people and peers reach it; `secrets_dir` holds what the keystore
    does not (nothing in tests); `parameters` are the institution's own named values. `passphrase_cost` is what guessing
    a member of staff's passphrase costs.
    """

    database_url: str
    host: str
    secure_cookies: bool = True
    secrets_dir: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    passphrase_cost: ScryptCost = field(default_factory=ScryptCost)

    def parameter(self, name: str) -> str:
        """Return a named value of the institution.

        Raises:
            SettingMissing: the configuration does not have it.
        """
        try:
            return self.parameters[name]
        except KeyError:
            raise SettingMissing(f"the setting parameters.{name} is missing", setting=f"parameters.{name}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the outside gives: identity, settings, time, chance, keys, the way to peers and who they are."""

    institution: InstitutionId
    settings: Settings
    clock: Clock
    randomness: Randomness
    keystore: Keystore
    transport: Transport
    directory: Directory
