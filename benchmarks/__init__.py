"""Measurements of this machine, run by `make bench` and `make soak`; numbers in documents name their run."""
