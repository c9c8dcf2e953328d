"""Use cases of a health insurance society."""
