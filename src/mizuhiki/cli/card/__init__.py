"""``mizuhiki card``: drive a card in any reader or in a file, make test cards, plug them into PC/SC, serve web pages.

The card is that of ``--card FILE`` (made by ``mizuhiki card new``) or the one in a PC/SC reader (``--reader NAME``,
part of the name is enough; with one card in one reader nothing needs to be said).
"""

from __future__ import annotations

import typer

from mizuhiki.cli.card import agent, look, make, permit, sign, trace

app = typer.Typer(help="Individual Number Cards: real ones in readers and test cards in files.", no_args_is_help=True)
app.command("list")(look.list_readers)
app.command("info")(look.info)
app.command("read")(look.read)
app.command("photo")(look.photo)
app.command("certs")(look.certs)
app.command("verify-pin")(sign.verify_pin)
app.command("change-pin")(sign.change_pin)
app.command("sign")(sign.sign)
app.command("auth")(sign.auth)
app.command("apdu-trace")(trace.apdu_trace)
app.command("new")(make.new)
app.command("emulate")(make.emulate)
app.command("agent")(agent.agent)
app.command("permit")(permit.permit)
