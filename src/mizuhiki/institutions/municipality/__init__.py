"""A municipality: register, numbers, local tax, child allowance and the card desk. One instance per code."""
