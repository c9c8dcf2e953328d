"""Serves an intermediate server's wire endpoints."""
