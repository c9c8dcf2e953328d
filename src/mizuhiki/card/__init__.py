"""The Individual Number Card's IC chip in software, and the reader's side of it.

`chip` is the card (APDU in, APDU out), `client` talks to any card through a `reader`, `agent_protocol` is how a web
page asks for a signature. Nothing here knows an institution, a database or the web. Which bytes are spoken:
``spec/card.md``.
"""
