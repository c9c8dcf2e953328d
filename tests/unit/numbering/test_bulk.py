"""Bulk numbering from file to folder: results, refusals that leave nothing, killed runs, proof of the output."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from mizuhiki.crypto.bulk_number_generation import code_of, code_tables, number_of, synthetic_codes
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.numbering import errors
from mizuhiki.numbering.bulk import BulkRun, number_in_bulk
from mizuhiki.numbering.output import Manifest, OutputFolder
from mizuhiki.numbering.synthetic_codes import write_synthetic_codes
from mizuhiki.numbering.verification import verify_output
from mizuhiki.vocabulary.errors import MizuhikiError

KEY = SecretKey(bytes(range(32)))
ROWS, CHUNK = 250, 64
CODES = synthetic_codes(code_tables(SeededRandomness(b"codes")), 0, ROWS)


def code_file(folder: Path, codes: np.ndarray = CODES, name: str = "codes.npy") -> Path:
    path = folder / name
    if path.suffix == ".npy":
        np.save(path, codes)
    else:
        path.write_text("".join(f"{code:011d}\n" for code in codes.tolist()), encoding="ascii")
    return path


def run(tmp_path: Path, **changes: object) -> BulkRun:
    values: dict[str, object] = {"codes": tmp_path / "codes.npy", "out": tmp_path / "out", "chunk_rows": CHUNK}
    return BulkRun(**(values | changes))  # type: ignore[arg-type] # fields by name


def numbers_in(out: Path) -> list[int]:
    folder = OutputFolder(out)
    return [int(n) for chunk in folder.finished().chunks for n in folder.read_chunk(chunk)]


@pytest.mark.requirement("R-013")
@pytest.mark.requirement("R-005")
@pytest.mark.parametrize("name", ["codes.npy", "codes.txt", "codes.csv"])
def test_every_code_has_its_number_in_the_order_of_the_codes(tmp_path: Path, name: str) -> None:
    result = number_in_bulk(run(tmp_path, codes=code_file(tmp_path, name=name)), KEY)
    assert (result.count, result.chunks, result.taken_up) == (ROWS, 4, 0)
    expected = [generate_number(KEY, code_of(int(code)), 0) for code in CODES]
    assert [number_of(number) for number in numbers_in(tmp_path / "out")] == expected
    assert verify_output(tmp_path / "out").count == ROWS


def test_only_as_many_codes_are_numbered_as_asked_for(tmp_path: Path) -> None:
    code_file(tmp_path)
    assert number_in_bulk(run(tmp_path, count=100), KEY).count == 100
    assert len(numbers_in(tmp_path / "out")) == 100


def test_more_numbers_than_codes_are_refused(tmp_path: Path) -> None:
    code_file(tmp_path)
    with pytest.raises(errors.TooFewCodes):
        number_in_bulk(run(tmp_path, count=ROWS + 1), KEY)


def test_only_the_owner_may_read_the_output(tmp_path: Path) -> None:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path), KEY)
    out = tmp_path / "out"
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


@pytest.mark.requirement("R-013")
def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path), KEY)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert number_in_bulk(run(tmp_path), KEY).taken_up == 4
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


KILLED = """
import os, sys
from pathlib import Path
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.numbering import output
from mizuhiki.numbering.bulk import BulkRun, number_in_bulk

left, when = int(sys.argv[2]), sys.argv[3]
replace = Path.replace
def dying(self, target):
    global left
    left -= 1
    if when == "before" and left < 0:
        os._exit(9)
    replace(self, target)
    if when == "after" and left < 0:
        os._exit(9)
Path.replace = dying
folder = Path(sys.argv[1])
number_in_bulk(BulkRun(codes=folder / "codes.npy", out=folder / "out", chunk_rows=64, workers=1),
               SecretKey(bytes(range(32))))
"""


@pytest.mark.requirement("R-013")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("renamed", [0, 2, 5, 9])
def test_a_run_killed_at_any_file_is_taken_up_and_ends_the_same(tmp_path: Path, renamed: int, when: str) -> None:
    code_file(tmp_path)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(renamed), when], check=False)
    assert ended.returncode == 9
    if renamed < 9 or when == "before":
        with pytest.raises(errors.OutputMissing):
            verify_output(tmp_path / "out")
    number_in_bulk(run(tmp_path), KEY)
    expected = [int(generate_number(KEY, code_of(int(code)), 0).reveal()) for code in CODES]
    assert numbers_in(tmp_path / "out") == expected
    assert verify_output(tmp_path / "out").chunks == 4


def refused(tmp_path: Path, kind: type[Exception], **changes: object) -> MizuhikiError:
    """Run, expect a refusal, and check that nothing was written."""
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(kind) as caught:
        number_in_bulk(run(tmp_path, **changes), KEY)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    error = caught.value
    assert isinstance(error, MizuhikiError)
    assert not any(len(str(value)) > 8 and str(value).isdigit() for value in error.fields.values())
    return error


@pytest.mark.parametrize("row", [1, 64, 65, 250])
@pytest.mark.parametrize("name", ["codes.npy", "codes.txt"])
def test_a_wrong_check_digit_is_refused_with_its_row(tmp_path: Path, row: int, name: str) -> None:
    codes = CODES.copy()
    codes[row - 1] = codes[row - 1] // 10 * 10 + (codes[row - 1] + 1) % 10
    error = refused(tmp_path, errors.CodeRowMalformed, codes=code_file(tmp_path, codes, name))
    assert error.fields == {"row": row, "reason": "wrong-check-digit"}


@pytest.mark.parametrize("value", [10**11, 2**64 - 1])
def test_a_value_with_too_many_digits_is_refused_with_its_row(tmp_path: Path, value: int) -> None:
    codes = CODES.copy()
    codes[69] = value
    error = refused(tmp_path, errors.CodeRowMalformed, codes=code_file(tmp_path, codes))
    assert error.fields == {"row": 70, "reason": "wrong-length"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1234567890", "wrong-length"),
        ("123456789012", "wrong-length"),
        ("", "not-digits"),
        ("1234567890x", "not-digits"),
    ],
)
def test_a_bad_line_is_refused_with_its_row(tmp_path: Path, line: str, reason: str) -> None:
    path = code_file(tmp_path, name="codes.txt")
    lines = path.read_text(encoding="ascii").splitlines()
    lines[99] = line
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    error = refused(tmp_path, errors.CodeRowMalformed, codes=path)
    assert error.fields == {"row": 100, "reason": reason}


def test_lines_may_end_as_on_other_systems_and_the_last_without_an_end(tmp_path: Path) -> None:
    path = code_file(tmp_path, name="codes.txt")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").rstrip(b"\r\n"))
    assert number_in_bulk(run(tmp_path, codes=path), KEY).count == ROWS


@pytest.mark.requirement("R-009")
@pytest.mark.parametrize(("first", "second"), [(1, 2), (10, 250), (63, 66)])
def test_a_code_that_stands_twice_is_refused_with_both_rows(tmp_path: Path, first: int, second: int) -> None:
    codes = CODES.copy()
    codes[second - 1] = codes[first - 1]
    error = refused(tmp_path, errors.CodeRowRepeated, codes=code_file(tmp_path, codes))
    assert error.fields == {"row": second, "first_row": first}


@pytest.mark.requirement("R-009")
def test_a_generation_that_an_earlier_run_used_is_refused_with_its_row(tmp_path: Path) -> None:
    earlier = code_file(tmp_path, CODES[:100], "earlier.npy")
    number_in_bulk(run(tmp_path, codes=earlier, out=tmp_path / "earlier"), KEY)
    later = np.concatenate([CODES[100:], CODES[40:41]])
    path = code_file(tmp_path, later)
    error = refused(tmp_path, errors.GenerationUsed, codes=path, given=(tmp_path / "earlier",))
    assert error.fields == {"row": 151, "generation": 0}
    number_in_bulk(run(tmp_path, generation=1, given=(tmp_path / "earlier",)), KEY)
    assert not set(numbers_in(tmp_path / "out")) & set(numbers_in(tmp_path / "earlier"))


def test_an_earlier_run_under_another_key_says_nothing_and_is_refused(tmp_path: Path) -> None:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path, out=tmp_path / "earlier"), SecretKey(bytes(32)))
    refused(tmp_path, errors.OutputTaken, given=(tmp_path / "earlier",))


@pytest.mark.parametrize("change", [{"count": 249}, {"generation": 1}, {"chunk_rows": 32}])
def test_a_folder_with_another_run_is_left_alone(tmp_path: Path, change: dict[str, object]) -> None:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path), KEY)
    refused(tmp_path, errors.OutputTaken, **change)


def test_a_run_is_not_taken_up_under_another_key_or_with_other_codes(tmp_path: Path) -> None:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path), KEY)
    with pytest.raises(errors.OutputTaken):
        number_in_bulk(run(tmp_path), SecretKey(bytes(32)))
    code_file(tmp_path, CODES[::-1])
    refused(tmp_path, errors.OutputTaken)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    code_file(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    refused(tmp_path, errors.OutputTaken)


def test_two_runs_never_write_into_one_folder(tmp_path: Path) -> None:
    code_file(tmp_path)
    with OutputFolder(tmp_path / "out").locked():
        refused(tmp_path, errors.OutputBusy)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"no array at all, but long enough to look like one"])
def test_a_file_that_is_no_array_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "codes.npy").write_bytes(content)
    refused(tmp_path, errors.CodeFileUnreadable)


def test_an_array_of_another_kind_or_a_cut_one_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "codes.npy", CODES.astype(np.int32))
    refused(tmp_path, errors.CodeFileUnreadable)
    path = code_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-8])
    refused(tmp_path, errors.CodeFileUnreadable)


def test_a_missing_file_and_an_unknown_ending_are_refused(tmp_path: Path) -> None:
    refused(tmp_path, errors.CodeFileMissing)
    refused(tmp_path, errors.CodeFileUnreadable, codes=code_file(tmp_path, name="codes.dat"))


def replaced(out: Path, number: int, numbers: np.ndarray) -> None:
    """Put other numbers into a chunk, with a digest that fits them."""
    folder = OutputFolder(out)
    manifest = folder.finished()
    path = out / manifest.chunks[number].file
    np.save(path, numbers)
    chunks = list(manifest.chunks)
    chunks[number] = msgspec.structs.replace(chunks[number], sha256=sha256(path.read_bytes()).hex())
    folder.write_manifest(msgspec.structs.replace(manifest, chunks=chunks))


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    code_file(tmp_path)
    number_in_bulk(run(tmp_path), KEY)
    return tmp_path / "out"


@pytest.mark.requirement("R-009")
@pytest.mark.parametrize(("first", "second"), [((0, 3), (0, 4)), ((0, 0), (3, 57)), ((1, 63), (2, 0))])
def test_a_number_that_stands_twice_is_found(finished: Path, first: tuple[int, int], second: tuple[int, int]) -> None:
    folder = OutputFolder(finished)
    chunks = folder.finished().chunks
    copied = folder.read_chunk(chunks[first[0]])[first[1]]
    numbers = folder.read_chunk(chunks[second[0]]).copy()
    numbers[second[1]] = copied
    replaced(finished, second[0], numbers)
    with pytest.raises(errors.OutputCorrupt) as caught:
        verify_output(finished)
    rows = [64 * chunk + row + 1 for chunk, row in (first, second)]
    assert caught.value.fields == {"first_row": rows[0], "row": rows[1]}


def test_a_wrong_check_digit_in_the_output_is_found(finished: Path) -> None:
    folder = OutputFolder(finished)
    numbers = folder.read_chunk(folder.finished().chunks[1]).copy()
    numbers[5] = numbers[5] // 10 * 10 + (numbers[5] + 1) % 10
    replaced(finished, 1, numbers)
    with pytest.raises(errors.OutputCorrupt) as caught:
        verify_output(finished)
    assert caught.value.fields == {"row": 70}


def test_an_altered_or_missing_file_is_found_and_never_built_upon(finished: Path, tmp_path: Path) -> None:
    path = finished / "numbers-00002.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(errors.OutputCorrupt):
        verify_output(finished)
    with pytest.raises(errors.OutputCorrupt):
        number_in_bulk(run(tmp_path), KEY)
    path.unlink()
    with pytest.raises(errors.OutputCorrupt):
        verify_output(finished)


@pytest.mark.parametrize("left", [slice(1, None), slice(None, -1)])
def test_missing_rows_are_found(finished: Path, left: slice) -> None:
    folder = OutputFolder(finished)
    manifest = folder.finished()
    folder.write_manifest(msgspec.structs.replace(manifest, chunks=manifest.chunks[left]))
    with pytest.raises(errors.OutputCorrupt):
        verify_output(finished)


def test_an_unreadable_manifest_is_no_output(finished: Path) -> None:
    (finished / "manifest.json").write_bytes(b"{")
    with pytest.raises(errors.OutputCorrupt):
        verify_output(finished)


def test_the_manifest_shows_no_number_and_no_code(finished: Path) -> None:
    text = (finished / "manifest.json").read_text(encoding="utf-8")
    manifest = msgspec.json.decode(text, type=Manifest)
    assert manifest.complete
    assert not any(f"{value}" in text for value in [*numbers_in(finished), *CODES.tolist()])


@pytest.mark.parametrize("name", ["codes.npy", "codes.txt"])
def test_invented_codes_are_different_and_repeatable(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_synthetic_codes(tmp_path / folder / name, 5000, SeededRandomness(b"seed"))
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert number_in_bulk(run(tmp_path, codes=tmp_path / "one" / name), KEY).count == 5000
    with pytest.raises(errors.OutputTaken):
        write_synthetic_codes(tmp_path / "one" / name, 5000, SeededRandomness(b"seed"))
