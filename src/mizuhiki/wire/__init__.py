"""Interfaces between institutions: one package per serving institution, versioned."""
