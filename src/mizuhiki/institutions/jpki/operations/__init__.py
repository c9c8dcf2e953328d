"""Use cases of the certification authorities."""
