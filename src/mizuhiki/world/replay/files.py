"""Files that the bodies of a replay hand in: each is one body's, of up to 10,000 lines as they came to it.

The lines of 2018 come one by one as `mix` draws them. Those of a municipality gather at one until its file is full,
then at the next; those of student aid gather beside them. So there are as many lines of every kind and procedure as
there were, whoever asks, and a file is handed in when there is one; at the end each hands in what it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mizuhiki.crypto.randomness import Randomness, SeededRandomness
from mizuhiki.institutions.intermediate_server.domain.bulk import LARGEST_FILE, BulkFile, BulkLine
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.replay.bodies import BODIES, CITIES, KEPT, STUDENT_SERVICES, asked_by, procedures_of
from mizuhiki.world.replay.mix import STUDENT_AID, Drawn, draw
from mizuhiki.world.replay.population import FISCAL_YEAR, addressee_number

_RESOLUTION = 1 << 32


class _Asked(NamedTuple):
    """A line before it has its place in a file."""

    drawn: Drawn
    provider: InstitutionId
    person: int


def drawn_of_2018(randomness: Randomness) -> Drawn:
    """Return what a random line asks for."""
    return draw(randomness.below(_RESOLUTION) / _RESOLUTION, randomness.below(_RESOLUTION) / _RESOLUTION)


def files_of(seed: int, inquiries: int, population: int, apart: int) -> list[tuple[InstitutionId, BulkFile]]:
    """Return files about people who stand `apart`; the same seed gives the same files."""
    randomness = SeededRandomness(f"replay files {seed}".encode())
    found: list[tuple[InstitutionId, BulkFile]] = []
    gathering: dict[InstitutionId, list[_Asked]] = {}
    turn = 0
    for _ in range(inquiries):
        drawn = drawn_of_2018(randomness)
        asking = STUDENT_SERVICES if (drawn.affair, drawn.procedure) == STUDENT_AID else CITIES[turn % len(CITIES)]
        lines = gathering.setdefault(asking, [])
        lines.append(_Asked(drawn, _provider(randomness, asking, drawn), apart * randomness.below(population)))
        if len(lines) == LARGEST_FILE:
            found.append((asking, _file(asking, f"replay-{len(found)}", gathering.pop(asking))))
            turn += asking != STUDENT_SERVICES
    for asking, lines in gathering.items():
        found.append((asking, _file(asking, f"replay-{len(found)}", lines)))
    return found


def warm_up_file(asking: InstitutionId, file_id: str) -> BulkFile:
    """Return a file with one line for each body that this one asks."""
    (affair, procedure), *_ = procedures_of(asking)
    return _file(
        asking,
        file_id,
        [_Asked(Drawn(affair, procedure, KEPT[provider][0]), provider, 0) for provider in asked_by(asking)],
    )


def _provider(randomness: Randomness, asking: InstitutionId, drawn: Drawn) -> InstitutionId:
    """Return whom to ask: one body mostly asks the one its people came from, students come from everywhere."""
    keeping = [one for one in asked_by(asking) if drawn.kind in KEPT[one]]
    return keeping[randomness.below(len(keeping))] if asking == STUDENT_SERVICES else keeping[0]


def _file(asking: InstitutionId, file_id: str, asked: Sequence[_Asked]) -> BulkFile:
    place = BODIES.index(asking)
    lines = [
        BulkLine(
            number,
            InquiryRequest(
                f"{file_id}-{number}",
                addressee_number(place, one.person),
                one.provider,
                one.drawn.affair,
                one.drawn.procedure,
                (one.drawn.kind,),
                FISCAL_YEAR,
                None,
                None,
                file_id,
            ),
        )
        for number, one in enumerate(asked, start=1)
    ]
    return BulkFile(file_id, f"{file_id}.DAT", tuple(lines))
