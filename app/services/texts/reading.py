"""Open answers as a list that can be read and searched, and the words that come back in them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.errors import Problem, ProblemCode
from app.models import ORGANISATION_QUESTION, TERRITORY_QUESTION, Collection
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import columns, joins
from app.services.analytics.coded import codes_of
from app.services.scope import EVERYWHERE, Scope
from app.services.searching import folded
from encuestas import Question, Survey

PAGE = 50
MOST_WORDS = 40
LONGEST_SEARCH = 100
_SHORTEST_WORD = 3
_WORD = re.compile(r"[^\W\d_]+")
_GRAMMAR = """
    algo algun alguna algunas alguno algunos alla alli and ante antes aqui are asi aun aunque bien
    cada casi como con contra creo cual cuales cualquier cuando cuanto deberia deberian del desde
    despues dice dicen donde dos durante ella ellas ello ellos entonces entre era eran esa esas
    ese eso esos esta estaba estado estamos estan estar estas este esto estos estoy etc favor for
    from fue fueron gracias haber habia hace hacen hacer hacia han has hasta have hay hizo hubo
    las les los mas mientras mire mis misma mismo mucha muchas mucho muchos muy nada nomas nos
    nosotras nosotros not nuestra nuestras nuestro nuestros ojala otra otras otro otros para pero
    poco por porque puede pueden pues que quien quienes sea sean segun ser seria serian sido
    siempre sin sobre solo somos son soy sus tal tambien tampoco tan tanto tener tengo that the
    they this tiene tienen toda todas todavia todo todos tus una unas uno unos usted ustedes vamos
    van varias varios verdad vez was with you
"""
"""Words that say nothing alone, folded; shorter ones are left out for their length."""
_STOP = frozenset(_GRAMMAR.split())


@dataclass(frozen=True, slots=True)
class Answer:
    """An open answer. ``codes``: None where nobody has coded it."""

    key: str
    text: str
    territory: str | None
    codes: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Word:
    """A word as most people wrote it, and in how many answers it is."""

    text: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A page of the open answers to a question. ``given``: how many there are in all."""

    collection: Collection
    survey: Survey
    questions: Sequence[Question]
    question: Question | None
    given: int
    found: int
    coded: int
    first: int
    answers: Sequence[Answer]
    words: Sequence[Word]
    codes: Sequence[str]


def questions_of(survey: Survey) -> list[Question]:
    """The questions that are answered in one's own words, once per response."""
    hidden = {ORGANISATION_QUESTION, TERRITORY_QUESTION}
    return [
        question
        for question in survey.questions
        if question.type == "text"
        and question.name not in hidden
        and not survey.repeats(question.name)
    ]


def texts(
    slug: str,
    question: str | None = None,
    *,
    search: str = "",
    code: str = "",
    first: int = 0,
    scope: Scope = EVERYWHERE,
) -> Texts:
    """Those that have every word that is searched, and the code, from a place on.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, or UNKNOWN_QUESTION: no open question is so called.
    """
    collection, survey, chosen = opened(slug, question)
    every = answers(collection, chosen, scope=scope) if chosen else []
    wanted = folded(search[:LONGEST_SEARCH]).split()
    fits = [one for one in every if _fits(one, wanted, code)]
    first = first if 0 <= first < len(fits) else 0
    return Texts(
        collection=collection,
        survey=survey,
        questions=questions_of(survey),
        question=chosen,
        given=len(every),
        found=len(fits),
        coded=sum(one.codes is not None for one in every),
        first=first,
        answers=fits[first : first + PAGE],
        words=frequent(one.text for one in fits),
        codes=sorted({code for one in every for code in one.codes or ()}),
    )


def opened(slug: str, question: str | None) -> tuple[Collection, Survey, Question | None]:
    """The collection with the open question that is asked for, or its first."""
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    survey = joins.joined(collection).described
    known = questions_of(survey)
    if question is None:
        return collection, survey, known[0] if known else None
    chosen = next((each for each in known if each.name == question), None)
    if chosen is None:
        names = ", ".join(each.name for each in known)
        raise Problem(ProblemCode.UNKNOWN_QUESTION, question=question, known=names)
    return collection, survey, chosen


def answers(
    collection: Collection, question: Question, *, scope: Scope = EVERYWHERE
) -> list[Answer]:
    """All that was written, in an order that tells nothing of who wrote when."""
    read = columns.read(collection, ["_id", question.name, "_territory"], scope=scope)
    codes = codes_of(collection, question.name)
    names = {each.code: each.name for each in collection.territories}
    rows = zip(*(read.column(name).to_pylist() for name in read.column_names), strict=True)
    found = [
        Answer(key, text.strip(), names.get(place or ""), codes.get(key))
        for key, text, place in rows
        if text and text.strip() and text not in question.special
    ]
    return sorted(found, key=lambda one: one.key)


def frequent(written: Iterable[str], most: int = MOST_WORDS) -> list[Word]:
    """The words that come back, counted once for each answer; those of grammar left out."""
    counts: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in written:
        seen = {folded(word): word.lower() for word in _WORD.findall(text)}
        for key, word in seen.items():
            if len(key) >= _SHORTEST_WORD and key not in _STOP:
                counts[key] += 1
                forms[key][word] += 1
    often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    # Of two spellings as common, the one that sorts last: it has the accents.
    return [
        Word(max(forms[key].items(), key=lambda form: (form[1], form[0]))[0], count)
        for key, count in often[:most]
        if count > 1
    ]


def _fits(one: Answer, words: Sequence[str], code: str) -> bool:
    if code and code not in (one.codes or ()):
        return False
    said = folded(one.text) if words else ""
    return all(word in said for word in words)
