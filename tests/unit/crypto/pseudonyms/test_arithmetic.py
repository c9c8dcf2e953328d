"""Both libraries calculate what the slow implementation does, refuse alike, and are chosen by name (decision 0105)."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event as Synchronised
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import BASE, Ciphertext, Converter, PointInvalid, PointIsIdentity
from mizuhiki.crypto.pseudonyms.arithmetic import (
    SONAME,
    VARIABLE,
    Arithmetic,
    GroupLibraryDiffers,
    GroupLibraryMissing,
    GroupLibraryUnknown,
    arithmetic,
    same_as_libsodium,
)
from mizuhiki.crypto.pseudonyms.arithmetic.by_libdecaf import DecafArithmetic, GroupLibrariesDisagree
from mizuhiki.crypto.pseudonyms.arithmetic.by_libsodium import SodiumArithmetic
from mizuhiki.crypto.pseudonyms.arithmetic.libdecaf import SCALARS, LibDecaf
from mizuhiki.crypto.pseudonyms.group import IDENTITY, ONE, ORDER, multiply_base, scalar_negate
from mizuhiki.runtime.joint_key import JointKeySource
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.ids import InstitutionId
from support import slow_ristretto as slow
from support.environment import make_environment

VECTORS = json.loads((Path(__file__).parents[4] / "vectors" / "ristretto255.json").read_text(encoding="utf-8"))
SCALARS_OF_ANY_SIZE = st.integers(min_value=1, max_value=ORDER - 1)
ZERO = IDENTITY
BAD = [*(bytes.fromhex(one) for one in VECTORS["invalid"]), BASE[:31], BASE + b"\x00", b""]


def octets(scalar: int) -> bytes:
    return scalar.to_bytes(32, "little")


def point(scalar: int) -> bytes:
    return multiply_base(octets(scalar))


KEY = point(11)
GOOD = Ciphertext(point(5), point(7))


@settings(max_examples=8, deadline=None)
@given(st.lists(SCALARS_OF_ANY_SIZE, min_size=12, max_size=12, unique=True))
def test_lines_are_what_the_formulas_give(numbers: list[int]) -> None:
    p, r, mask, n, f, other_n, other_f, third_n, third_f, opening_n, opening_m, y = numbers
    group, person, key = arithmetic(), numbers[0] * slow.BASE, y * slow.BASE
    [line] = group.encrypted([point(p)], [octets(r)], key.encode())
    c1, c2 = r * slow.BASE, person + r * key
    assert line == Ciphertext(c1.encode(), c2.encode())

    factors = [(n, f), (other_n, other_f), (third_n, third_f)]
    pairs = [(octets(left), octets(right)) for left, right in factors]
    masked1, masked2 = c1 + mask * slow.BASE, c2 + mask * key
    expected = [[Ciphertext((g * masked1).encode(), (m * masked2).encode())] for m, g in factors]
    for count in (1, 2, 3):
        assert group.converted([line], [octets(mask)], key.encode(), pairs[:count]) == expected[:count]

    assert group.decrypted([line], octets(y)) == [point(p)]
    opened = opening_n * c2 - opening_m * c1
    assert group.opened([line], octets(opening_n), octets(opening_m)) == [opened.encode()]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(SCALARS_OF_ANY_SIZE, SCALARS_OF_ANY_SIZE), min_size=1, max_size=5))
def test_sums_are_what_the_formulas_give(terms: list[tuple[int, int]]) -> None:
    group = arithmetic()
    given_terms = [(octets(scalar), point(logarithm)) for scalar, logarithm in terms]
    total = sum((scalar * logarithm for scalar, logarithm in terms), start=0) % ORDER
    assert group.combination(*given_terms) == (total * slow.BASE).encode()
    with_more = [*given_terms, (octets(terms[0][0]), BASE), (ZERO, KEY), (octets(3), IDENTITY)]
    assert group.combination(*with_more) == ((total + terms[0][0]) * slow.BASE).encode()

    weights = [ONE, *(scalar for scalar, _ in given_terms[1:])]
    weighted = sum(int.from_bytes(w, "little") * log for w, (_, log) in zip(weights, terms, strict=True)) % ORDER
    assert group.weighted_sum(weights, [one for _, one in given_terms]) == (weighted * slow.BASE).encode()


def test_nothing_to_add_is_the_identity() -> None:
    assert arithmetic().combination() == IDENTITY
    assert arithmetic().combination((octets(2), BASE), (scalar_negate(octets(2)), BASE)) == IDENTITY
    assert arithmetic().weighted_sum([ONE, scalar_negate(ONE)], [KEY, KEY]) == IDENTITY


def test_the_published_multiples_are_decoded_and_made() -> None:
    for j, expected in enumerate(VECTORS["multiples"]):
        assert arithmetic().combination((octets(j), KEY), (scalar_negate(octets(11)), IDENTITY), (ZERO, BASE)) == (
            arithmetic().combination((octets(11), bytes.fromhex(expected)))
        )
        assert arithmetic().combination((octets(j), BASE)).hex() == expected


def test_more_targets_than_are_taken_at_a_time() -> None:
    pairs = [(octets(j + 2), octets(j + 3)) for j in range(SCALARS)]
    found = arithmetic().converted([GOOD, GOOD], [octets(3), octets(4)], KEY, pairs)
    assert found == SodiumArithmetic().converted([GOOD, GOOD], [octets(3), octets(4)], KEY, pairs)
    assert len(found) == SCALARS


Use = Callable[[Arithmetic, bytes], object]
USES: dict[str, Use] = {
    "encrypted point": lambda group, bad: group.encrypted([KEY, bad], [ONE, ONE], KEY),
    "encrypted key": lambda group, bad: group.encrypted([KEY], [ONE], bad),
    "converted first half": lambda group, bad: group.converted([Ciphertext(bad, KEY)], [ONE], KEY, [(ONE, ONE)]),
    "converted second half": lambda group, bad: group.converted([Ciphertext(KEY, bad)], [ONE], KEY, [(ONE, ONE)]),
    "converted key": lambda group, bad: group.converted([GOOD], [ONE], bad, [(ONE, ONE)]),
    "opened first half": lambda group, bad: group.opened([Ciphertext(bad, KEY)], ONE, octets(2)),
    "opened second half": lambda group, bad: group.opened([Ciphertext(KEY, bad)], ONE, octets(2)),
    "decrypted first half": lambda group, bad: group.decrypted([Ciphertext(bad, KEY)], ONE),
    "decrypted second half": lambda group, bad: group.decrypted([Ciphertext(KEY, bad)], ONE),
    "first of a sum": lambda group, bad: group.weighted_sum([ONE, ONE], [bad, KEY]),
    "second of a sum": lambda group, bad: group.weighted_sum([ONE, ONE], [KEY, bad]),
    "third of a sum": lambda group, bad: group.weighted_sum([ONE] * 3, [KEY, KEY, bad]),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("bad", BAD, ids=[f"{j}-{one[:4].hex()}" for j, one in enumerate(BAD)])
def test_what_is_no_point_is_refused_wherever_it_arrives(use: str, bad: bytes) -> None:
    with pytest.raises(PointInvalid):
        USES[use](arithmetic(), bad)


@pytest.mark.parametrize("use", USES)
def test_the_identity_is_refused_wherever_it_arrives(use: str) -> None:
    with pytest.raises(PointIsIdentity):
        USES[use](arithmetic(), IDENTITY)


@pytest.mark.parametrize("bad", BAD)
def test_a_combination_takes_the_identity_and_nothing_else_that_is_no_point(bad: bytes) -> None:
    with pytest.raises(PointInvalid):
        arithmetic().combination((ONE, KEY), (ONE, bad))


def test_a_result_that_would_be_the_identity_is_refused() -> None:
    against = scalar_negate(octets(5))
    negative = multiply_base(against)
    for unmasked in (Ciphertext(negative, KEY), Ciphertext(KEY, point(ORDER - 55))):
        with pytest.raises(PointIsIdentity):
            arithmetic().converted([unmasked], [octets(5)], KEY, [(ONE, ONE), (ONE, ONE)])
        with pytest.raises(PointIsIdentity):
            arithmetic().converted([unmasked], [octets(5)], KEY, [(ONE, ONE)])
    with pytest.raises(PointIsIdentity):
        arithmetic().opened([Ciphertext(KEY, KEY)], ONE, ONE)
    with pytest.raises(PointIsIdentity):
        arithmetic().decrypted([Ciphertext(KEY, KEY)], ONE)
    with pytest.raises(PointIsIdentity):
        arithmetic().weighted_sum([ONE, ZERO], [KEY, KEY])


def test_an_encrypted_point_may_become_the_identity_and_is_told_as_it_is() -> None:
    [line] = arithmetic().encrypted([multiply_base(scalar_negate(octets(22)))], [octets(2)], KEY)
    assert line == Ciphertext(point(2), IDENTITY)


def test_threads_calculate_each_in_its_own_place() -> None:
    group = arithmetic()
    lines = [Ciphertext(point(j + 1), point(2 * j + 3)) for j in range(40)]
    pairs = [(octets(3), octets(5)), (octets(7), octets(9))]

    def work(j: int) -> list[list[Ciphertext]]:
        return group.converted(lines, [octets(j + 1)] * len(lines), point(j % 4 + 1), pairs)

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(work, range(12)))
    assert together == [work(j) for j in range(12)]


def converted_in_a_child(group: Arithmetic, start: Synchronised, results: SimpleQueue[list[list[Ciphertext]]]) -> None:
    start.wait(20)
    for _ in range(20):
        results.put(group.converted([GOOD] * 4, [octets(3)] * 4, KEY, [(octets(5), octets(7))]))


def test_a_process_that_forks_calculates_in_memory_of_its_own() -> None:
    group, forking = arithmetic(), multiprocessing.get_context("fork")
    expected = group.converted([GOOD] * 4, [octets(9)] * 4, KEY, [(octets(2), octets(4))])
    start, results = forking.Event(), forking.SimpleQueue()
    child = forking.Process(target=converted_in_a_child, args=(group, start, results))
    child.start()
    start.set()
    for _ in range(20):
        assert group.converted([GOOD] * 4, [octets(9)] * 4, KEY, [(octets(2), octets(4))]) == expected
    theirs = [results.get() for _ in range(20)]
    child.join(20)
    assert theirs == [group.converted([GOOD] * 4, [octets(3)] * 4, KEY, [(octets(5), octets(7))])] * 20


# What follows is about choosing, and does not depend on the library that the module is run with.


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Choose anew in this test; the fixture of the module chooses again after it."""
    monkeypatch.setattr("mizuhiki.crypto.pseudonyms.arithmetic.arithmetic", arithmetic.__wrapped__)
    return monkeypatch


def chosen(patch: pytest.MonkeyPatch, name: str) -> Arithmetic:
    patch.setenv(VARIABLE, name)
    return arithmetic.__wrapped__()


def test_each_library_is_chosen_by_its_name_and_libdecaf_without_one(afresh: pytest.MonkeyPatch, library: str) -> None:
    assert chosen(afresh, library).name == library
    assert chosen(afresh, "").name == ("libsodium" if LibDecaf.installed() is None else "libdecaf")


def test_a_name_that_is_none_is_refused(afresh: pytest.MonkeyPatch) -> None:
    with pytest.raises(GroupLibraryUnknown, match="libsodium or libdecaf"):
        chosen(afresh, "openssl")


def test_whoever_will_calculate_does_not_start_with_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the fault is the process's own: no case is refused for it."""
    monkeypatch.setenv(VARIABLE, "libdecaff")
    arithmetic.cache_clear()
    try:
        with pytest.raises(GroupLibraryUnknown):
            Converter(InstitutionId("linkage-core"), SecretKey(b"m" * 32), SecretKey(b"k" * 32))
        with pytest.raises(GroupLibraryUnknown):
            JointKeySource(Peers(make_environment("intermediate-pension-service")))
    finally:
        arithmetic.cache_clear()
    assert all(issubclass(one, Corrupt) for one in (GroupLibraryUnknown, GroupLibraryMissing, GroupLibraryDiffers))


def test_where_libdecaf_is_not_installed_libsodium_calculates(afresh: pytest.MonkeyPatch) -> None:
    afresh.setattr("mizuhiki.crypto.pseudonyms.arithmetic.libdecaf.SONAME", "libdecaf-that-nobody-has.so.0")
    assert chosen(afresh, "").name == "libsodium"
    with pytest.raises(GroupLibraryMissing):
        chosen(afresh, "libdecaf")


def test_a_library_that_calculates_something_else_is_not_used() -> None:
    class Other(SodiumArithmetic):
        def opened(self, inputs: Sequence[Ciphertext], n: bytes, m: bytes) -> list[bytes]:
            return super().opened(inputs, m, n)

    with pytest.raises(GroupLibraryDiffers):
        same_as_libsodium(Other())
    assert same_as_libsodium(SodiumArithmetic())


def decaf() -> LibDecaf:
    found = LibDecaf.installed()
    if found is None:
        pytest.skip(f"{SONAME} is optional, and not installed here; in CI the fixture of the module has failed before")
    return found


def test_a_thread_leaves_nothing_of_a_calculation_behind() -> None:
    bound = decaf()
    group = DecafArithmetic(bound)
    group.converted([GOOD], [octets(5)], KEY, [(octets(6), octets(7))])
    with pytest.raises(PointInvalid):
        group.decrypted([Ciphertext(KEY, BASE[:31])], octets(8))
    scratch = bound._scratch
    assert bytes(scratch._memory[:]) == bytes(len(scratch._memory))


def test_a_point_that_only_one_library_refuses_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = decaf()
    monkeypatch.setattr(bound, "decode", lambda *_, **__: False)
    with pytest.raises(GroupLibrariesDisagree):
        DecafArithmetic(bound).decrypted([GOOD], ONE)


def test_a_scalar_that_was_not_checked_is_refused() -> None:
    group = DecafArithmetic(decaf())
    for scalar in (octets(ORDER), octets(2)[:31], b""):
        with pytest.raises(ValueError, match="not checked"):
            group.decrypted([GOOD], scalar)
