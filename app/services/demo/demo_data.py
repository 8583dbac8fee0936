"""The simulated programme of the demonstration: what its people and organisations answered.

Pure: the same seed gives the same programme, and nothing here describes a real person. The
answers are what a respondent would send, to go through the same validation as anybody's.
"""

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random

from app.services.demo import words

Answers = dict[str, str | int | list[str]]

# Both fieldings fall in the months when mainland Chile is four hours behind UTC.
_CHILE = timezone(timedelta(hours=-4))
PEOPLE_OPEN, PEOPLE_WEEKS = date(2026, 5, 4), 4
ORGANISATIONS_OPEN, ORGANISATIONS_WEEKS = date(2026, 6, 1), 3

# People drawn, how pleased they are (in marks), and the share of organisations that answer.
_SAMPLE = {"T-CAB-1": 380, "T-CAB-2": 320, "T-CHO-1": 280, "T-CHO-2": 220}
_PLEASED = {"T-CAB-1": 6.0, "T-CAB-2": 4.9, "T-CHO-1": 5.6, "T-CHO-2": 5.2}
_ANSWERING = {"T-CAB-1": 0.8, "T-CAB-2": 0.6, "T-CHO-1": 0.8}

# Per mark: shift from the overall opinion, and the share who cannot tell.
_ASPECTS = {
    "treatment": (0.5, 0.03),
    "information": (-0.1, 0.04),
    "timeliness": (-0.5, 0.08),
    "participation": (-0.2, 0.05),
    "usefulness": (-0.3, 0.09),
}
_PLAN_ASPECTS = {
    "relevance": (0.3, 0.02),
    "participation": (0.1, 0.03),
    "inclusion_gender": (0.0, 0.06),
    "coherence": (0.1, 0.08),
    "clarity": (-0.2, 0.03),
    "feasibility": (-0.5, 0.10),
    "funding": (-0.9, 0.15),
    "follow_up": (-0.4, 0.10),
}
_ACTIVITIES = {
    "board": 0.35,
    "diagnosis": 0.30,
    "training": 0.40,
    "plan": 0.25,
    "project": 0.20,
    "event": 0.55,
    "other": 0.05,
}


@dataclass(frozen=True, slots=True)
class DemoTerritory:
    """A territory, the comunas (CUT) it lies in, and how many adults live there."""

    code: str
    name: str
    comunas: tuple[str, ...]
    adults: int


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """A community organisation; `territory` is the territory's code."""

    code: str
    name: str
    kind: str
    territory: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """A territory's development plan (PDT)."""

    code: str
    title: str
    territory: str
    approved: date
    summary_es: str
    summary_en: str


@dataclass(frozen=True, slots=True)
class DemoResponse:
    """One finished response. Times are in UTC; `channel` is web, interview or paper."""

    instance_id: str
    territory: str
    organisation: str | None
    channel: str
    started_at: datetime
    submitted_at: datetime
    answers: Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class DemoProgramme:
    """The register, the answers to `satisfaction` and the answers to `pdt-quality`."""

    comunas: tuple[str, ...]
    territories: tuple[DemoTerritory, ...]
    organisations: tuple[DemoOrganisation, ...]
    plans: tuple[DemoPlan, ...]
    people: tuple[DemoResponse, ...]
    organisation_answers: tuple[DemoResponse, ...]

    @property
    def roll(self) -> tuple[DemoOrganisation, ...]:
        """The organisations that are asked about a plan: those whose territory has one."""
        planned = {plan.territory for plan in self.plans}
        return tuple(item for item in self.organisations if item.territory in planned)


def programme(seed: int) -> DemoProgramme:
    """The whole programme; the seed decides the answers, the register is always the same."""
    rng = Random(seed)  # noqa: S311 -- simulated answers, nothing to keep secret
    territories = tuple(
        DemoTerritory(code, name, (comuna,), adults)
        for code, (name, comuna, adults) in words.TERRITORIES.items()
    )
    organisations = _organisations()
    plans = tuple(
        DemoPlan(
            code.replace("T-", "PDT-"),
            title,
            code,
            date.fromisoformat(approved),
            *words.SUMMARIES[code],
        )
        for code, (title, approved) in words.PLANS.items()
    )
    return DemoProgramme(
        comunas=tuple(sorted({comuna for item in territories for comuna in item.comunas})),
        territories=territories,
        organisations=organisations,
        plans=plans,
        people=_in_time(_person(rng, code) for code, size in _SAMPLE.items() for _ in range(size)),
        organisation_answers=_in_time(
            response
            for plan in plans
            for response in _organisation_responses(
                rng, [item for item in organisations if item.territory == plan.territory]
            )
        ),
    )


def _organisations() -> tuple[DemoOrganisation, ...]:
    return tuple(
        DemoOrganisation(f"{territory.replace('T-', 'O-')}-{number:02}", name, kind, territory)
        for territory, entries in words.ORGANISATIONS.items()
        for number, (kind, name) in enumerate(entries, start=1)
    )


def _person(rng: Random, territory: str) -> DemoResponse:
    took_part = _draw(rng, {"yes": 0.62, "no": 0.355, "no_sabe": 0.02, "no_responde": 0.005})
    opinion = rng.gauss(_PLEASED[territory] + (0.25 if took_part == "yes" else -0.25), 1.05)
    answers: Answers = {"territory": territory, "took_part": took_part}
    if took_part == "yes":
        answers["activities"] = _some(rng, _ACTIVITIES, otherwise="event")
    overall = _mark(rng, opinion, unsure=0.02 if took_part == "yes" else 0.10)
    answers["overall"] = overall
    faults: list[str] = []
    if isinstance(overall, int) and overall <= 4:
        problems = _what_went_wrong(rng)
        answers["what_went_wrong"] = problems
        faults = [problem for problem in problems if problem in words.COMPLAINTS]
    for aspect, (shift, unsure) in _ASPECTS.items():
        if aspect != "participation" or took_part == "yes":
            unsure_here = unsure if took_part == "yes" else 3 * unsure
            answers[aspect] = _mark(rng, opinion + shift, unsure=unsure_here)
    if rng.random() < (0.6 if faults else 0.28):
        answers["comment"] = _comment(rng, faults, pleased=opinion >= 5.5)
    answers["gender"] = _draw(
        rng, {"woman": 0.58, "man": 0.385, "other": 0.01, "prefiero_no_decir": 0.025}
    )
    answers["age_band"] = _draw(
        rng,
        {
            "18_29": 0.16,
            "30_44": 0.26,
            "45_59": 0.28,
            "60_74": 0.21,
            "75_plus": 0.07,
            "prefiero_no_decir": 0.02,
        },
    )
    channel = _draw(rng, {"interview": 0.55, "web": 0.38, "paper": 0.07})
    started, submitted = _times(rng, PEOPLE_OPEN, weeks=PEOPLE_WEEKS, channel=channel)
    return DemoResponse(_uuid4(rng), territory, None, channel, started, submitted, answers)


def _organisation_responses(
    rng: Random, organisations: list[DemoOrganisation]
) -> list[DemoResponse]:
    """Those that answer: a fixed share of the territory, the displeased more often silent."""
    territory = organisations[0].territory
    opinions = {item.code: rng.gauss(_PLEASED[territory] - 0.2, 1.2) for item in organisations}
    eagerness = {item.code: rng.gauss(0.8 * opinions[item.code], 1.0) for item in organisations}
    answering = sorted(organisations, key=lambda item: -eagerness[item.code])
    count = round(_ANSWERING[territory] * len(organisations))
    return [_organisation(rng, item, opinions[item.code]) for item in answering[:count]]


def _organisation(rng: Random, organisation: DemoOrganisation, opinion: float) -> DemoResponse:
    knows = _draw(rng, {"well": 0.55, "partly": 0.37, "no": 0.08})
    answers: Answers = {"organisation": organisation.code, "knows_plan": knows}
    if knows != "no":
        answers["overall"] = _mark(rng, opinion, unsure=0.03)
        for aspect, (shift, unsure) in _PLAN_ASPECTS.items():
            answers[aspect] = _mark(rng, opinion + shift, unsure=unsure)
    if rng.random() < 0.5:
        answers["suggestion"] = rng.choice(words.SUGGESTIONS)
    channel = _draw(rng, {"web": 0.7, "interview": 0.2, "paper": 0.1})
    started, submitted = _times(rng, ORGANISATIONS_OPEN, weeks=ORGANISATIONS_WEEKS, channel=channel)
    return DemoResponse(
        _uuid4(rng),
        organisation.territory,
        organisation.code,
        channel,
        started,
        submitted,
        answers,
    )


def _mark(rng: Random, opinion: float, *, unsure: float) -> int | str:
    """A mark near the opinion, or the answer of somebody who cannot or will not give one."""
    chance = rng.random()
    if chance < unsure:
        return "no_sabe"
    if chance > 0.99:
        return "no_responde"
    return max(1, min(7, math.floor(rng.gauss(opinion, 0.6) + 0.5)))


def _what_went_wrong(rng: Random) -> list[str]:
    chance = rng.random()
    if chance < 0.03:
        return ["no_sabe"]
    if chance > 0.98:
        return ["no_responde"]
    shares = dict.fromkeys(words.COMPLAINTS, 0.25) | {"poor_treatment": 0.06, "other": 0.1}
    return _some(rng, shares, otherwise="few_results")


def _comment(rng: Random, faults: list[str], *, pleased: bool) -> str:
    if rng.random() < 0.08:
        return rng.choice(words.RAW_COMMENTS)
    if faults:
        body = rng.choice(words.COMPLAINTS[rng.choice(faults)])
    elif pleased:
        body = rng.choice(words.PRAISE)
    else:
        body = rng.choice([text for texts in words.COMPLAINTS.values() for text in texts])
    text = rng.choice(words.OPENINGS) + body
    closing = rng.choice(words.CLOSINGS)
    return text[0].upper() + text[1:] + ("." if closing or rng.random() < 0.5 else "") + closing


def _draw(rng: Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _some(rng: Random, shares: Mapping[str, float], *, otherwise: str) -> list[str]:
    """Each with its own chance, in the order of the choices; never none."""
    return [value for value, share in shares.items() if rng.random() < share] or [otherwise]


def _times(rng: Random, opening: date, *, weeks: int, channel: str) -> tuple[datetime, datetime]:
    """When a response began and ended: interviews by day, phones until late, more at first."""
    day = opening + timedelta(days=int(7 * weeks * rng.random() ** 1.3))
    first, last = (8.0, 23.0) if channel == "web" else (9.5, 19.0)
    minutes = int(60 * rng.triangular(first, last, (first + last) / 2 + 1))
    started = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=_CHILE)
    started += timedelta(seconds=rng.randrange(60))
    taken = timedelta(seconds=int(min(2400, 60 * rng.lognormvariate(1.4, 0.45))))
    return started.astimezone(UTC), (started + taken).astimezone(UTC)


def _uuid4(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _in_time(responses: Iterable[DemoResponse]) -> tuple[DemoResponse, ...]:
    return tuple(sorted(responses, key=lambda item: (item.submitted_at, item.instance_id)))
