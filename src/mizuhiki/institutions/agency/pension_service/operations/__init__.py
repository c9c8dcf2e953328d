"""Use cases of the pension service."""
