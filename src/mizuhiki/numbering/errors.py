"""What bulk numbering refuses; rows count from 1, and no digit of a code or number is in any text."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound


class CodeFileUnreadable(Malformed):
    """Not a file of codes: neither an array of 64-bit integers nor lines of eleven digits."""

    code = "code-file-unreadable"
    title = "This is not a file of resident record codes"


class CodeFileMissing(NotFound):
    """There is no such file."""

    code = "code-file-missing"
    title = "There is no file of resident record codes there"


class TooFewCodes(Conflict):
    """More numbers were asked for than codes are given."""

    code = "too-few-codes"
    title = "The file holds fewer resident record codes than numbers are wanted"


class CodeRowMalformed(Malformed):
    """One row is no resident record code; `row` says which, `reason` is a `NumberFault`."""

    code = "code-row-malformed"
    title = "A row is not a resident record code"


class CodeRowRepeated(Conflict):
    """A code stands twice in the file; `row` repeats `first_row`."""

    code = "code-row-repeated"
    title = "A resident record code stands in the file twice"


class GenerationUsed(Conflict):
    """The code of a row has had its number of this generation in an earlier run."""

    code = "code-generation-used"
    title = "A code of the file has a number of this generation already"


class OutputTaken(Conflict):
    """The folder holds something else, or a run with other codes, another generation or another key."""

    code = "bulk-output-taken"
    title = "The output folder is taken"


class OutputBusy(Conflict):
    """Another process writes there now."""

    code = "bulk-output-busy"
    title = "Another run is writing into this folder"


class OutputMissing(NotFound):
    """The folder holds no finished run."""

    code = "bulk-output-missing"
    title = "There is no finished bulk output in this folder"


class OutputCorrupt(Corrupt):
    """A chunk is not what the manifest says, or a number in it cannot be right; fields say which."""

    code = "bulk-output-corrupt"
    title = "The bulk output is damaged"


class TablesDisagree(Corrupt):
    """A number made by tables differs from the one made step by step: stop and use neither."""

    code = "number-tables-disagree"
    title = "Two ways of making a number disagree"
