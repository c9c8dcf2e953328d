"""What the world refuses when it is brought up."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Unavailable


class PortInUse(Conflict):
    """Somebody listens on the port already."""

    code = "port-in-use"
    title = "The port is in use; choose another with --port"


class WorldOfAnotherVersion(Corrupt):
    """The data directory was made by another version or for another world."""

    code = "world-of-another-version"
    title = "The data directory was made by another version; remove it or choose another with --data"


class UnknownStory(Malformed):
    """There is no story of that name."""

    code = "unknown-story"
    title = "There is no such story"


class StoryCheckFailed(Corrupt):
    """A check of the story does not hold."""

    code = "story-check-failed"
    title = "A check of the story does not hold"


class PopulationOutOfRange(Malformed):
    """The population cannot be invented."""

    code = "population-out-of-range"
    title = "The population must be between 40 and 200,000"


class ChildFailed(Corrupt):
    """A process of the world did not start or ended by itself."""

    code = "world-process-failed"
    title = "A process of the world does not run; see its log above"


class FoundingRefused(Corrupt):
    """An institution refused something the founding of a world asks of it."""

    code = "founding-refused"
    title = "The world could not be founded; an institution refused a step"


class OperationFaulted(Corrupt):
    """An operation called in a process of the world ended in a fault of the program; its place, never its text."""

    code = "world-operation-faulted"
    title = "A process of the world met a fault of the program"


class ProcessUnreachable(Unavailable):
    """The process behind a page does not answer."""

    code = "world-process-unreachable"
    title = "This institution's process does not answer now"


class NoWorldThere(NotFound):
    """The folder holds no world yet."""

    code = "no-world-there"
    title = "There is no world in this folder; `mizuhiki world up --data FOLDER` founds one"
