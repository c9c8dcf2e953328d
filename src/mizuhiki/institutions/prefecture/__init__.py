"""A prefecture: its register server in the Basic Resident Registration Network."""
