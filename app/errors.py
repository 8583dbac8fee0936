"""Problems that a person can be told about, and how they become a page or JSON.

Services raise `Problem` with a code; `app.words.messages` has the words in Spanish and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.language import current_language


class ProblemCode(StrEnum):
    """What can go wrong between a person and the service. Context keys in brackets."""

    UNKNOWN_COLLECTION = "unknown_collection"
    NOT_YET_OPEN = "not_yet_open"  # opens
    CLOSED = "closed"  # closed, slug
    NOT_PUBLIC = "not_public"
    DRAFT_EXPIRED = "draft_expired"
    # about personal links
    INVITATION_NEEDED = "invitation_needed"
    UNKNOWN_INVITATION = "unknown_invitation"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_EXPIRED = "invitation_expired"  # expired
    INVITATION_USED = "invitation_used"
    TOO_MANY_TRIES = "too_many_tries"  # minutes
    INVITEE_NEEDED = "invitee_needed"
    NOT_ON_ROLL = "not_on_roll"  # organisation
    ALREADY_INVITED = "already_invited"  # name
    BAD_PHONE = "bad_phone"  # phone
    BAD_EXPIRY = "bad_expiry"
    KEY_CHANGED = "key_changed"
    NO_ROLL = "no_roll"
    OTHER_SURVEY = "other_survey"  # slug
    WAVES_CONFIDENTIAL = "waves_confidential"
    MISSING_COLUMNS = "missing_columns"  # columns
    BAD_ROW = "bad_row"  # cells, columns
    INVITED_MEANWHILE = "invited_meanwhile"
    NO_MAIL_SERVER = "no_mail_server"
    MAIL_UNREACHABLE = "mail_unreachable"  # reason
    NOT_OFFERED = "not_offered"  # language, known
    CROSS_SITE = "cross_site"
    TOO_LARGE = "too_large"  # limit_kb
    MALFORMED = "malformed"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_FOR_SOME = "not_for_some"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BUSY = "busy"
    UNEXPECTED = "unexpected"
    # to programs that send responses
    NOT_JSON = "not_json"
    WRONG_MEDIA_TYPE = "wrong_media_type"
    TOO_MANY_ITEMS = "too_many_items"  # count, limit
    LIST_TOO_LARGE = "list_too_large"  # limit_kb
    ITEM_TOO_LARGE = "item_too_large"  # limit_kb
    MALFORMED_ITEM = "malformed_item"  # fields
    NOT_SIGNED_IN = "not_signed_in"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"  # channel
    # to programs that read
    BAD_PARAMETERS = "bad_parameters"  # names
    KEY_NEEDED = "key_needed"
    KEY_REFUSED = "key_refused"
    KEY_TRIES = "key_tries"  # minutes
    KEY_TOO_NARROW = "key_too_narrow"  # scope
    KEY_EMPTY = "key_empty"
    KEY_DAYS = "key_days"  # most
    TOO_MANY_JOBS = "too_many_jobs"  # limit
    JOB_NOT_DONE = "job_not_done"
    JOB_GAVE_UP = "job_gave_up"
    ODATA_UNSUPPORTED = "odata_unsupported"  # names
    BAD_WEBHOOK = "bad_webhook"
    WEBHOOK_ANONYMOUS = "webhook_anonymous"
    WEBHOOK_EVENTS = "webhook_events"
    TOO_MANY_WEBHOOKS = "too_many_webhooks"  # limit
    # for those who run the service, on the command line
    UNKNOWN_SURVEY = "unknown_survey"  # survey
    NOT_PUBLISHED = "not_published"  # survey, command: what to publish
    VERSION_FROZEN = "version_frozen"  # survey, version
    BAD_MEDIA = "bad_media"  # name
    MEDIA_TOO_LARGE = "media_too_large"  # name, limit_mb
    TOO_MUCH_MEDIA = "too_much_media"  # limit_mb
    SLUG_TAKEN = "slug_taken"  # slug, differences
    BAD_SLUG = "bad_slug"  # slug
    UNKNOWN_TERRITORY = "unknown_territory"  # territory
    UNKNOWN_PLAN = "unknown_plan"  # plan
    CENSUS_NEEDS_ROLL = "census_needs_roll"
    ORGANISATIONS_CONFIDENTIAL = "organisations_confidential"
    UNKNOWN_QUESTION = "unknown_question"  # question, known
    UNKNOWN_MEASURE = "unknown_measure"  # measure, known
    CANNOT_GROUP_BY = "cannot_group_by"  # question, type
    # about what somebody asks of an analysis
    BAD_PARAMETER = "bad_parameter"  # name, value, allowed
    TOO_MANY_PARAMETERS = "too_many_parameters"  # name, limit
    UNKNOWN_VALUE = "unknown_value"  # name, value, known
    NOT_CLOSED = "not_closed"  # question, type
    CANNOT_MAKE_GROUPS = "cannot_make_groups"  # question, type
    CUTS_NEEDED = "cuts_needed"  # question
    CUTS_OF_NO_NUMBER = "cuts_of_no_number"  # question
    TOO_MANY_GROUPS = "too_many_groups"  # question, count, limit
    SAME_TWICE = "same_twice"  # question
    ROW_AND_COLUMN = "row_and_column"
    GROUPS_NEEDED = "groups_needed"
    NO_SUCH_WAVE = "no_such_wave"  # wave, known
    BAD_EMAIL = "bad_email"  # email
    USER_EXISTS = "user_exists"  # email
    UNKNOWN_USER = "unknown_user"  # email
    PORT_TAKEN = "port_taken"  # host, port
    DEMO_IN_USE = "demo_in_use"
    RESULTS_AT_CLOSING = "results_at_closing"
    RESPONSE_FIXED = "response_fixed"
    UNKNOWN_REPEAT = "unknown_repeat"  # repeat, known
    EXPORT_TOO_WIDE = "export_too_wide"  # columns, limit
    EXPORT_TOO_LONG = "export_too_long"  # sheet, limit
    STILL_ARRIVING = "still_arriving"
    PREPARING = "preparing"  # done, of
    SAMPLE_OF_ALL = "sample_of_all"
    NO_PLACES = "no_places"
    PLACES_IDENTIFY = "places_identify"
    OTHER_RESPONDENTS = "other_respondents"  # version
    # about the design of a sample: as it is declared
    DESIGN_NOT_A_SAMPLE = "design_not_a_sample"  # slug
    DESIGN_LIMITED = "design_limited"
    DESIGN_UNKNOWN_KEY = "design_unknown_key"  # key, allowed
    DESIGN_BAD_VALUE = "design_bad_value"  # key, value, expected: a shape of app.words.messages
    DESIGN_UNSUITABLE_QUESTION = "design_unsuitable_question"  # key, question, type, types
    DESIGN_OTHER_VALUES = "design_other_values"  # question, missing, extra
    DESIGN_OTHER_POPULATION = "design_other_population"  # people, population
    # and as the responses contradict it
    DESIGN_NOT_NESTED = "design_not_nested"  # question, value
    DESIGN_EMPTY_CELL = "design_empty_cell"  # question, value
    DESIGN_SMALL_POPULATION = "design_small_population"  # question, value
    DESIGN_SMALL_WHOLE = "design_small_whole"
    DESIGN_WHOLE_VARIES = "design_whole_varies"
    DESIGN_POPULATION_VARIES = "design_population_varies"  # question, value
    DESIGN_DOES_NOT_FIT = "design_does_not_fit"  # reason
    # about codes of open answers
    CODES_OF_NOBODY = "codes_of_nobody"  # id
    CODES_TWICE = "codes_twice"  # id
    CODES_TOO_MANY = "codes_too_many"  # most
    CODES_TOO_MANY_KINDS = "codes_too_many_kinds"  # most
    CODE_TOO_LONG = "code_too_long"  # name, most
    # about results that are given back to the community
    RESULTS_NOT_PUBLISHED = "results_not_published"
    RESULTS_WITHDRAWN = "results_withdrawn"
    PUBLISH_AT_CLOSING = "publish_at_closing"
    PUBLISH_TOO_FEW = "publish_too_few"  # least
    PUBLISH_ALL_HIDDEN = "publish_all_hidden"
    PUBLISH_TOO_SOON = "publish_too_soon"  # least, new
    PUBLISH_WHO_AGREED = "publish_who_agreed"
    PUBLISH_NOTHING = "publish_nothing"
    PUBLISH_TOO_MUCH = "publish_too_much"  # most
    PUBLISH_OUTSIDE_DESIGN = "publish_outside_design"  # count
    PUBLISH_LIMITED = "publish_limited"
    PUBLISH_CHANGED = "publish_changed"
    # about files that a phone sends after its answers
    UPLOAD_UNKNOWN = "upload_unknown"
    UPLOAD_TOO_LARGE = "upload_too_large"  # limit_mb
    UPLOAD_OTHER = "upload_other"
    UPLOAD_BUSY = "upload_busy"
    UPLOAD_OFFSET = "upload_offset"  # offset
    UPLOAD_BROKEN = "upload_broken"
    UPLOAD_REFUSED = "upload_refused"  # reason


STATUS: Mapping[ProblemCode, HTTPStatus] = {
    ProblemCode.NOT_YET_OPEN: HTTPStatus.FORBIDDEN,
    ProblemCode.CLOSED: HTTPStatus.GONE,
    ProblemCode.STILL_ARRIVING: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemCode.PREPARING: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemCode.SAMPLE_OF_ALL: HTTPStatus.FORBIDDEN,
    ProblemCode.NOT_PUBLIC: HTTPStatus.FORBIDDEN,
    ProblemCode.INVITATION_NEEDED: HTTPStatus.FORBIDDEN,
    ProblemCode.UNKNOWN_INVITATION: HTTPStatus.NOT_FOUND,
    ProblemCode.INVITATION_REVOKED: HTTPStatus.GONE,
    ProblemCode.INVITATION_EXPIRED: HTTPStatus.GONE,
    ProblemCode.INVITATION_USED: HTTPStatus.CONFLICT,
    ProblemCode.TOO_MANY_TRIES: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemCode.RESULTS_AT_CLOSING: HTTPStatus.FORBIDDEN,
    ProblemCode.RESPONSE_FIXED: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_OTHER_VALUES: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_EMPTY_CELL: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_NOT_NESTED: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_SMALL_POPULATION: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_SMALL_WHOLE: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_WHOLE_VARIES: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_POPULATION_VARIES: HTTPStatus.CONFLICT,
    ProblemCode.DESIGN_DOES_NOT_FIT: HTTPStatus.CONFLICT,
    ProblemCode.DRAFT_EXPIRED: HTTPStatus.GONE,
    ProblemCode.CROSS_SITE: HTTPStatus.FORBIDDEN,
    ProblemCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.WRONG_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ProblemCode.TOO_MANY_ITEMS: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.LIST_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.ITEM_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.MALFORMED_ITEM: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    ProblemCode.CHANNEL_NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ProblemCode.BAD_PARAMETERS: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.KEY_NEEDED: HTTPStatus.UNAUTHORIZED,
    ProblemCode.KEY_REFUSED: HTTPStatus.UNAUTHORIZED,
    ProblemCode.KEY_TRIES: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemCode.TOO_MANY_JOBS: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemCode.JOB_NOT_DONE: HTTPStatus.CONFLICT,
    ProblemCode.ODATA_UNSUPPORTED: HTTPStatus.NOT_IMPLEMENTED,
    ProblemCode.BAD_WEBHOOK: HTTPStatus.CONFLICT,
    ProblemCode.WEBHOOK_EVENTS: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.WEBHOOK_ANONYMOUS: HTTPStatus.CONFLICT,
    ProblemCode.TOO_MANY_WEBHOOKS: HTTPStatus.CONFLICT,
    ProblemCode.KEY_TOO_NARROW: HTTPStatus.FORBIDDEN,
    ProblemCode.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ProblemCode.NOT_FOR_SOME: HTTPStatus.FORBIDDEN,
    ProblemCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ProblemCode.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemCode.UNEXPECTED: HTTPStatus.INTERNAL_SERVER_ERROR,
    ProblemCode.UPLOAD_UNKNOWN: HTTPStatus.NOT_FOUND,
    ProblemCode.UPLOAD_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.UPLOAD_OTHER: HTTPStatus.CONFLICT,
    ProblemCode.UPLOAD_BUSY: HTTPStatus.LOCKED,
    ProblemCode.UPLOAD_OFFSET: HTTPStatus.CONFLICT,
    ProblemCode.UPLOAD_BROKEN: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.UPLOAD_REFUSED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ProblemCode.UNKNOWN_COLLECTION: HTTPStatus.NOT_FOUND,
    ProblemCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ProblemCode.UNKNOWN_SURVEY: HTTPStatus.NOT_FOUND,
    ProblemCode.RESULTS_NOT_PUBLISHED: HTTPStatus.NOT_FOUND,
    ProblemCode.RESULTS_WITHDRAWN: HTTPStatus.GONE,
    ProblemCode.PUBLISH_LIMITED: HTTPStatus.FORBIDDEN,
    ProblemCode.DESIGN_LIMITED: HTTPStatus.FORBIDDEN,
}

_OF_STATUS: Mapping[int, ProblemCode] = {
    400: ProblemCode.MALFORMED,
    403: ProblemCode.NOT_ALLOWED,
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.METHOD_NOT_ALLOWED,
    413: ProblemCode.TOO_LARGE,
    503: ProblemCode.BUSY,
}


class Problem(Exception):  # noqa: N818 a problem is told to a person; not every one is an error
    """Something that the person must know, with the code whose words say what to do."""

    def __init__(self, code: ProblemCode, **context: object) -> None:
        super().__init__(code.value, context)
        self.code = code
        self.context = context

    @property
    def status(self) -> HTTPStatus:
        return STATUS.get(self.code, HTTPStatus.BAD_REQUEST)


def code_of_status(status: int) -> ProblemCode:
    """What to say about an HTTP error that nobody explained."""
    usual = ProblemCode.UNEXPECTED if status >= 500 else ProblemCode.MALFORMED
    return _OF_STATUS.get(status, usual)


FOR_PROGRAMS = ("/api/", "/odata/")
"""Addresses under which whatever goes wrong is told as RFC 9457 wants it."""


def problem_json(problem: Problem, *, status: int | None = None) -> Response:
    """The problem as RFC 9457 wants it, in the reader's language."""
    from app.words.messages import problem_words  # messages needs the codes above

    title, detail = problem_words(problem)
    code = int(status or problem.status)
    body = {"type": "about:blank", "status": code, "title": title, "detail": detail}
    response = jsonify(body | {"code": problem.code})
    response.status_code = code
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response


FOR_STAFF = (
    "/account", "/analysis", "/audit", "/collections", "/home", "/people", "/register", "/search",
)  # fmt: skip


def _start(status: int) -> str | None:
    """Where somebody goes on who cannot go on here: who works here, and who missed a page."""
    if request.path.startswith(FOR_STAFF):
        return url_for("workspace.home")
    return url_for("respond.home") if status == HTTPStatus.NOT_FOUND else None


def problem_response(problem: Problem, *, status: int | None = None) -> Response:
    """The problem as JSON where JSON was asked for, else as a page. Never a trace."""
    from app.words.messages import problem_words  # messages needs the codes above

    if request.path.startswith(FOR_PROGRAMS):
        return problem_json(problem, status=status)
    title, remedy = problem_words(problem)
    code = status or problem.status
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        body = jsonify({"code": problem.code, "title": title, "remedy": remedy, "status": code})
    else:
        words: dict[str, str | None] = {"title": title, "remedy": remedy}
        words["lang"] = current_language()
        slug = problem.context.get("slug")
        if problem.code is ProblemCode.CLOSED and slug:
            # What was begun on a phone before closing can be finished there.
            words["mine_url"] = url_for("offline.mine", slug=slug)
        words["start_url"] = _start(code)
        body = make_response(render_template("respond/problem.html", **words))
    body.status_code = code
    body.headers["Cache-Control"] = "no-store"
    return body


def register_error_handlers(app: Flask) -> None:
    @app.errorhandler(Problem)
    def _problem(problem: Problem) -> Response:
        return problem_response(problem)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response()
        code = code_of_status(error.code)
        limit = app.config["MAX_CONTENT_LENGTH"] // 1024
        response = problem_response(Problem(code, limit_kb=limit), status=error.code)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.allow.update(error.valid_methods)
        return response
