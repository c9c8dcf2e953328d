"""Generations of pseudonyms at the two converters: the ceremony, renewals, links, and everything that is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProofInvalid, OpeningProofInvalid
from mizuhiki.institutions.linkage_core.domain.cases import HalfConversion
from mizuhiki.institutions.linkage_core.operations.examine_links import LinkNotRecorded, LinkUnproved
from mizuhiki.institutions.linkage_core.store.tables import LINKS
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.ledger.verify import EntryMissing, MalformedBundle, verify
from mizuhiki.runtime.conversion_keys import ConvertedBatch, HalvesMixed
from mizuhiki.runtime.generation_source import GenerationSource
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.problems import PeerConflict, PeerMalformed, PeerRefused
from mizuhiki.vocabulary.generations import (
    GenerationClosed,
    GenerationDatesUnfit,
    GenerationNotOpen,
    GenerationOfOneConverter,
    GenerationOpenedBefore,
    GenerationOutOfOrder,
    Generations,
)
from mizuhiki.wire import commission, linkage_core
from unit.institutions.linkage_core.kit import (
    COMMISSION,
    CORE,
    HANAKO,
    JIRO,
    TARO,
    FakeServer,
    Linkage,
    expected_pseudonym,
)


def refused(place: Linkage, submitted: linkage_core.SubmittedRenewal, by: FakeServer | None = None) -> str:
    with pytest.raises((PeerRefused, PeerConflict, PeerMalformed)) as caught:
        (by or place.asker).peers.call(CORE, linkage_core.RENEW_PSEUDONYMS, submitted)
    return str(caught.value.peer_code)


@pytest.mark.requirement("R-032", "R-220")
def test_a_generation_is_opened_by_both_converters_in_order_and_once(place: Linkage) -> None:
    with pytest.raises(GenerationOfOneConverter):
        place.open_at_core()
    with pytest.raises(GenerationOutOfOrder):
        place.open_at_commission(3)
    with pytest.raises(GenerationDatesUnfit):
        place.open_at_commission(issue_in=-timedelta(seconds=1))
    place.open_at_commission()
    with pytest.raises(GenerationOpenedBefore):
        place.open_at_commission()
    with pytest.raises(GenerationOutOfOrder):
        place.open_at_commission(3)  # two are open
    place.open_at_core()
    with pytest.raises(GenerationOpenedBefore):
        place.open_at_core()


@pytest.mark.requirement("R-032")
def test_what_one_converter_opened_alone_is_of_no_use_to_anybody(place: Linkage) -> None:
    place.open_at_commission()
    server = place.asker
    source = GenerationSource(server.peers, place.clock)
    assert source.current().open_at(place.clock.now()) == (1,)
    with pytest.raises(PeerRefused) as caught:
        server.keys.own_key(2)
    assert caught.value.peer_code == "pseudonym-generation-not-open"
    assert refused(place, server.renewal(HANAKO)) == "pseudonym-generation-not-open"
    assert place.refusals() == [("pseudonym-generation-not-open", CORE)]
    place.open_at_core()
    place.clock.advance(timedelta(minutes=11))
    assert source.current().open_at(place.clock.now()) == (1, 2)


def test_the_end_of_a_generation_needs_both_and_a_newer_one_in_issue(place: Linkage) -> None:
    officers = place.staff(COMMISSION, "generation-officer"), place.staff(CORE, "generation-officer")
    books = place.commission.operations.generations, place.core.operations.generations
    now = place.clock.now()
    with pytest.raises(GenerationOutOfOrder):
        books[0].close(officers[0], generation=1, at=now)
    place.open_generation()
    with pytest.raises(GenerationOfOneConverter):
        books[1].close(officers[1], generation=1)
    with pytest.raises(GenerationDatesUnfit):
        books[0].close(officers[0], generation=1, at=now + timedelta(hours=1))  # 2 is issued from tomorrow on
    with pytest.raises(GenerationOutOfOrder):
        books[0].close(officers[0], generation=2, at=now + timedelta(days=9))
    with pytest.raises(GenerationNotOpen):
        books[0].close(officers[0], generation=3, at=now + timedelta(days=9))
    place.close_generation()
    with pytest.raises(GenerationClosed):
        books[0].close(officers[0], generation=1, at=place.clock.now() + timedelta(days=9))


@pytest.mark.parametrize("change", ["converter", "signer", "one", "empty"])
def test_statements_about_generations_are_taken_from_their_converters_only(place: Linkage, change: str) -> None:
    place.open_generation()
    server = place.asker
    theirs, ours = server.peers.call(CORE, linkage_core.GENERATIONS, linkage_core.GenerationsRequest()).statements
    kind = commission.GENERATIONS_STATEMENT_TYPE
    payload = server.peers.verify(theirs, commission.GenerationsStatement, kind).payload
    forged = {
        "converter": lambda: [ours, ours],
        "signer": lambda: [server.peers.sign(kind, payload), ours],
        "one": lambda: [theirs],
        "empty": lambda: [server.peers.sign(kind, msgspec.structs.replace(payload, generations=[])), ours],
    }[change]()
    with pytest.raises(Exception, match="fit") as caught:
        GenerationSource(server.peers, place.clock).check(forged)
    assert getattr(caught.value, "code", "") == "pseudonym-generations-unproved"


@pytest.mark.requirement("R-220")
def test_a_renewal_gives_the_holder_exactly_its_pseudonyms_of_the_next_generation(place: Linkage) -> None:
    place.open_generation()
    server = place.asker
    found = server.renew(server.renewal(HANAKO, TARO))
    assert [one.reveal() for one in found] == [expected_pseudonym(seed, server.name, 2) for seed in (HANAKO, TARO)]
    back = server.renew(server.renewal(TARO, generation=2, to_generation=1))
    assert [one.reveal() for one in back] == [expected_pseudonym(TARO, server.name, 1)]


@pytest.mark.requirement("R-220")
def test_the_core_links_its_own_pseudonyms_once_whoever_renews_and_the_commission_keeps_none(place: Linkage) -> None:
    place.open_generation()
    for server in (place.asker, place.provider, place.asker):
        server.renew(server.renewal(HANAKO, TARO))
    store = place.core.operations.store
    assert {(one.reveal(), other.reveal()) for one, other in store.links()} == {
        (expected_pseudonym(seed, CORE, 1), expected_pseudonym(seed, CORE, 2)) for seed in (HANAKO, TARO)
    }
    examined = place.core.operations.links(place.staff(CORE, "generation-officer"))
    assert (examined.batches, examined.links) == (1, 2)
    secrets = [
        expected_pseudonym(seed, name, generation)
        for seed in (HANAKO, TARO)
        for name in (place.asker.name, place.provider.name, CORE)
        for generation in (1, 2)
    ]
    for environment in (place.core_environment, place.commission_environment):
        stored = stored_bytes(environment.settings.database_url)
        assert not [secret for secret in secrets if secret in stored]


def stored_bytes(url: str) -> bytes:
    import sqlalchemy as sa  # noqa: PLC0415 - for this look into every table

    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        cells = [
            cell for table in metadata.tables.values() for row in connection.execute(sa.select(table)) for cell in row
        ]
    engine.dispose()
    return b"|".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)


def entries(bundle: str) -> list[dict[str, Any]]:
    return [json.loads(entry["entry"]) for shard in json.loads(bundle)["shards"] for entry in shard["entries"]]


def published(place: Linkage) -> dict[str, bytes]:
    return {key_name(name): place.directory.entry(name).checkpoint_key for name in (CORE, COMMISSION)}


@pytest.mark.requirement("R-026", "R-220")
def test_a_persons_record_spans_both_generations_and_verifies_offline(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.open_generation()
    for server in (place.asker, place.portal):
        server.renew(server.renewal(HANAKO, TARO))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))  # during the overlap both are answered
    place.clock.advance(timedelta(days=1))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, generation=2), generation=2))
    for generation in (1, 2):
        bundle = place.open_history(place.history_request(HANAKO, serial=generation, generation=generation))
        verdict = verify(bundle, published(place))
        kinds = [one["kind"] for one in entries(bundle)]
        assert kinds.count("exchange") == 3
        assert kinds.count("generation-link") == 2
        assert any("2 pseudonyms" in note for note in verdict.notes)
    place.close_generation()
    bundle = place.open_history(place.history_request(HANAKO, serial=3, generation=2))
    verify(bundle, published(place))
    assert [one["kind"] for one in entries(bundle)].count("exchange") == 3
    other = place.open_history(place.history_request(JIRO, serial=4, generation=2))
    assert entries(other) == []


@pytest.mark.requirement("R-220")
def test_a_record_shown_without_its_other_generation_is_found_out_offline(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.open_generation()
    place.asker.renew(place.asker.renewal(HANAKO))
    bundle = place.open_history(place.history_request(HANAKO, generation=2))
    document = json.loads(bundle)
    new, old = document["shards"]
    verify(json.dumps(document), published(place))
    for kept in (new, old):
        with pytest.raises(EntryMissing):
            verify(json.dumps({**document, "shards": [kept]}), published(place))
    with pytest.raises(MalformedBundle):
        verify(json.dumps({**document, "shards": [new, new]}), published(place))


@pytest.mark.requirement("R-027", "R-220")
def test_a_closed_generation_is_refused_by_name_by_both_converters(place: Linkage) -> None:
    place.open_generation()
    server = place.asker
    server.renew(server.renewal(HANAKO))
    place.clock.advance(timedelta(days=1))
    place.close_generation()
    for submit in (
        lambda: server.ask(server.inquiry(server.encrypt(HANAKO))),
        lambda: server.peers.call(CORE, linkage_core.SEND_NOTICE, server.notice(HANAKO)),
        lambda: place.issue(server, {"number": JIRO}),
        lambda: server.peers.call(CORE, linkage_core.RENEW_PSEUDONYMS, server.renewal(JIRO)),
    ):
        with pytest.raises(PeerRefused) as caught:
            submit()
        assert caught.value.peer_code == "pseudonym-generation-closed"
    assert [rule for allowed, rule in place.decisions() if not allowed] == ["pseudonym-generation-closed"] * 4
    with pytest.raises(PeerRefused):
        server.peers.call_sealed(
            COMMISSION, commission.GIVE_KEY_SHARE, commission.KeyShareRequest(generation=1), commission.KeyShare
        )


@pytest.mark.requirement("R-220")
def test_the_core_refuses_a_closed_generation_on_its_own_word_too(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commission that forgot to close converts; the core does not."""
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))  # the provider has its key of this generation
    place.open_generation()
    place.clock.advance(timedelta(days=1))
    place.close_generation()
    monkeypatch.setattr(place.commission.operations.conversions.generations, "current", Generations)
    with pytest.raises(PeerRefused) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert caught.value.peer_code == "pseudonym-generation-closed"
    assert place.refusals()[-1] == ("pseudonym-generation-closed", CORE)


def test_a_renewal_is_for_its_own_signer_between_neighbours_and_of_what_was_signed(place: Linkage) -> None:
    place.open_generation()
    asker, provider = place.asker, place.provider
    for submitted, code in (
        (asker.renewal(HANAKO, holder=provider.name), "wrong-signer"),
        (provider.renewal(HANAKO), "wrong-signer"),
        (asker.renewal(HANAKO, holder="linkage-core"), "wrong-signer"),
        (asker.renewal(HANAKO, to_generation=1), "pseudonym-generation-out-of-order"),
        (asker.renewal(HANAKO, to_generation=3), "pseudonym-generation-not-open"),
        (asker.renewal(HANAKO, to_generation=0), "pseudonym-generation-not-open"),
        (asker.renewal(HANAKO, generation=3, to_generation=2), "pseudonym-generation-not-open"),
        (asker.renewal(HANAKO, persons=2), "core-inputs-altered"),
    ):
        found = refused(place, submitted)
        assert found.endswith(code.removeprefix("core-")), found
    refusals = {rule for allowed, rule in place.decisions() if not allowed}
    assert refusals == {"pseudonym-generation-out-of-order", "pseudonym-generation-not-open"}
    own = asker.renewal(HANAKO)
    assert refused(place, linkage_core.SubmittedRenewal(case=own.case, inputs=asker.encrypt(TARO))).endswith("altered")
    assert place.core.operations.store.links() == []


def swapped(half: HalfConversion) -> HalfConversion:
    return replace(half, outputs=half.outputs[::-1])


@pytest.mark.requirement("R-220")
@pytest.mark.parametrize(
    ("alter", "code"),
    [
        (lambda halves: (halves[0], halves[1], swapped(halves[2])), "conversion-proof-invalid"),
        (lambda halves: (halves[0], swapped(halves[1]), halves[2]), "conversion-proof-invalid"),
        (lambda halves: (halves[0], halves[1], replace(halves[2], proof=None)), "core-first-half-unfit"),
        (lambda halves: halves[:2], "core-first-half-unfit"),
        (lambda halves: (*halves, halves[2]), "core-first-half-unfit"),
        (
            lambda halves: (halves[0], replace(halves[1], generation=2), replace(halves[2], generation=1)),
            "conversion-proof-invalid",
        ),
        (lambda halves: (replace(halves[0], generation=None), *halves[1:]), "core-first-half-unfit"),
    ],
)
def test_halves_of_a_renewal_that_the_commission_did_not_prove_are_refused(
    place: Linkage, monkeypatch: pytest.MonkeyPatch, alter: Any, code: str
) -> None:
    place.open_generation()
    first = place.core.operations.cases.renew.exchange.first
    convert = first.convert

    def altered(case: Any, submitted: Any) -> Any:
        found = convert(case, submitted)
        by_aim = sorted(found.conversions, key=lambda half: (half.target == CORE, half.generation))
        return replace(found, conversions=tuple(alter(tuple(by_aim))))

    monkeypatch.setattr(first, "convert", altered)
    assert refused(place, place.asker.renewal(HANAKO, TARO)) == code
    assert place.core.operations.store.links() == []


class Lenient:
    """A book of a commission that thinks everything open."""

    def require_open(self, _generation: int, _now: object) -> None: ...

    def require_known(self, _generation: int, _now: object) -> None: ...

    def require_neighbours(self, _one: int, _other: int, _now: object) -> None: ...


@pytest.mark.parametrize(
    ("to_generation", "code"), [(3, "pseudonym-generation-not-open"), (1, "pseudonym-generation-out-of-order")]
)
def test_the_core_looks_at_the_generations_of_a_renewal_itself(
    place: Linkage, monkeypatch: pytest.MonkeyPatch, to_generation: int, code: str
) -> None:
    place.open_generation()
    operations = place.commission.operations
    for book in {operations.conversions.generations, operations.factors.generations}:
        monkeypatch.setattr(book, "current", Lenient)
    assert refused(place, place.asker.renewal(HANAKO, to_generation=to_generation)) == code
    assert place.refusals() == [(code, CORE)]
    assert place.core.operations.store.links() == []


def test_a_renewal_is_carried_out_once_and_told_again_to_its_holder_only(place: Linkage) -> None:
    place.open_generation()
    server = place.asker
    submitted = server.renewal(HANAKO)
    assert server.renew(submitted) == server.renew(submitted)
    assert refused(place, submitted, by=place.provider).endswith("wrong-signer")
    payload = server.peers.verify(submitted.case, linkage_core.Renewal, linkage_core.RENEWAL_TYPE).payload
    again = server.renewal(TARO, nonce=payload.nonce)
    assert "replayed" in refused(place, again)
    changed = server.renewal(TARO, batch_id=payload.batch_id)
    assert "changed" in refused(place, changed)
    assert len(place.core.operations.store.links()) == 1


def test_pseudonyms_of_another_institution_renew_to_nobodys(place: Linkage) -> None:
    """Ciphertexts of somebody else's pseudonyms, or of the wrong generation, give a point that is no pseudonym."""
    place.open_generation()
    asker = place.asker
    known = {
        expected_pseudonym(HANAKO, name, generation)
        for name in (asker.name, place.provider.name, CORE)
        for generation in (1, 2)
    }
    for inputs in (place.provider.encrypt(HANAKO), asker.encrypt(HANAKO, generation=2)):
        [found] = asker.renew(asker.renewal(inputs=inputs))
        assert found.reveal() not in known
    assert not {one.reveal() for pair in place.core.operations.store.links() for one in pair} & known


def test_halves_of_two_generations_do_not_go_together(place: Linkage) -> None:
    place.open_generation()
    server = place.asker
    nation = place.core.operations.cases.convert
    inputs: list[Ciphertext] = server.encrypt(HANAKO)
    both = place.commission.operations.conversions.converter, nation.converter

    def half(place_of: int, given: list[Ciphertext], reached: int) -> commission.ConversionTarget:
        key_in = server.keys.joint_key()
        if place_of:
            key_in = both[0].key_out(server.name, reached, key_in)
        outputs, proof = both[place_of].convert(
            given,
            source=server.name,
            target=server.name,
            generation=1,
            key_in=key_in,
            batch_id="b",
            randomness=server.randomness,
            target_generation=reached,
        )
        return commission.ConversionTarget(target=server.name, outputs=outputs, proof=proof, generation=reached)

    first_old, first_new = half(0, inputs, 1), half(0, inputs, 2)
    second_new = half(1, first_new.outputs, 2)
    good = ConvertedBatch(inputs, [first_new, second_new], server.name, server.name, 1, "b", 2)
    server.keys.check(good)
    relabelled = msgspec.structs.replace(first_old, generation=2)
    for halves, error in (
        ([first_old, second_new], HalvesMixed),
        ([relabelled, second_new], ConversionProofInvalid),
        ([relabelled, half(1, first_old.outputs, 2)], ConversionProofInvalid),
    ):
        with pytest.raises(error):
            server.keys.check(ConvertedBatch(inputs, halves, server.name, server.name, 1, "b", 2))


@pytest.mark.requirement("R-220")
@pytest.mark.parametrize("damage", ["swapped", "stranger", "other batch", "order"])
def test_a_kept_renewal_that_was_altered_is_not_proved(place: Linkage, damage: str) -> None:
    place.open_generation()
    place.asker.renew(place.asker.renewal(HANAKO, TARO))
    operations = place.core.operations
    [renewal] = list(operations.store.renewals())
    operations.cases.renew.verify(renewal)
    later = renewal.later
    stranger = type(later.persons[0])(expected_pseudonym(JIRO, CORE, 2))
    altered = {
        "swapped": replace(renewal, later=replace(later, persons=later.persons[::-1])),
        "stranger": replace(renewal, later=replace(later, persons=(stranger, later.persons[1]))),
        "other batch": replace(renewal, batch_id="another"),
        "order": replace(renewal, earlier=later, later=renewal.earlier),
    }[damage]
    with pytest.raises((OpeningProofInvalid, ConversionProofInvalid)):
        operations.cases.renew.verify(altered)


def test_a_link_in_no_proved_batch_is_found(place: Linkage) -> None:
    place.open_generation()
    place.asker.renew(place.asker.renewal(HANAKO))
    store, officer = place.core.operations.store, place.staff(CORE, "generation-officer")
    [(earlier, _)] = store.links()
    row = store._cipher.person_index(earlier)
    with store._database.write() as connection:
        connection.execute(
            LINKS.insert().values(
                later_index=row,
                earlier_index=b"another",
                later_encrypted=store._cipher.encrypt_person(earlier, "later_encrypted", row),
                earlier_encrypted=store._cipher.encrypt_person(earlier, "earlier_encrypted", row),
                evidence=b"none",
            )
        )
    with pytest.raises(LinkUnproved):
        place.core.operations.links(officer)


@pytest.mark.requirement("R-225", "R-026", "R-220")
@pytest.mark.parametrize("kept", [(), (0,), (1,)], ids=["neither", "earlier only", "later only"])
def test_a_link_that_does_not_stand_in_both_chains_is_found(
    place: Linkage, monkeypatch: pytest.MonkeyPatch, kept: tuple[int, ...]
) -> None:
    place.open_generation()
    append = Ledger.append_many

    def some(self: Any, connection: Any, records: Any) -> Any:
        links = [one for one in records if isinstance(one.entry, linkage_core.GenerationLinkEntry)]
        return append(self, connection, [records[place] for place in kept] if links else records)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append_many", some)
        place.asker.renew(place.asker.renewal(HANAKO))
    with pytest.raises(LinkNotRecorded):
        place.core.operations.links(place.staff(CORE, "generation-officer"))


@pytest.mark.requirement("R-220")
def test_a_link_recorded_to_somebody_else_is_found(place: Linkage, monkeypatch: pytest.MonkeyPatch) -> None:
    place.open_generation()
    index_at = Ledger.index_at
    stranger = expected_pseudonym(JIRO, CORE, 1)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "index_at", lambda self, at, _person: index_at(self, at, stranger))
        place.asker.renew(place.asker.renewal(HANAKO))
    with pytest.raises(LinkNotRecorded):
        place.core.operations.links(place.staff(CORE, "generation-officer"))
