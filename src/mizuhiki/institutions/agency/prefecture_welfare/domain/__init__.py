"""Certificates of disability, their grades and renewal, and the special child rearing allowance."""
