"""A person with a browser and a card, as far as a story needs one: follows links, fills forms, no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from mizuhiki.card.agent import answer_request
from mizuhiki.card.agent_protocol import REQUEST_TYPE, SigningRequest
from mizuhiki.card.client import CardClient
from mizuhiki.crypto.signed_objects import verify_object
from mizuhiki.runtime.directory import Directory
from mizuhiki.world.story.telling import check

MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BOXES = frozenset({"checkbox", "radio"})
_BUTTONS = frozenset({"submit", "button", "reset", "image", "file"})


@dataclass
class PageForm:
    """A form of a page with its fields' present values."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms and the text of a page.

    A form's fields are those that a browser sends when Enter is pressed in it: no unchecked box, no button.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._link: str | None = None
        self._hidden = 0
        self._form: PageForm | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._link = values.get("href")
        elif tag in {"script", "style"}:
            self._hidden += 1
        elif self._form is not None:
            self._field(self._form, tag, values)

    def _field(self, form: PageForm, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text").lower()
        if tag == "input" and name and kind not in _BUTTONS and (kind not in _BOXES or "checked" in values):
            form.fields[name] = values.get("value", "on" if kind in _BOXES else "")
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in values or self._select not in form.fields):
            form.fields[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        elif tag in {"script", "style"}:
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea] += data
        text = data.strip()
        if text:
            self.text.append(text)
            if self._link:
                self.links.append((text, self._link))


class Visitor:
    """One browser session of one person."""

    def __init__(self, client: httpx.Client, directory: Directory) -> None:
        self._client = client
        self._directory = directory
        self.url = ""
        self.page = _Forms()
        self.answer = httpx.Response(200)

    @property
    def text(self) -> str:
        """The readable text of the present page."""
        return " ".join(self.page.text)

    def visit(self, url: str) -> None:
        """Open an address and follow redirects, keeping what a card reader's address carries unopened."""
        self._follow(self._client.get(url))

    def submit(self, form: PageForm, **values: str) -> None:
        """Send a form with some fields filled in."""
        target = urljoin(self.url, form.action)
        fields = {**form.fields, **values}
        headers = self._origin_headers(target)
        if form.method == "post":
            self._follow(self._client.post(target, data=fields, headers=headers))
        else:
            self._follow(self._client.get(target, params=fields))

    def _origin_headers(self, target: str) -> dict[str, str]:
        """Return what a browser tells about where a form comes from; all hosts of the demo are one site."""
        same = _origin(self.url) == _origin(target)
        return {"Sec-Fetch-Site": "same-origin" if same else "same-site", "Origin": _origin(self.url)}

    def form_with(self, *names: str) -> PageForm:
        """Return the page's first form that has all these fields."""
        found = next((form for form in self.page.forms if all(name in form.fields for name in names)), None)
        check(found is not None, f"the page {urlsplit(self.url).path} offers a form with {', '.join(names)}")
        return found or PageForm("", "get")

    def form_to(self, path: str) -> PageForm:
        """Return the page's first form whose action ends in `path`."""
        found = next(
            (form for form in self.page.forms if urlsplit(urljoin(self.url, form.action)).path.endswith(path)), None
        )
        check(found is not None, f"the page {urlsplit(self.url).path} offers a form to {path}")
        return found or PageForm("", "get")

    def link(self, part: str) -> str:
        """Return the address of the first link whose target holds `part`."""
        found = next((target for _, target in self.page.links if part in target), None)
        check(found is not None, f"the page {urlsplit(self.url).path} has a link to {part}")
        return urljoin(self.url, found or "")

    def links(self, part: str) -> list[str]:
        """Return the addresses of all links whose targets hold `part`, each once."""
        return list(dict.fromkeys(urljoin(self.url, target) for _, target in self.page.links if part in target))

    def _follow(self, answer: httpx.Response) -> None:
        for _ in range(MOST_REDIRECTS):
            self.url = str(answer.request.url)
            location = answer.headers.get("Location")
            if answer.status_code not in _REDIRECTS or location is None:
                break
            target = urljoin(self.url, location)
            if "request=" in urlsplit(target).query:
                self.url, answer = target, httpx.Response(200, text="", request=answer.request)
                break
            answer = self._client.get(target)
        else:
            check(holds=False, what=f"the way from {urlsplit(self.url).path} ends somewhere")
        self.answer = answer
        self.page = _Forms()
        self.page.feed(answer.text)

    def sign_with(self, card: CardClient, pin: str) -> None:
        """Do at the card reader what a person does: read who asks, enter the PIN, return to the site.

        The same objects and checks as the reader agent's pages.
        """
        signed = parse_qs(urlsplit(self.url).query).get("request", [""])[0]
        check(signed, "the site sends the person to the card reader")
        verified = verify_object(signed, SigningRequest, object_type=REQUEST_TYPE, key_of=self._directory.object_key)
        response = answer_request(verified.payload, card, pin)
        headers = {"Sec-Fetch-Site": "same-site", "Origin": _origin(self.url)}
        self._follow(self._client.post(verified.payload.return_url, data=response.form_fields(), headers=headers))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
