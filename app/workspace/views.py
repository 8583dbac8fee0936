"""The home page of those who work with surveys, and their search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import format_date, ngettext, to_user_timezone
from flask_babel import gettext as _
from flask_security import current_user

from app import work
from app.language import DEFAULT, current_language, language_links
from app.models.columns import utc_now
from app.models.job import Job, JobState
from app.permissions import Permission, may, requires, scope_of
from app.reports import summary
from app.reports.words import number, percent
from app.services import attention, searching
from app.services.analytics.findings import Listed
from app.services.attention import Item, Task
from app.services.jobs import queue
from app.services.searching import Found, Kind
from app.words.messages import problem_words
from encuestas import localized

workspace = Blueprint("workspace", __name__)
FILES = 5
RECENT = 8
"""Collections that the home page names."""

TASKS: Mapping[Task, tuple[Permission, str]] = {
    Task.HELD: (Permission.MANAGE, "admin.review_list"),
    Task.CONFLICTS: (Permission.MANAGE, "admin.review_list"),
    Task.MAIL: (Permission.MANAGE, "admin.messages"),
    Task.CLOSING: (Permission.MANAGE, "admin.progress"),
    Task.PAPER: (Permission.INTERVIEW, "admin.entry"),
    Task.PUBLISH: (Permission.MANAGE, "admin.publication"),
}
"""Who sees to each task, and where."""

KINDS: Mapping[Kind, Permission] = {
    Kind.COLLECTION: Permission.PREVIEW,
    Kind.SURVEY: Permission.PREVIEW,
    Kind.TERRITORY: Permission.REGISTER,
    Kind.ORGANISATION: Permission.REGISTER,
}
"""Who finds what."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something with a link: where it leads, what it is called, and what is said of it."""

    url: str
    name: str
    said: str
    simulated: bool = False


@workspace.after_request
def _keep_no_copy(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@workspace.get("/home")
@requires(Permission.PREVIEW)
def home() -> str:
    lang, now = current_language(), utc_now()
    tasks = [task for task, (permission, _page) in TASKS.items() if may(current_user, permission)]
    found = attention.desk(tasks, now=now, scope=scope_of(current_user))
    running = [each for each in found.collections if each.closes_at is None or each.closes_at > now]
    return render_template(
        "workspace/home.html",
        lang=lang,
        languages=language_links(),
        waiting=[_waiting(item, lang) for item in found.items],
        running=[_collection(each, lang) for each in running[:RECENT]],
        any_collection=bool(found.collections),
        files=[_file(job, lang) for job in _jobs()],
        territories=[each.name for each in current_user.territories],
        first=_first_steps(),
    )


@workspace.get("/search")
@requires(Permission.PREVIEW)
def search() -> str:
    lang, text = current_language(), searching.printable(request.args.get("q", "")).strip()
    kinds = [kind for kind, permission in KINDS.items() if may(current_user, permission)]
    found = searching.search(text, kinds=kinds, scope=scope_of(current_user))
    groups = [
        (_kind_words(kind), [_found(one, lang) for one in found.found if one.kind is kind],
         kind in found.more)
        for kind in kinds
    ]  # fmt: skip
    return render_template(
        "workspace/search.html",
        lang=lang,
        languages=language_links(q=text or None),
        text=text,
        longest=searching.LONGEST,
        short=0 < len(text) < searching.SHORTEST,
        groups=[group for group in groups if group[1]],
        kinds=[_kind_words(kind) for kind in kinds],
    )


def _waiting(item: Item, lang: str) -> Line:
    return Line(
        url=url_for(TASKS[item.task][1], slug=item.about.slug),
        name=_what(item, lang),
        said=localized(item.about.title, lang, DEFAULT),
        simulated=item.about.simulated,
    )


def _what(item: Item, lang: str) -> str:
    count, said = item.count, {"count": number(item.count, lang)}
    if item.task is Task.CLOSING:
        return _closing(item, lang)
    return {
        Task.HELD: ngettext(
            "%(count)s respuesta por revisar", "%(count)s respuestas por revisar", count, **said
        ),
        Task.CONFLICTS: ngettext(
            "%(count)s respuesta que llegó dos veces, distinta",
            "%(count)s respuestas que llegaron dos veces, distintas",
            count,
            **said,
        ),
        Task.MAIL: ngettext(
            "%(count)s correo que no llegó", "%(count)s correos que no llegaron", count, **said
        ),
        Task.PAPER: ngettext(
            "%(count)s formulario en papel que falta digitar de nuevo o resolver",
            "%(count)s formularios en papel que falta digitar de nuevo o resolver",
            count,
            **said,
        ),
        Task.PUBLISH: _("Cerrada y sin publicar: cuéntele a la comunidad qué se dijo"),
    }[item.task]


def _closing(item: Item, lang: str) -> str:
    said = {
        "day": format_date(to_user_timezone(item.about.closes_at), "long"),
        "count": number(item.count, lang),
    }
    if item.of is None:
        return ngettext(
            "Se cierra el %(day)s, con %(count)s respuesta",
            "Se cierra el %(day)s, con %(count)s respuestas",
            item.count,
            **said,
        )
    return _(
        "Se cierra el %(day)s y han respondido %(count)s de %(size)s",
        size=number(item.of, lang),
        **said,
    )


def _jobs() -> list[Job]:
    """The newest files that the reader asked for; who may not take answers away has none."""
    if not may(current_user, Permission.EXPORT):
        return []
    made = [job for job in queue.listed(current_user) if job.kind in work.FILES]
    return made[:FILES]


def _file(job: Job, lang: str) -> Line:
    ends = queue.expires_at(job)
    if job.state == JobState.DONE and ends is not None:
        said = _("Listo. Se guarda hasta el %(day)s.", day=format_date(to_user_timezone(ends)))
        return Line(url_for("api.job_file", key=job.id), job.file_name, said)
    if job.state == JobState.FAILED:
        problem = queue.problem_of(job)
        said = " ".join(problem_words(problem)) if problem else _("No se pudo preparar.")
    elif job.total:
        said = _("Preparándose: %(share)s", share=percent(job.done / job.total, lang, digits=0))
    else:
        said = _("Preparándose.")
    return Line("", job.collection.slug, said)


def _collection(each: Listed, lang: str) -> Line:
    count = ngettext(
        "%(count)s respuesta", "%(count)s respuestas", each.responses,
        count=number(each.responses, lang),
    )  # fmt: skip
    return Line(
        url=url_for("admin.hub", slug=each.slug),
        name=localized(each.title, lang, DEFAULT),
        said=f"{count} · {summary.period(each.opens_at, each.closes_at)}",
        simulated=each.simulated,
    )


def _kind_words(kind: Kind) -> str:
    return {
        Kind.COLLECTION: _("Encuestas en terreno"),
        Kind.SURVEY: _("Cuestionarios"),
        Kind.TERRITORY: _("Territorios"),
        Kind.ORGANISATION: _("Organizaciones"),
    }[kind]


def _found(one: Found, lang: str) -> Line:
    url = ""
    if one.kind is Kind.COLLECTION:
        url = url_for("admin.hub", slug=one.key)
    elif one.kind is not Kind.SURVEY:
        word = "territories" if one.kind is Kind.TERRITORY else "organisations"
        url = url_for("registry.edit_page", word=word, code=one.key)
    name = localized(one.name, lang, DEFAULT) if one.name else one.key
    return Line(url=url, name=name, said=one.key)


def _first_steps() -> list[Line]:
    """What each may do next, where nothing waits."""
    steps = (
        (Permission.MANAGE, "admin.index", _("Encuestas en terreno"),
         _("Quién ha respondido, invitaciones, resultados para la comunidad.")),
        (Permission.ANALYSE, "analytics.index", _("Análisis"),
         _("Cifras con su intervalo, comparaciones, informes y descargas.")),
        (Permission.INTERVIEW, "field.index", _("Entrevistas"),
         _("Entrevistar con el teléfono, también sin señal.")),
        (Permission.REGISTER, "registry.index", _("Registro"),
         _("Territorios, organizaciones y planes.")),
        (Permission.ANALYSE, "help.index", _("Qué significa cada cifra"),
         _("Cada cifra en dos frases, y cómo se calcula.")),
    )  # fmt: skip
    return [
        Line(url_for(endpoint), name, said)
        for permission, endpoint, name, said in steps
        if may(current_user, permission)
    ]
