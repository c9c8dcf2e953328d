"""Agencies with their own business systems that ask and answer through an intermediate server."""
