"""Public employment security office (公共職業安定所): employment insurance."""
