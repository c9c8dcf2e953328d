"""The founded nation and a browser, for every test of this folder."""

from support.counter_window import module_browser
from support.nation import founded_nation, module_stage, stage

__all__ = ["founded_nation", "module_browser", "module_stage", "stage"]
