"""Use cases of the prefecture's register server, one per module."""
