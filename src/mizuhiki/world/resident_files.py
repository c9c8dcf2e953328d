"""Files of residents on a municipality's own machine, without the limit of a page: its registrar signs in as there.

It works on the same database as the running service, whose jobs send on what is queued.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mizuhiki.institutions.municipality.domain.resident_file import FileEncoding
from mizuhiki.institutions.municipality.domain.resident_package import FileWanted
from mizuhiki.institutions.municipality.operations.resident_files import ExportedResidents, FileReport, Progress
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.web.desk import NUMBERING, REGISTER, Grounds
from mizuhiki.runtime.config import ConfigurationUnreadable, load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.staff_sign_in import CheckPassphrase, DatabaseStaffAccounts, StaffAccount
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.world.nation.builders import builder_of


@dataclass(frozen=True, slots=True)
class FileDesk:
    """A municipality's files of residents for one signed-in member of staff; what the role may not do is refused."""

    operations: MunicipalityOperations
    environment: Environment
    staff: StaffAccount

    def check(self, content: bytes, encoding: str) -> FileReport:
        """Check a file and store nothing; `encoding` is a value of `FileEncoding`, as everywhere here."""
        context = self._context(REGISTER, "check a file of residents")
        return self.operations.files.check(context, content, FileEncoding(encoding))

    def take(self, content: bytes, encoding: str, progress: Progress) -> FileReport:
        """Take a file over when it has no fault; the same file again goes on where a run was cut off."""
        context = self._context(NUMBERING, "take a file of residents")
        return self.operations.files.take(context, content, progress, FileEncoding(encoding))

    def export(self, holds: str, encoding: str, receiver: str, into: BinaryIO | None) -> ExportedResidents:
        """Write the current residents as a system can hold them, or say what would become of them.

        `holds` is a value of `Repertoire`; `receiver` names a system that lacks characters.
        """
        context = self._context(REGISTER, "write residents to a file")
        wanted = FileWanted(Repertoire(holds), FileEncoding(encoding), receiver)
        return self.operations.files.export(context, wanted, into=into)

    def _context(self, grounds: Grounds, purpose: str) -> Context:
        environment = self.environment
        actor = Actor(environment.institution, self.staff.role, self.staff.account)
        trace = environment.randomness.token()
        return Context(actor, grounds.affair, grounds.basis, purpose, environment.clock, trace)


@contextmanager
def file_desk(config: Path, account: str, passphrase: str) -> Iterator[FileDesk]:
    """Open the municipality of a configuration for a member of its staff.

    Raises:
        ConfigurationUnreadable: the file cannot be used, or is of another institution.
        PassphraseWrong: no such account, or another passphrase.
    """
    with load(config).connected() as environment:
        app = builder_of(environment.institution)(environment)
        try:
            if not isinstance(app.operations, MunicipalityOperations):
                raise ConfigurationUnreadable(f"{config} is not of a municipality", field="institution")
            yield FileDesk(app.operations, environment, _signed_in(environment, account, passphrase))
        finally:
            app.close()


def _signed_in(environment: Environment, account: str, passphrase: str) -> StaffAccount:
    database = Database(environment.settings.database_url)
    try:
        return CheckPassphrase(DatabaseStaffAccounts(database), environment).account_of(account, passphrase)
    finally:
        database.dispose()
