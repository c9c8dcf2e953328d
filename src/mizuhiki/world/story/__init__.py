"""Stories: what people and offices do, told step by step, each step checked."""

from mizuhiki.world.story.running import run_story

__all__ = ["run_story"]
