"""Mizuhiki (水引): a complete, open, running national number system."""

__version__ = "0.1.0"
