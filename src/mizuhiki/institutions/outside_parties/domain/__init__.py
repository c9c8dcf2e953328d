"""Decisions that outside bodies notify; pure."""
