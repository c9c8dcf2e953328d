"""How a world's story went, kept beside its data: a story is told once, because people move only once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.errors import WorldOfAnotherVersion
from mizuhiki.world.story.telling import StepResult

FILE = "story.json"
INTERRUPTED = "the world was closed while this step ran"


class StoryNotes:
    """The steps of the one story of a world, written at every change so that an end at any moment is seen later."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._steps: dict[int, StepResult] = {}

    def read(self) -> list[StepResult] | None:
        """Return how the story went, None where it was never begun; a step that was running has failed.

        Raises:
            WorldOfAnotherVersion: the notes cannot be read.
        """
        if not self._path.exists():
            return None
        try:
            steps = read_json(self._path.read_bytes(), list[StepResult])
        except msgspec.DecodeError as error:
            raise WorldOfAnotherVersion(f"{self._path} cannot be read; remove the folder or choose another") from error
        return [_ended(step) for step in steps]

    def begin(self, steps: Sequence[StepResult]) -> None:
        """Keep the steps of a story that begins."""
        self._steps = {step.number: step for step in steps}
        self._write()

    def watch(self, step: StepResult) -> None:
        """Keep a change of a step."""
        self._steps[step.number] = step
        self._write()

    def _write(self) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.write_bytes(msgspec.json.encode([step for _, step in sorted(self._steps.items())]))
        temporary.replace(self._path)


def _ended(step: StepResult) -> StepResult:
    if step.state != "running":
        return step
    return StepResult(step.number, step.title_ja, step.title_en, "failed", INTERRUPTED, step.seconds)
