"""Sign-in of staff."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.crypto.passphrases import PassphraseRecordDamaged, PassphraseWrong, hash_passphrase, verify_passphrase
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime import staff_sign_in
from mizuhiki.runtime.staff_sign_in import SqlStaff
from support.environment import CHEAP
from support.pages import PASSPHRASE, SitePlace, sign_in


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> SitePlace:
    place = SitePlace(tmp_path).with_staff()
    place.site.route("/wanted", endpoint="wanted")(lambda: "inside")
    return place


def test_signing_in_leads_to_the_page_that_was_wanted(place: SitePlace) -> None:
    client = place.client()
    assert client.get("/wanted?x=1").headers["Location"] == "/sign-in"
    assert sign_in(client).headers["Location"] == "/wanted?x=1"
    assert client.get("/wanted").text == "inside"


def test_an_unknown_account_and_a_wrong_passphrase_look_the_same(place: SitePlace) -> None:
    unknown = sign_in(place.client(), account="nobody1")
    wrong = sign_in(place.client(), passphrase="guess")
    assert unknown.status_code == wrong.status_code == 422
    error = "アカウントまたはパスフレーズが違います"
    assert error in unknown.text
    assert error in wrong.text
    assert 'value="nobody1"' in unknown.text
    assert "guess" not in wrong.text


def test_an_account_that_was_opened_costs_as_much_to_guess_as_one_that_does_not_exist(
    place: SitePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqlStaff(place.database, place.environment).open("opened", "架空 次郎", "clerk", PASSPHRASE)
    checked: list[str] = []

    def verify(passphrase: str, stored: str) -> None:
        checked.append(stored)
        verify_passphrase(passphrase, stored)

    monkeypatch.setattr(staff_sign_in, "verify_passphrase", verify)
    assert sign_in(place.client(), account="opened").status_code == 303
    assert sign_in(place.client(), account="nobody2").status_code == 422
    known, unknown = (stored.split("$")[:4] for stored in checked)
    assert known == unknown == ["scrypt", str(CHEAP.n), str(CHEAP.r), str(CHEAP.p)]


def test_the_empty_passphrase_of_no_account_opens_nothing(place: SitePlace) -> None:
    client = place.client()
    assert sign_in(client, account="", passphrase="").status_code == 422
    assert client.get("/wanted").status_code == 303


def test_the_sixth_try_for_one_account_within_a_minute_is_refused_also_with_the_right_passphrase(
    place: SitePlace,
) -> None:
    for _ in range(5):
        assert sign_in(place.client(), passphrase="guess").status_code == 422
    answer = sign_in(place.client(), passphrase=PASSPHRASE)
    assert answer.status_code == 429
    assert "too-many-attempts" in answer.text


def test_a_stored_passphrase_accepts_only_itself() -> None:
    stored = hash_passphrase("right", SeededRandomness(b"x"), CHEAP)
    verify_passphrase("right", stored)
    assert "right" not in stored
    with pytest.raises(PassphraseWrong):
        verify_passphrase("Right", stored)


@pytest.mark.parametrize("stored", ["", "scrypt$x$8$1$AA==$AA==", "md5$1$2$3$4$5", "scrypt$16$1$1$%$AA=="])
def test_a_damaged_passphrase_record_is_not_a_wrong_passphrase(stored: str) -> None:
    with pytest.raises(PassphraseRecordDamaged):
        verify_passphrase("x", stored)
