"""Pages for people: one `Site` per institution, with sessions, forms that cannot be forged, languages and error pages.

A route is for signed-in people unless it says ``public=True``. Handlers call operations with `Site.context`, which
exists only for someone signed in. How pages look is given from outside (`Appearance`); this module knows no template
but the two it names there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations
from typing import Any, TypeVar, cast

import jinja2
import sqlalchemy as sa
from flask import Response, g, redirect, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from mizuhiki.crypto.digests import hmac_sha256
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.runtime import page_security
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.page_errors import ErrorFace, face_of
from mizuhiki.runtime.page_frame import (
    SIGN_OUT_PATH,
    STAY_PATH,
    Appearance,
    Link,
    SignedIn,
    page_variables,
    site_variables,
)
from mizuhiki.runtime.page_rules import PageApplication
from mizuhiki.runtime.page_sessions import (
    TOKEN_BYTES,
    DatabaseSessionStore,
    Lifetime,
    PageSession,
    PageSessions,
    SessionStore,
    session_table,
)
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId

__all__ = ["Appearance", "Lifetime", "Link", "NotSignedIn", "Reply", "SignedIn", "Site", "request", "session_table"]

Reply = str | AnyResponse
View = TypeVar("View", bound=Callable[..., Reply])
_LANGUAGE_COOKIE = "language"
_YEAR = 365 * 24 * 3600
_DRAFT_LIMIT = 64 * 1024
UNKEPT_FIELD = "unkept-"
"""How the name of a form field begins that is never kept for its person, not even encrypted: a secret on paper."""
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NotSignedIn(Refused):
    """The page is for people who are signed in."""

    code = "not-signed-in"
    title = "Sign in first"


def _names_of(environment: Environment) -> tuple[str, str]:
    entry = environment.directory.entry(environment.institution)
    return entry.name_ja, entry.name_en


class Site:
    """The pages of one institution as a WSGI application (`wsgi`).

    Without a name of its own it is called as the directory calls the institution.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        database: Database,
        look: Appearance,
        name_ja: str = "",
        name_en: str = "",
        accent: str,
        navigation: Sequence[Link] = (),
        help_links: Sequence[Link] = (),
        form_origins: Sequence[str] = (),
        lifetime: Lifetime | None = None,
        store: SessionStore | None = None,
        home: str = "/",
    ) -> None:
        self.environment = environment
        self.look = look
        self.name_ja, self.name_en = (name_ja, name_en) if name_ja else _names_of(environment)
        self.accent, self.home = str(accent), home
        self.navigation, self.help_links = tuple(navigation), tuple(help_links)
        self.lifetime = lifetime or Lifetime()
        self.sign_in_path: str | None = None
        self._public: set[str] = {"static"}
        self._cross_origin: set[str] = set()
        self._largest_posts: dict[str, int] = {}
        self._policy = page_security.content_security_policy(form_origins)
        self.app = self._flask()
        self.sessions = self._sessions(database, store)
        self.app.session_interface = self.sessions
        self._install_hooks()
        self._csrf = CSRFProtect(self.app)
        self._limiter = Limiter(
            get_remote_address, app=self.app, storage_uri="memory://", strategy="moving-window", headers_enabled=False
        )
        self.route(STAY_PATH, endpoint="stay")(self._stay)
        self.route(SIGN_OUT_PATH, methods=("POST",), endpoint="sign_out", public=True)(self._sign_out)

    # --- building ---------------------------------------------------------------------------------------------------

    @property
    def wsgi(self) -> PageApplication:
        """The WSGI application."""
        return self.app

    def _flask(self) -> PageApplication:
        app = PageApplication(
            "mizuhiki.runtime.pages",
            static_folder=str(self.look.static_folder),
            static_url_path=self.look.static_path,
            template_folder=None,
        )
        secret = self.environment.keystore.secret(SecretPurpose.SESSION).reveal()
        app.secret_key = hmac_sha256(secret, b"mizuhiki/v1/page-forms")
        app.config.update(
            TRUSTED_HOSTS=[self.environment.settings.host.partition(":")[0]],
            MAX_CONTENT_LENGTH=2 * 1024 * 1024,
            WTF_CSRF_TIME_LIMIT=None,  # the session's lifetime bounds it
            WTF_CSRF_SSL_STRICT=False,  # no referrer is ever sent; `require_own_origin` asks Fetch Metadata instead
        )
        app.jinja_loader = self.look.loader
        app.jinja_env.undefined = jinja2.StrictUndefined
        app.jinja_env.trim_blocks = True
        app.jinja_env.lstrip_blocks = True
        app.jinja_env.add_extension("jinja2.ext.i18n")
        install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]  # added by the extension
        install(self._gettext, self._ngettext, newstyle=True)
        app.jinja_env.globals.update(self.look.template_globals())
        app.jinja_env.filters["day"] = lambda day: self.look.format_day(day, self.language)
        return app

    def _sessions(self, database: Database, store: SessionStore | None) -> PageSessions:
        environment = self.environment
        if store is None:
            store = DatabaseSessionStore(environment, database, session_table(sa.MetaData()), self.lifetime)
        return PageSessions(
            store,
            lifetime=self.lifetime,
            cookie=f"session-{environment.institution}",
            secure=environment.settings.secure_cookies,
            now=environment.clock.now,
            new_token=lambda: environment.randomness.token(TOKEN_BYTES),
        )

    def _install_hooks(self) -> None:
        self.app.before_request(self._prepare)
        self.app.after_request(self._finish)
        self.app.register_error_handler(Exception, self._show_error)

    def route(
        self,
        path: str,
        methods: Sequence[str] = ("GET",),
        *,
        endpoint: str | None = None,
        public: bool = False,
        cross_origin: bool = False,
        throttle: str = "",
        largest_post: int = 0,
    ) -> Callable[[View], View]:
        """Serve a path; only signed-in people reach it unless `public`.

        A form posts to the path that shows it, so that what was typed can be shown again. `cross_origin` admits posts
        from other sites' pages (the card reader's answer): the handler must check a challenge of its own that it uses
        once. `throttle` limits posts per address, such as ``"10 per minute"``. `largest_post` are the octets that are
        taken here from people who are signed in, where that is more than elsewhere.
        """

        def register(view: View) -> View:
            name = endpoint or view.__name__
            served: Callable[..., Reply] = view
            if throttle:
                served = self._limiter.limit(throttle, methods=["POST"])(served)
            if cross_origin:
                served = self._csrf.exempt(served)
                self._cross_origin.add(name)
            if public:
                self._public.add(name)
            if largest_post:
                self._largest_posts[name] = largest_post
            self.app.add_url_rule(path, endpoint=name, view_func=served, methods=list(methods))
            return view

        return register

    def limit_posts(self, limit: str, key: Callable[[], str]) -> Callable[[View], View]:
        """Return a decorator that limits posts per `key` of the request, such as the account that is tried."""
        return cast("Callable[[View], View]", self._limiter.limit(limit, key_func=key, methods=["POST"]))

    # --- for handlers -----------------------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """Code of the language of this request."""
        return str(g.language)

    @property
    def trace(self) -> str:
        """Number that ties this request's error page to the log."""
        return str(g.trace)

    def translate(self, message: str, **values: object) -> str:
        """Return a message in the language of this request; call it ``_`` so that it is collected for translation."""
        return self._gettext(message) % values

    def institution_name(self, institution: str) -> str:
        """Return the directory's name of an institution, in this request's language; one not listed names itself."""
        try:
            entry = self.environment.directory.entry(InstitutionId(institution))
        except NotInDirectory:
            return institution
        return entry.name_ja if self.look.html_lang(self.language).startswith("ja") else entry.name_en

    def render(self, template: str, *, status: int | None = None, **values: object) -> Response:
        """Render a template; a form with errors makes the answer 422 unless `status` says otherwise."""
        form_good = getattr(values.get("form"), "good", True)
        text = self.app.jinja_env.get_template(template).render(
            site=site_variables(self, self.language), page=page_variables(self), **values
        )
        return Response(text, status=status or (200 if form_good else 422), mimetype="text/html")

    def redirect(self, path: str) -> AnyResponse:
        """Send the browser on with GET (303)."""
        return redirect(path, code=303)

    def signed_in(self) -> SignedIn | None:
        """Return who is signed in."""
        person = session.get("person")
        return (
            None
            if person is None
            else SignedIn(**{key: str(value) for key, value in cast("dict[str, str]", person).items()})
        )

    def context(self, affair: str, basis: str, purpose: str) -> Context:
        """Return the grounds of an operation for the signed-in person.

        Raises:
            NotSignedIn: nobody is signed in.
            ContextMissing: one of the three is empty.
        """
        person = self.signed_in()
        if person is None:
            raise NotSignedIn
        actor = Actor(institution=self.environment.institution, role=person.role, person=person.person)
        return Context(actor, affair, basis, purpose, self.environment.clock, self.trace)

    def sign_in(self, person: SignedIn) -> str:
        """Start a signed-in session under a new token and return the path to go on with.

        Only the language stays from before, and the unsent form if it is this same person's.
        """
        current = self._session()
        draft, target = current.get("draft"), current.get("next")
        current.clear()
        current.rotate(self.sessions.new_token(), self.environment.clock.now())
        current["person"] = {
            "person": person.person, "role": person.role, "name": person.name, "role_name": person.role_name
        }  # fmt: skip
        if isinstance(draft, dict) and draft.get("of") == person.person:
            current["draft"] = draft
        return str(target) if target else self.home

    def sign_out(self) -> None:
        """End the session; its row is deleted when the answer is sent."""
        self._session().clear()

    def draft(self) -> Mapping[str, Sequence[str]]:
        """Return, once, what was typed into this page's form when the session had ended; empty otherwise."""
        kept = session.get("draft")
        if not isinstance(kept, dict) or kept.get("path") != request.path:
            return {}
        session.pop("draft")
        return cast("Mapping[str, Sequence[str]]", kept["fields"])

    def has_draft(self) -> bool:
        """Tell whether something typed before the session ended waits for its person."""
        return "draft" in session

    def store(self, name: str, value: object) -> None:
        """Keep a JSON value in the session, encrypted at rest, until the session ends."""
        session[f"kept:{name}"] = value

    def stored(self, name: str) -> object:
        """Return a value kept by `store`, or None."""
        return session.get(f"kept:{name}")

    def forget(self, name: str) -> None:
        """Drop a value kept by `store`."""
        session.pop(f"kept:{name}", None)

    # --- request hooks ----------------------------------------------------------------------------------------------

    def _prepare(self) -> Reply | None:
        g.trace = self.environment.randomness.token(9)
        accepted = [tag for tag, _quality in request.accept_languages]
        asked = request.args.get("lang")
        g.language = self.look.choose_language(asked, request.cookies.get(_LANGUAGE_COOKIE), accepted)
        g.keep_language = asked == g.language
        if request.endpoint is None or request.routing_exception is not None:
            return None
        if request.method in _UNSAFE and request.endpoint not in self._cross_origin:
            page_security.require_own_origin(request)
        if self.signed_in() is not None:
            request.max_content_length = self._largest_posts.get(request.endpoint, request.max_content_length)
            return None
        if request.endpoint in self._public:
            return None
        if self.sign_in_path is None:
            raise NotSignedIn
        self._remember_where()
        return self.redirect(self.sign_in_path)

    def _remember_where(self) -> None:
        """Note the wanted page, and what was typed when the session of the person who typed it has ended."""
        session["next"] = request.full_path.rstrip("?") if request.method == "GET" else request.path
        if request.endpoint == "stay":
            session["next"] = self.home
        ended = self._session().ended
        former = (ended or {}).get("person")
        if request.method != "POST" or not isinstance(former, dict) or (request.content_length or 0) > _DRAFT_LIMIT:
            return
        fields = {
            name: values
            for name, values in request.form.lists()
            if name != "csrf_token" and not name.startswith(UNKEPT_FIELD)
        }
        session["draft"] = {"of": former["person"], "path": request.path, "fields": fields}

    def _finish(self, response: Response) -> Response:
        secure = self.environment.settings.secure_cookies
        if getattr(g, "keep_language", False):
            response.set_cookie(
                _LANGUAGE_COOKIE, g.language, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="Lax"
            )
        return page_security.protect(response, policy=self._policy, secure=secure, asset=request.endpoint == "static")

    def _show_error(self, error: Exception) -> Reply:
        if not hasattr(g, "trace"):
            g.trace = self.environment.randomness.token(9)
        if not hasattr(g, "language"):
            g.language = self.look.choose_language(None, None, ())
        if isinstance(error, NotSignedIn) and self.sign_in_path is not None:
            self._remember_where()
            return self.redirect(self.sign_in_path)
        return self._error_page(face_of(error, self.trace))

    def _error_page(self, face: ErrorFace) -> Response:
        return self.render(self.look.error_template, status=face.status, error=face, trace=self.trace)

    def _stay(self) -> Reply:
        """Answer the session dialog; reaching this counts as a request."""
        self._session().touch()
        return Response(status=204)

    def _sign_out(self) -> Reply:
        self.sign_out()
        return self.redirect(self.sign_in_path or self.home)

    def _session(self) -> PageSession:
        return cast("PageSession", cast("Any", session)._get_current_object())  # noqa: SLF001 - werkzeug's way to the object itself

    def _translations(self) -> NullTranslations:
        return self.look.translations(self.language)

    def _gettext(self, message: str) -> str:
        return self._translations().gettext(message)

    def _ngettext(self, one: str, many: str, count: int) -> str:
        return self._translations().ngettext(one, many, count)
