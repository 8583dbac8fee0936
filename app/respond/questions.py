"""Questions as the templates want them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import g
from markupsafe import Markup, escape

from app.forms.dynamic import COUNT, draw, field_name
from app.respond.attached import FileField, FileView, field_of
from app.respond.visit import foreign, said
from app.respond.words import answer_words, exact, form_values, grouped
from app.services.drafts.drafts import Walk
from encuestas import Choice, Group, Question, Survey, Text
from encuestas.definition import GroupKind
from encuestas.paths import below, instance, name_of
from encuestas.piping import pipe, piped
from encuestas.plan import plan_of
from encuestas.types import MEDIA, METADATA, Answer

_FEW_STEPS = 11
MARKED = frozenset({"scale", "nps"})
"""Types whose answer is one of a few marks."""
_POSITION, _TOTAL = Markup("<span data-n></span>"), Markup("<span data-total></span>")


class Option(NamedTuple):
    """A choice. ``away``: a filter hides it now, and the script may bring it back."""

    value: str
    label: str
    image: str | None = None
    audio: str | None = None
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question, as `respond/widgets.html` documents it."""

    path: str
    name: str
    type: str
    label: str
    lang: str | None = None
    hint: str | None = None
    guidance: str | None = None
    image: str | None = None
    audio: str | None = None
    required: bool = True
    read_only: bool = False
    fault: str | None = None
    choices: tuple[Option, ...] = ()
    special: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    said: str | None = None
    anchors: Mapping[int, str] = field(default_factory=dict, hash=False)
    points: tuple[int | str, ...] = ()
    limits: tuple[str, str, str] | None = None
    max_length: int | None = None
    file: FileField | None = None
    appearance: str = ""
    row: bool = False
    away: bool = False
    personal: bool = False
    clearable: bool = False

    def drawn(self, single: bool) -> Markup:
        return draw(self, single=single, language=str(g.language))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A heading and the questions below it. ``type``: group or matrix."""

    path: str
    name: str
    label: str
    lang: str | None
    hint: str | None
    questions: Sequence[View]
    type: str = "group"
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceView:
    """One instance of a repeat. ``remove``: the value of the button that removes it."""

    path: str
    name: str
    position: int | Markup
    questions: Sequence[View]
    remove: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatView:
    """Questions asked again and again. ``counter``: the field that says how often, and ``add``:
    the value of the button for one more; None where the respondent has no say. ``mould``: what the
    phone makes instances of; then there is none yet.
    """

    path: str
    name: str
    label: str
    lang: str | None
    hint: str | None
    fault: str | None
    instances: Sequence[InstanceView]
    counter: str | None
    add: str | None
    away: bool = False
    type: str = "repeat"
    mould: InstanceView | None = None

    @property
    def total(self) -> int | Markup:
        return len(self.instances) if self.mould is None else _TOTAL

    @property
    def questions(self) -> list[View]:
        return [view for each in self.instances for view in each.questions]


View = QuestionView | GroupView | RepeatView


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What decides how a page's questions look beside their definition.

    ``values``: what was typed, by path. ``live``: names of what the page's script may change.
    ``media``: addresses of images and sounds. ``files``: what was handed in, by name.
    ``whole``: of a survey that the phone asks alone, so that whatever anybody may need has to be
    there.
    """

    path: Walk
    language: str
    values: Mapping[str, Sequence[str]]
    faults: Mapping[str, str] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    media: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, FileView] = field(default_factory=dict)
    whole: bool = False

    @property
    def survey(self) -> Survey:
        return self.path.survey

    def text(self, text: Text, at: str = "") -> str:
        """The words with earlier answers in them, as plain text. ``at``: the instance around."""
        words = self.survey.text(text, self.language)
        return pipe(words, lambda name: self.answered(name, at)) if "${" in words else words

    def html(self, text: Text, at: str = "", *, around: str | None = None) -> str:
        """The same for a page: marked where in another language, or where the script changes it."""
        words = said(self.survey, text, self.language, around=around)
        if "${" not in words:
            return words
        return Markup(pipe(str(escape(words)), lambda name: self._held(name, at)))  # noqa: S704 escaped

    def _held(self, name: str, at: str) -> str:
        words = escape(self.answered(name, at) or "…")
        if name not in self.live:
            return words
        path = self.nearest(name, at)
        return Markup('<span data-value="{}" data-empty="…">{}</span>').format(path, words)

    def answered(self, name: str, at: str) -> str | None:
        """The answer to a question in words, in the same instance."""
        path = self.nearest(name, at)
        if path is None:
            return None
        question, answer = self.survey.question(name), self.path.route.value(path)
        return answer_words(self.survey, question, answer, raw=(), language=self.language)

    def nearest(self, name: str, at: str) -> str | None:
        """The path of a question as seen from an instance; None from outside its repeats."""
        if not self.survey.has(name):
            return None
        repeats, around = self.survey.repeats(name), at.split("/") if at else []
        here = around[: len(repeats)]
        if tuple(each.partition("[")[0] for each in here) != repeats:
            return None
        return below("/".join(here), name)

    def beginning(self, path: str) -> Answer | None:
        """What an untouched question begins with; a phone works out what is not written."""
        if self.whole:
            return plan_of(self.survey).steps[name_of(path)].literal
        return self.path.beginning(path)

    def file(self, names: Text) -> str | None:
        """The address of an image or a sound, if the version has it."""
        return self.media.get(self.survey.text(names, self.language)) if names else None


def views(items: Iterable[Question | Group], look: Look, at: str = "") -> list[View]:
    """The visible questions, within their groups; groups with nothing to show leave.

    What the page's script may show is there too, put away.
    """
    shown: list[View] = []
    for item in items:
        if isinstance(item, Question):
            view: View | None = _question_or_none(item, look, at)
        elif item.kind is GroupKind.REPEAT:
            view = _repeat(item, look, at)
        else:
            view = _group(item, look, at)
        if view is not None:
            shown.append(view)
    return shown


def shown_paths(items: Iterable[View]) -> list[str]:
    """Paths of the questions that are on the page: what a post leaves out of these was emptied."""
    found: list[str] = []
    for view in items:
        if view.away:
            continue
        if isinstance(view, QuestionView):
            found += [view.path] if _has_field(view) else []
        else:
            found += shown_paths(view.questions)
    return found


def any_grows(items: Iterable[View]) -> bool:
    """Whether there is a button that adds an instance, takes one away, or takes a file away."""
    for view in items:
        if isinstance(view, QuestionView) and view.file and view.file.held and not view.away:
            return True
        if isinstance(view, RepeatView) and view.counter:
            return True
        if not isinstance(view, QuestionView) and any_grows(view.questions):
            return True
    return False


def _has_field(view: QuestionView) -> bool:
    return view.type != "calculate" and not view.read_only


def _question_or_none(question: Question, look: Look, at: str) -> QuestionView | None:
    path = below(at, question.name)
    unseen = question.type in METADATA or question.type == "hidden"
    if unseen or (question.type == "calculate" and not question.label):
        return None
    away = path not in look.path.route.relevant
    if away and question.name not in look.live:
        return None
    return _question(question, look, at, away=away)


def _group(group: Group, look: Look, at: str) -> GroupView | None:
    inner = views(group.questions, look, at)
    if not inner:
        return None
    if group.kind is GroupKind.MATRIX or "table-list" in group.appearances:
        kind = "matrix"
        inner = [_as_row(view) for view in inner]
    else:
        kind = "group"
    path = below(at, group.name)
    return GroupView(
        path=path,
        name=path,
        # Its language would hold for the questions inside too, so the heading marks itself.
        label=look.html(group.label, at),
        lang=None,
        hint=look.html(group.hint, at) or None,
        questions=inner,
        type=kind,
        away=all(view.away for view in inner),
    )


def _as_row(view: View) -> View:
    fits = isinstance(view, QuestionView) and view.type in {"select_one", "scale"}
    return view if not fits else _replaced(view, row=True)


def _replaced(view: Any, **changes: Any) -> Any:
    return type(view)(**{name: getattr(view, name) for name in view.__slots__} | changes)


def _repeat(group: Group, look: Look, at: str) -> RepeatView | None:
    path = below(at, group.name)
    route = look.path.route
    away = path not in route.relevant
    if away and group.name not in look.live:
        return None
    if look.whole:
        return _mould(group, look, at, away=away)
    count = 0 if away else route.counts.get(path, 0)
    free = group.repeat_count is None
    if not count and not free:
        return None
    most = group.maximum
    return RepeatView(
        path=path,
        name=path,
        label=look.html(group.label, at),
        lang=None,
        hint=look.html(group.hint, at) or None,
        fault=look.faults.get(path),
        instances=[
            InstanceView(
                path=(here := instance(path, position)),
                name=here,
                position=position,
                questions=views(group.questions, look, here),
                remove=here if free and count > group.minimum else None,
            )
            for position in range(1, count + 1)
        ],
        counter=path + COUNT if free else None,
        add=path if free and (most is None or count < most) else None,
        away=away,
    )


def _mould(group: Group, look: Look, at: str, *, away: bool) -> RepeatView:
    """A repeat with the one instance that the phone makes all others of."""
    path, free = below(at, group.name), group.repeat_count is None
    here = instance(path, 1)
    return RepeatView(
        path=path,
        name=path,
        label=look.html(group.label, at),
        lang=None,
        hint=look.html(group.hint, at) or None,
        fault=None,
        instances=(),
        counter=path + COUNT if free else None,
        add=path if free else None,
        away=away,
        mould=InstanceView(
            path=here,
            name=here,
            position=_POSITION,
            questions=views(group.questions, look, here),
            remove=here if free else None,
        ),
    )


def _question(question: Question, look: Look, at: str, *, away: bool) -> QuestionView:
    survey, settings = look.survey, question.settings
    lang = foreign(survey, question.label, look.language)
    path = below(at, question.name)
    values = _values(question, look, path)
    told = question.read_only or question.type == "calculate"

    def words(text: Text) -> str:
        return look.html(text, at, around=lang)

    def option(choice: Choice, *, away: bool = False) -> Option:
        image, audio = look.file(choice.image), look.file(choice.audio)
        return Option(choice.value, words(choice.label), image, audio, away)

    return QuestionView(
        path=path,
        name=field_name(path),
        type=question.type.removesuffix("_from_file"),
        label=look.html(question.label, at, around=lang),
        lang=lang,
        hint=words(question.hint) or None,
        guidance=words(question.guidance) or None,
        image=look.file(question.image),
        audio=look.file(question.audio),
        required=question.required is not False,
        read_only=told,
        fault=look.faults.get(path),
        choices=tuple(option(choice, away=away) for choice, away in _offered(question, look, path)),
        special=tuple(option(choice) for choice in survey.special_choices(question)),
        values=values,
        said=_said(question, look, path) if told else None,
        anchors={mark: words(text) for mark, text in getattr(settings, "anchors", {}).items()},
        points=getattr(settings, "marks", ()) if question.type in MARKED else (),
        limits=_limits(question),
        max_length=getattr(settings, "max_length", None),
        file=None if question.type not in MEDIA else field_of(question, values, look.files),
        appearance=question.appearance,
        away=away,
        personal=told or question.randomize or _is_personal(question, look),
        clearable=look.whole,
    )


def _values(question: Question, look: Look, path: str) -> tuple[str, ...]:
    typed = look.values.get(path)
    if typed is None:
        typed = form_values(question, look.beginning(path))
    if question.type == "range":
        typed = [value.replace(",", ".") if _steps(question) else value for value in typed]
    if "thousands-sep" in question.appearances:
        typed = [grouped(value) for value in typed]
    return tuple(typed)


def _said(question: Question, look: Look, path: str) -> str | None:
    answer = look.path.route.value(path)
    return answer_words(look.survey, question, answer, raw=(), language=look.language)


def _offered(question: Question, look: Look, path: str) -> list[tuple[Choice, bool]]:
    """The choices, each with whether it is put away."""
    if steps := _steps(question):
        return [(step, False) for step in steps]
    offered = look.path.route.offered(path)
    if question.choice_filter is None or question.name not in look.live:
        return [(choice, False) for choice in offered]
    left = {choice.value for choice in offered}
    if question.randomize:
        return [(c, False) for c in offered] + [
            (c, True) for c in question.choices if c not in offered
        ]
    return [(choice, choice.value not in left and not look.whole) for choice in question.choices]


def _steps(question: Question) -> list[Choice]:
    """The few answers of a range that asks to be shown as marks, as choices."""
    settings: Any = question.settings
    if question.type != "range" or not question.appearances & {"likert", "rating"}:
        return []
    if (settings.end - settings.start) / settings.step >= _FEW_STEPS:
        return []
    return [Choice(str(mark), {"": exact(mark)}) for mark in settings.marks]


def _limits(question: Question) -> tuple[str, str, str] | None:
    if question.type != "range":
        return None
    settings: Any = question.settings
    return exact(settings.start), exact(settings.end), exact(settings.step)


def _is_personal(question: Question, look: Look) -> bool:
    """Whether its words have somebody's answers in them."""
    texts = [question.label, question.hint, question.guidance, *(c.label for c in question.choices)]
    return any(
        "${" in (words := look.survey.text(text, look.language)) and piped(words) for text in texts
    )
