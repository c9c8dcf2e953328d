"""Use cases of a board of education."""
