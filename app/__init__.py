"""The web service: a short list of set-up steps."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Request, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from app import brand, models
from app.api.door import Door
from app.assets import asset, assets, inline
from app.config import Settings
from app.errors import register_error_handlers
from app.extensions import (
    babel,
    compress,
    csrf,
    db,
    migrate,
    prepare_sqlite,
    security,
    sqlite_options,
)
from app.language import current_language, current_locale, keep_asked_language, language_links
from app.permissions import may
from app.policy import HARDENED, policy
from app.postgres import prepare_postgres
from app.preparing import register_preparing
from app.respond.elsewhere import inside_an_app
from app.shelf import Shelf
from app.uploads import FileRequest
from app.words.help import helps


class Service(Flask):
    def ensure_sync(self, func):
        """As it is: no view is asynchronous, and Flask would look at each of them each time."""
        return func

    def log_exception(self, exc_info):
        """Names the rule, not the address: a personal link must be in no log."""
        rule = request.url_rule.rule if request.url_rule else "an unknown address"
        self.logger.error("Exception on %s [%s]", rule, request.method, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment()
    app = Service(__name__, static_folder=None)
    app.request_class = FileRequest
    app.session_interface = _Sessions()
    app.config.from_mapping(settings.flask())
    app.extensions["brand"] = brand.load(settings.brand)
    _bind_database(app)
    _bind_extensions(app)
    _register_views(app)
    register_error_handlers(app)
    register_preparing(app)
    app.after_request(_harden)
    app.after_request(keep_asked_language)
    app.context_processor(lambda: {"lang": current_language()})
    app.jinja_env.globals.update(
        asset=asset, brand=app.extensions["brand"], inline=inline, may=may, helps=helps
    )
    app.wsgi_app = Door(app, app.wsgi_app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    if settings.page_seconds:
        app.wsgi_app = Shelf(app.wsgi_app, seconds=settings.page_seconds, apart=inside_an_app)
    return app


class _Sessions(SecureCookieSessionInterface):
    """Makes nothing ready for reading a cookie that nobody sent."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def _bind_database(app: Flask) -> None:
    sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    # A logged database error must not quote anybody's answers.
    # The connection that was used last has the pages and the plans that are asked for next.
    options = {"hide_parameters": True, "pool_use_lifo": True}
    options |= sqlite_options() if sqlite else {}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare = prepare_sqlite if sqlite else prepare_postgres
        prepare(db.engine)
    migrations = Path(app.root_path).parent / "migrations"
    migrate.init_app(app, db, directory=str(migrations), compare_type=True)


def _bind_extensions(app: Flask) -> None:
    from flask_security import SQLAlchemyUserDatastore

    from app.account.login import ThrottledLoginForm

    datastore = SQLAlchemyUserDatastore(db, models.User, models.Role)
    security.init_app(app, datastore, login_form=ThrottledLoginForm)
    # It would look for a log-in at each request, also where nobody asks who it is.
    security.principal.identity_loaders.clear()
    # It would read the body of every request to look for a token, and no account has one.
    app.login_manager.request_loader(lambda _request: None)
    security.login_context_processor(_login_languages)
    babel.init_app(app, locale_selector=current_locale)
    csrf.init_app(app)
    compress.init_app(app)


def _login_languages() -> dict[str, object]:
    return {"languages": language_links(next=request.args.get("next"))}


def _register_views(app: Flask) -> None:
    from app.account import account, office
    from app.admin import admin
    from app.analytics import analytics
    from app.api import register_api
    from app.api.blueprint import v1
    from app.field import field, shell
    from app.health import health
    from app.registry.views import registry
    from app.respond import (
        phone,
        phone_copy,  # noqa: F401 its view adds itself to the blueprint
    )
    from app.respond.offline import offline
    from app.respond.plan import rated
    from app.respond.sending_files import respond  # the views, with those added to them
    from app.results.help import explaining
    from app.results.views import results
    from app.workspace.views import workspace

    pages = (health, assets, offline, rated, respond, shell, field, analytics, admin, registry)
    pages += (account, office)
    for blueprint in (*pages, results, explaining, workspace):
        app.register_blueprint(blueprint)
    # Interviewers' phones ask the same documents as everybody's; blueprints do not know each other.
    app.extensions["phone_address"] = phone.address
    # Respondents' pages carry no token: they are shared, kept offline and left open for days. The
    # draft's unguessable id is the authority, and cross-site posts are refused by their headers.
    csrf.exempt(respond)
    csrf.exempt(offline)
    register_api(app)
    # A phone sends what it kept days after it got the page; what is cross-site is refused too, and
    # whoever may send more than a respondent sends JSON, which no form of another site can.
    csrf.exempt(v1)


def _harden(response):
    headers = response.headers
    headers.setdefault("Referrer-Policy", HARDENED["Referrer-Policy"])
    if response.location and not response.get_data():
        return response  # nothing is shown, and each page of a survey is a redirect more
    for name, value in HARDENED.items():
        headers.setdefault(name, value)
    # A style sheet or a script is under the policy of the page or worker that asks for it.
    if response.mimetype not in {"text/css", "text/javascript"} or request.path == "/sw.js":
        headers.setdefault("Content-Security-Policy", policy(script=g.get("inline", "")))
    return response
