"""Replay of the exchanges of 2018 through the bulk path, measured (R-230 … R-233)."""

from mizuhiki.world.replay.measure import replay
from mizuhiki.world.replay.report import WORKERS, ReplayReport, ReplaySettings

__all__ = ["WORKERS", "ReplayReport", "ReplaySettings", "replay"]
