"""The sections' claims, from the counter to the notice, on the municipality's own addressees."""
