"""Whom outside parties call."""
