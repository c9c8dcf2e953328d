"""Use cases of the national register, one per module."""
