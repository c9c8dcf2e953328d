"""`mizuhiki card agent`: the reader agent for a real reader or a card file, on this computer's loopback address only.

It shows the same pages as the demo country's card reader, speaks the same protocol (`card.agent_protocol`), and adds
two things: it offers the cards that are in this computer's readers, and pages may hand over a request with `fetch`.
"""
