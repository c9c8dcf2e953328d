"""The institutions the law separates; none imports another."""
