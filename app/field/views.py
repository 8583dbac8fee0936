"""The interviewer's pages: getting a phone ready, taking along, handing over."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask_security import current_user

from app.extensions import csrf
from app.field.words import setup_words
from app.language import current_language, language_links
from app.models import User
from app.models.columns import utc_now
from app.permissions import Permission, may, public, requires, scope_of
from app.services.fieldwork import devices, pack, sealing
from app.services.fieldwork.handing_over import hand_over, read_items
from app.services.receiving.rule import ZONE

field = Blueprint("field", __name__, url_prefix="/field")


@field.after_request
def _keep_no_copy(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@field.get("")
@requires(Permission.INTERVIEW)
def index() -> str:
    """Where a phone is got ready. What it then works with is `shell`, which has nobody's data."""
    lang = current_language()
    return render_template(
        "field/index.html",
        lang=lang,
        languages=language_links(),
        words=setup_words(),
        next=url_for("shell.page", lang=lang),
    )


@field.post("/device")
@requires(Permission.INTERVIEW)
def enrol() -> Response:
    """A secret for this phone, told once: with it interviews arrive after the session ended."""
    day = utc_now().astimezone(ZONE).date()
    name = request.user_agent.string[:80]
    return jsonify({"secret": devices.enrol(current_user, name=name, day=day)})


@field.get("/data")
@public
def data() -> tuple[Response, int]:
    """What the phone takes along. The phone's secret is the authority."""
    user = _user()
    if user is None:
        return _stranger()
    found = pack.pack(
        now=utc_now(),
        language=current_language(),
        address=current_app.extensions["phone_address"],
        scope=scope_of(user),
    )
    key = sealing.public_key(current_app.config["CABILDO_DATA"])
    return jsonify({"user": user.email, "key": key} | found), 200


@csrf.exempt
@field.post("/sync")
@public
def sync() -> tuple[Response, int]:
    """Sealed interviews and contacts: each gets its verdict. The phone's secret is the authority,
    so no cookie is looked at and no page of another site can send anything.
    """
    user = _user()
    if user is None:
        return _stranger()
    items = read_items(request.get_data())
    if items is None:
        return jsonify({"code": "malformed"}), 400
    data = current_app.config["CABILDO_DATA"]
    return jsonify({"verdicts": hand_over(items, data=data, user=user, now=utc_now())}), 200


def _user() -> User | None:
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if kind != "Device" or not secret:
        return None
    used = utc_now().astimezone(ZONE).date() if request.method == "POST" else None
    user = devices.holder(secret, used=used)
    return user if user is not None and _may_interview(user) else None


def _may_interview(user: User) -> bool:
    return bool(may(user, Permission.INTERVIEW))


def _stranger() -> tuple[Response, int]:
    return jsonify({"code": "unknown_device"}), 401
