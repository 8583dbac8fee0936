"""The simulated programme is whole, plausible and the same every time."""

import uuid
from collections import Counter, defaultdict
from datetime import UTC, timedelta
from statistics import correlation, mean

import pytest

from app.data import comunas
from app.services.demo.demo_data import DemoProgramme, programme

ASPECTS = ("treatment", "information", "timeliness", "participation", "usefulness")
PLAN_ASPECTS = (
    "relevance",
    "participation",
    "inclusion_gender",
    "coherence",
    "clarity",
    "feasibility",
    "funding",
    "follow_up",
)


@pytest.fixture(scope="module")
def demo() -> DemoProgramme:
    return programme(1996)


def test_the_same_seed_gives_the_same_programme_and_another_seed_other_answers(demo):
    assert programme(1996) == demo
    other = programme(7)
    assert other.organisations == demo.organisations
    assert other.people != demo.people


def test_the_register_has_the_promised_size(demo):
    assert len(demo.comunas) == 2
    assert len({code[:2] for code in demo.comunas}) == 2
    assert set(demo.comunas) <= {comuna.code for comuna in comunas()}
    assert len(demo.territories) == 4
    assert {code for item in demo.territories for code in item.comunas} == set(demo.comunas)
    assert len(demo.organisations) == 40
    assert len(demo.plans) == 3


def test_each_territory_has_8_to_14_organisations_of_several_kinds(demo):
    by_territory = defaultdict(list)
    for item in demo.organisations:
        by_territory[item.territory].append(item)
    assert set(by_territory) == {item.code for item in demo.territories}
    for items in by_territory.values():
        assert 8 <= len(items) <= 14
        assert len({item.kind for item in items}) >= 6
        assert all(item.active for item in items)


def test_codes_and_names_are_unique(demo):
    for items in (demo.territories, demo.organisations, demo.plans):
        assert len({item.code for item in items}) == len(items)
    assert len({item.name for item in demo.organisations}) == 40


def test_one_territory_has_no_plan_and_its_organisations_are_not_asked(demo):
    planned = {plan.territory for plan in demo.plans}
    assert len(planned) == 3
    assert {item.territory for item in demo.roll} == planned
    assert {item.organisation for item in demo.organisation_answers} <= {
        item.code for item in demo.roll
    }


def test_every_response_has_its_own_uuid4_and_ordinary_times(demo):
    responses = (*demo.people, *demo.organisation_answers)
    assert len({item.instance_id for item in responses}) == len(responses)
    for item in responses:
        assert uuid.UUID(item.instance_id).version == 4
        assert item.started_at.tzinfo is UTC
        assert timedelta(0) < item.submitted_at - item.started_at < timedelta(hours=1)


def test_people_answer_over_four_weeks_and_come_in_order_of_sending(demo):
    assert len(demo.people) == 1200
    days = {item.started_at.date() for item in demo.people}
    assert 25 <= len(days) <= 29
    sent = [item.submitted_at for item in demo.people]
    assert sent == sorted(sent)


def test_skip_logic_is_respected(demo):
    for item in demo.people:
        answers = item.answers
        assert answers["territory"] == item.territory
        took_part = answers["took_part"] == "yes"
        assert ("activities" in answers) is took_part
        assert ("participation" in answers) is took_part
        overall = answers["overall"]
        dissatisfied = isinstance(overall, int) and overall <= 4
        assert ("what_went_wrong" in answers) is dissatisfied
    for item in demo.organisation_answers:
        knows = item.answers["knows_plan"] != "no"
        assert all((name in item.answers) is knows for name in ("overall", *PLAN_ASPECTS))


def test_territories_differ_and_aspects_follow_the_overall_mark(demo):
    shares = {}
    for territory in demo.territories:
        marks = [
            item.answers["overall"]
            for item in demo.people
            if item.territory == territory.code and isinstance(item.answers["overall"], int)
        ]
        shares[territory.code] = mean(mark >= 6 for mark in marks)
    assert max(shares.values()) - min(shares.values()) > 0.2
    for aspect in ASPECTS:
        pairs = [
            (item.answers["overall"], item.answers[aspect])
            for item in demo.people
            if isinstance(item.answers["overall"], int)
            and isinstance(item.answers.get(aspect), int)
        ]
        assert correlation(*zip(*pairs, strict=True)) > 0.5


def test_some_people_cannot_or_will_not_say(demo):
    overall = Counter(item.answers["overall"] for item in demo.people)
    assert 10 <= overall["no_sabe"] <= 120
    assert 1 <= overall["no_responde"] <= 40
    assert any(item.answers["gender"] == "prefiero_no_decir" for item in demo.people)


def test_comments_vary_and_are_optional(demo):
    comments = [item.answers["comment"] for item in demo.people if "comment" in item.answers]
    assert 200 <= len(comments) <= 700
    assert len(set(comments)) > 100
    assert all(comment == comment.strip() and len(comment) <= 500 for comment in comments)
    # Spreadsheet export must make these harmless.
    assert any(comment.startswith("-") for comment in comments)


def test_each_organisation_answers_once_and_territories_fall_silent_differently(demo):
    answered = [item.organisation for item in demo.organisation_answers]
    assert len(answered) == len(set(answered))
    rates = {
        plan.territory: mean(
            item.code in answered for item in demo.roll if item.territory == plan.territory
        )
        for plan in demo.plans
    }
    assert min(rates.values()) == pytest.approx(0.6, abs=0.05)
    assert max(rates.values()) == pytest.approx(0.8, abs=0.05)


def test_the_displeased_are_more_often_silent():
    marks = [
        item.answers["overall"]
        for seed in range(20)
        for item in programme(seed).organisation_answers
        if item.territory == "T-CAB-2" and isinstance(item.answers.get("overall"), int)
    ]
    # All ten organisations of T-CAB-2 hold opinions around 4.7.
    assert mean(marks) > 4.95
