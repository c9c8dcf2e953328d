"""Use cases of copies: issue, print, cancel, report, copies at other municipalities, inspection."""
