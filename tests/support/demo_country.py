"""The demo country as a visitor gets it, and a person who clicks through it with a browser.

with demo_country(folder) as country, chromium() as browser:
    person = Visitor(browser.new_context(), country)
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
DOMAIN = "mizuhiki.localhost"
POPULATION = 80
PIN = "7364"
"""The PIN that the landing page shows for everybody's card."""
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_MOST_MILLISECONDS = 15_000
_MOST_TABS = 60


@dataclass(frozen=True)
class Country:
    """A running demo country."""

    port: int

    def at(self, name: str = "") -> str:
        """The address of the landing page, or of an institution by the first part of its host."""
        host = f"{name}.{DOMAIN}" if name else DOMAIN
        return f"http://{host}:{self.port}"


@contextmanager
def demo_country(folder: Path) -> Iterator[Country]:
    """Found and serve the country as the command does, until its story is told; end it after the block.

    A world that lies in `folder` already is opened instead, and what was told of its story is not told again.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--population", str(POPULATION), "--port", str(port), "--data", str(folder / "world")]
    with (folder / "errors.log").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "mizuhiki", "world", "up", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "the story" in line:
                    break
            last = "".join(said[-5:]) + (folder / "errors.log").read_text(encoding="utf-8")[-2000:]
            assert "the story ended well" in last, last
            yield Country(port)
        finally:
            process.terminate()
            process.communicate(timeout=30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def named(name: str) -> re.Pattern[str]:
    """Match a person's name as browsers report it: they make the wide space of Japanese names a plain one."""
    return re.compile(r"\s".join(re.escape(part) for part in name.split("　")))


@dataclass
class Visitor:
    """A person in front of a browser window: presses buttons and follows links by what stands on them."""

    context: BrowserContext
    country: Country
    language: str = "en"
    checked: bool = True
    page: Page = field(init=False)
    faults: list[str] = field(default_factory=list)
    """What axe found on pages that were looked at."""

    def __post_init__(self) -> None:
        self.context.set_default_timeout(_MOST_MILLISECONDS)
        self.page = self.context.new_page()

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    @property
    def text(self) -> str:
        """What the page says, with folded parts."""
        return self.main.text_content() or ""

    def open(self, name: str = "", path: str = "/") -> None:
        """Type an address."""
        self.page.goto(f"{self.country.at(name)}{path}{'&' if '?' in path else '?'}lang={self.language}")

    def press(self, label: str) -> None:
        """Press the first button that starts with this label."""
        self.main.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).first.click()
        self.page.wait_for_load_state()

    def follow(self, label: str | re.Pattern[str]) -> None:
        """Follow the first link of this label, in the page or in its frame."""
        inside = self.main.get_by_role("link", name=label)
        (inside if inside.count() else self.page.get_by_role("link", name=label)).first.click()
        self.page.wait_for_load_state()

    def look(self) -> None:
        """Have axe look at the page."""
        if not self.checked:
            return
        for one in Axe().run(self.page, options=AXE_RULES).response["violations"]:
            self.faults += [f"{self.page.url} {one['id']}: {node['html'][:160]}" for node in one["nodes"]]

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def sign_in_as_staff(self, institution: str, account: str, passphrase: str) -> None:
        """Sign in at an institution's counter."""
        self.open(institution)
        self.page.locator("#account").fill(account)
        self.page.locator("#passphrase").fill(passphrase)
        self.main.locator("button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def tab_to(self, selector: str) -> None:
        """Press Tab until the first element of the selector has the focus."""
        wanted = self.page.locator(selector).first
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{selector} cannot be reached with the keyboard")

    def log_in_to_the_reader(self, name: str) -> None:
        """From the landing page to the card reader's page that says who asks."""
        self.open()
        self.follow(re.compile(f"^Log in to the portal as {named(name).pattern}"))
        self.press("Put this card on the reader")
        self.press("Go to the card reader")

    def try_pin(self, pin: str) -> None:
        """Type a PIN at the card reader."""
        self.page.locator("#pin").fill(pin)
        self.press("Sign with the card")

    def put_card(self, name: str) -> None:
        """At the card reader: agree, choose the card, type its PIN, return to the website."""
        self.look()
        self.main.get_by_role("radio", name=named(name)).check()
        self.press("Agree")
        self.look()
        self.try_pin(PIN)
        self.press("Return to")

    def log_in_by_card(self, name: str) -> None:
        """From the landing page into the portal as a person."""
        self.log_in_to_the_reader(name)
        self.put_card(name)

    def open_history(self, name: str) -> None:
        """Open the record of exchanges with the card."""
        self.follow("History of exchanges")
        self.look()
        self.press("Go to the card reader")
        self.put_card(name)
