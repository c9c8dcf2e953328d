"""Run as a program beside the agent: goes through its pages as a person would and prints what goes back as JSON.

python -m support.agent_window ADDRESS ORIGIN READER PIN < signed request
"""

from __future__ import annotations

import json
import re
import sys
from html import unescape

import httpx


def main(address: str, origin: str, reader: str, pin: str, text: str) -> dict[str, object]:
    """Hand the request over as the website's page, then agree and enter the PIN in the agent's window."""
    handed = httpx.post(f"{address}v1/requests", json={"request": text}, headers={"Origin": origin}, timeout=30)
    handed.raise_for_status()
    with httpx.Client(follow_redirects=True, headers={"Accept-Language": "en"}, timeout=30) as window:
        page = window.get(handed.json()["page"])
        for fields in ({"card": reader}, {"pin": pin}):
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
            assert token is not None, page.text
            page = window.post(str(page.url), data={**fields, "csrf_token": token[1]})
            page.raise_for_status()
    form = re.search(r'<form action="(https?://[^"]+)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form is not None, page.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
    return {"address": unescape(form[1]), "fields": dict(hidden)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:], sys.stdin.read())))
