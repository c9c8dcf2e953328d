"""Words defined by statute or standard; pure; standard library and msgspec only."""
