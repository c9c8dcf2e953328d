"""The founded nation, for every test of this folder."""

from support.nation import founded_nation, module_stage, stage

__all__ = ["founded_nation", "module_stage", "stage"]
