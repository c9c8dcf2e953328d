"""`mizuhiki number load`: a finished bulk output taken into the national register of a configuration (R-009, R-013)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mizuhiki.crypto.bulk_number_generation import BulkNumberGenerator, code_of, number_of
from mizuhiki.crypto.keystore import SecretKey, SecretPurpose
from mizuhiki.institutions.national_register.operations.load_numbers import MadeNumber
from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.numbering.code_file import CodeFile, open_code_file
from mizuhiki.numbering.errors import OutputTaken, TooFewCodes
from mizuhiki.numbering.output import Manifest, OutputFolder, digest_of_codes
from mizuhiki.runtime.config import ConfigurationUnreadable, LoadedConfiguration, load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionKind, kind_of
from mizuhiki.world.nation.builders import builder_of

BATCH = 2_000
"""Rows of one transaction."""
Tell = Callable[[str, int, int], None]


def number_key(config: Path) -> SecretKey:
    """Return the key that the national register of a configuration makes its numbers with.

    Raises:
        ConfigurationUnreadable: the file cannot be used, or is not a national register's.
        The keystore's own errors.
    """
    return _of_register(config).keystore().secret(SecretPurpose.NUMBER_GENERATION)


def load_numbers(config: Path, *, codes: Path, out: Path, officer: str, tell: Tell) -> tuple[int, int]:
    """Judge every row, then store what is new; return rows and how many were new. Called again it goes on.

    Raises:
        ConfigurationUnreadable: the file cannot be used, or is not a national register's.
        OutputMissing, OutputCorrupt, OutputTaken: no finished run, damaged, of other codes, of another key, or not of
            first numbers.
        TooFewCodes, CodeFileMissing, CodeFileUnreadable, CodeRowMalformed: the file of codes.
        CodeNotInBundle, NumberDoesNotMatchCode, CodeAlreadyNumbered: a row that the register refuses, by its field
            `row`; nothing is stored then, unless the register was written to meanwhile.
    """
    with _of_register(config).connected() as environment:
        key = environment.keystore.secret(SecretPurpose.NUMBER_GENERATION)
        app = builder_of(environment.institution)(environment)
        register: NationalRegister = app.operations
        actor = Actor(environment.institution, "number-officer", officer)
        trace = environment.randomness.token()
        context = Context(
            actor, "number-assignment", "番号法附則3条", "take in numbers made in bulk", environment.clock, trace
        )
        try:
            return take_in(
                register, context, codes=codes, out=out, key_check=BulkNumberGenerator(key).key_check, tell=tell
            )
        finally:
            app.close()


def take_in(
    register: NationalRegister, context: Context, *, codes: Path, out: Path, key_check: str, tell: Tell
) -> tuple[int, int]:
    """Take an output in, see `load_numbers`; `key_check` is that of the register's key."""
    folder = OutputFolder(out)
    manifest = folder.finished()
    if manifest.key_check != key_check or manifest.generation != 0:
        raise OutputTaken("the output was made under another key, or is not one of first numbers")
    file = open_code_file(codes)
    if file.rows < manifest.count:
        raise TooFewCodes(wanted=manifest.count, given=file.rows)
    for judged in _batches(folder, manifest, file):
        register.judge_numbers(context, judged)
        tell("rows are judged", judged[-1].row, manifest.count)
    new = 0
    for batch in _batches(folder, manifest, file):
        new += register.load_numbers(context, batch)
        tell("numbers are taken in", batch[-1].row, manifest.count)
    return manifest.count, new


def _of_register(config: Path) -> LoadedConfiguration:
    loaded = load(config)
    if kind_of(loaded.institution) is not InstitutionKind.NATIONAL_REGISTER:
        raise ConfigurationUnreadable(f"{config} is the configuration of {loaded.institution}", field="institution")
    return loaded


def _batches(folder: OutputFolder, manifest: Manifest, file: CodeFile) -> Iterator[list[MadeNumber]]:
    for chunk in manifest.chunks:
        numbers, codes = folder.read_chunk(chunk), file.read(chunk.first_row, chunk.rows)
        if digest_of_codes(codes) != chunk.codes_sha256:
            raise OutputTaken("the output was made from other codes")
        for start in range(0, chunk.rows, BATCH):
            some = zip(codes[start : start + BATCH].tolist(), numbers[start : start + BATCH].tolist(), strict=True)
            yield [
                MadeNumber(chunk.first_row + start + row, code_of(code), number_of(number))
                for row, (code, number) in enumerate(some, start=1)
            ]
