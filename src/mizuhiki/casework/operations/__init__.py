"""The steps of a case, from the counter to the notice."""

from mizuhiki.casework.operations.adapters import CaseAdapters, actor_text
from mizuhiki.casework.operations.casework import Casework
from mizuhiki.casework.operations.keep import CaseFile, ListedCase

__all__ = ["CaseAdapters", "CaseFile", "Casework", "ListedCase", "actor_text"]
