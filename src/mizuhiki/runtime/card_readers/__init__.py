"""Doors to cards outside this process: the system's PC/SC service, the vpcd protocol from both sides, card files.

All of them implement `card.reader.Reader`, so that `card.client` and every page work with any.
"""
