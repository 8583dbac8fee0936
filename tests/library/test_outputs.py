"""What the instruments work out from the answers, against the same worked out by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import encuestas
from encuestas import Choice, Source, bind_choices, read_survey, validate

LIBRARY = Path(encuestas.__file__).parent / "library"
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
CONSTRUCTS = (
    "distributive",
    "directive",
    "transformational",
    "networking",
    "service",
    "inclusion",
)


def worked_out(name: str, answers: dict[str, object]) -> dict[str, object]:
    """The clean answers, which must have no fault."""
    survey = read_survey((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    survey = bind_choices(survey, {"territories": [Choice("T-CAB-1", {"es": "Cabildo"})]})
    result = validate(survey, {"territory": "T-CAB-1"} | answers, source=Source.JSON, now=NOW)
    assert [(fault.code, fault.question) for fault in result.faults] == []
    assert result.unknown == ()
    return result.answers


def marks(construct: str, *given: object) -> dict[str, object]:
    return {f"{construct}_{place}": mark for place, mark in enumerate(given, start=1)}


def leader(**changes: object) -> dict[str, object]:
    answers: dict[str, object] = {"kind": "women", "role": "president", "origin": "elected"}
    for construct in CONSTRUCTS:
        answers |= marks(construct, 3, 4, 4)
    return answers | {"trained": "no"} | changes


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ((1, 1, 1), 0),
        ((5, 5, 5), 100),
        ((3, 4, 4), 66.7),  # mean 3.6667: (3.6667 - 1) / 4
        ((2, 5, "no_sabe"), 62.5),  # two of three answered: mean 3.5
        ((2, "no_responde", "no_sabe"), None),
    ],
)
def test_a_leader_s_score_needs_two_of_three_items(given, score):
    found = worked_out("leadership", leader(**marks("inclusion", *given)))
    assert found.get("inclusion_score") == score
    assert found["service_score"] == 66.7


def test_leaders_and_observers_answer_the_same_items():
    definitions = [
        read_survey((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("leadership", "leadership-observer")
    ]
    items = [
        [q.name for q in definition.questions if q.name.startswith(CONSTRUCTS)]
        for definition in definitions
    ]
    assert items[0] == items[1]
    assert sum(not name.endswith(("_score", "_answered")) for name in items[0]) == 18


def test_the_priority_of_a_problem_is_urgency_times_reach():
    problem = {
        "problem": "Se corta el agua",
        "problem_topic": "water",
        "problem_touches": "4",
        "problem_urgency": 5,
        "problem_solver": "institution",
    }
    topics = ["water", "housing", "health", "safety", "work", "transport", "environment", "spaces"]
    found = worked_out(
        "self-diagnosis",
        {
            "workshop_date": "2026-05-04",
            "women": 12,
            "men": 7,
            "others": 1,
            "topics_order": topics,
            "problems": [problem, problem | {"problem_touches": "2", "problem_urgency": 3}],
        },
    )
    assert [each["problem_priority"] for each in found["problems"]] == [20, 6]
    assert (found["problems_count"], found["highest_priority"]) == (2, 20)
    assert (found["people"], found["women_share"]) == (20, 60)


def actor(sector: str, **changes: object) -> dict[str, object]:
    return {
        "actor": "Una organización",
        "sector": sector,
        "offer": "Talleres",
        "interest": 4,
        "power": 2,
        "link": "contact",
    } | changes


@pytest.mark.parametrize(
    ("actors", "complete", "with_offer"),
    [
        ([actor("public"), actor("private"), actor("community")], 1, 3),
        ([actor("public"), actor("private")], 0, 2),
        ([actor("public"), actor("private"), actor("community", offer=None)], 0, 2),
    ],
)
def test_a_map_is_complete_with_every_sector_and_every_offer(actors, complete, with_offer):
    found = worked_out(
        "actor-map", {"mapped_on": "2026-05-04", "comuna": "Cabildo", "actors": actors}
    )
    assert (found["complete"], found["with_offer"]) == (complete, with_offer)
    assert found["actors_count"] == len(actors)


@pytest.mark.parametrize(
    ("interest", "power", "quadrant"),
    [
        (5, 5, "work_closely"),
        (1, 5, "bring_closer"),
        (5, 1, "support"),
        (1, 1, "keep_informed"),
        ("no_sabe", 4, "bring_closer"),
    ],
)
def test_interest_and_power_place_an_actor_on_the_grid(interest, power, quadrant):
    placed = actor("public", interest=interest, power=power)
    answers = {"mapped_on": "2026-05-04", "comuna": "Cabildo", "actors": [placed]}
    assert worked_out("actor-map", answers)["actors"][0]["quadrant"] == quadrant


def test_a_gap_is_what_people_want_to_learn_less_what_they_know():
    survey = read_survey((LIBRARY / "knowledge-and-needs.yaml").read_text(encoding="utf-8"))
    rows = [q.name for q in survey.questions if q.type == "scale"]
    answers = dict.fromkeys(rows, 3) | {"wants_digital": 5, "knows_digital": 1}
    found = worked_out("knowledge-and-needs", answers | {"knows_crafts": "no_responde"})
    assert (found["gap_digital"], found["gap_growing"]) == (4, 0)
    assert "gap_crafts" not in found


def visit(**changes: object) -> dict[str, object]:
    quality = dict.fromkeys(("as_planned", "good_materials", "safe", "informed"), "yes")
    return (
        quality
        | {
            "visited_on": "2026-06-10",
            "investment": "INV-7",
            "planned_start": "2026-03-01",
            "planned_end": "2026-06-01",
            "state": "finished",
            "actual_start": "2026-03-02",
            "progress": 100,
            "actual_end": "2026-06-01",
        }
        | changes
    )


UNFINISHED = {"state": "working", "actual_end": None, "progress": 60}


@pytest.mark.parametrize(
    ("changes", "days_late", "on_time"),
    [
        ({}, 0, 1),
        ({"actual_end": "2026-06-08"}, 7, 0),
        (UNFINISHED, 9, 0),
        (UNFINISHED | {"planned_end": "2026-07-01"}, 0, None),
    ],
)
def test_an_open_work_is_neither_in_time_nor_late_before_its_date(changes, days_late, on_time):
    found = worked_out("social-control-visit", visit(**changes))
    assert (found["days_late"], found.get("on_time")) == (days_late, on_time)


def test_attendance_and_agreements_of_a_board_are_added_up():
    came = {"attending": "Junta de vecinos", "attending_kind": "neighbours"}
    found = worked_out(
        "board-minutes",
        {
            "meeting_date": "2026-05-04",
            "board": "territorial",
            "formalises": "yes",
            "attendance": [
                came | {"attending_women": 3, "attending_men": 1, "attending_others": 0},
                came | {"attending_women": 2, "attending_men": 2},
            ],
            "agreements": [
                {"agreement": "Limpiar", "agreement_owner": "Todos", "agreement_due": "2026-06-01"},
                {"agreement": "Pintar", "agreement_owner": "Junta"},
            ],
        },
    )
    assert (found["organisations"], found["women"], found["people"]) == (2, 5, 8)
    assert found["women_share"] == 62.5
    assert (found["agreements_count"], found["agreements_dated"]) == (2, 1)


def test_a_group_s_marks_for_an_investment_are_measured():
    survey = read_survey((LIBRARY / "participatory-evaluation.yaml").read_text(encoding="utf-8"))
    measured = {measure.question for measure in survey.measures}
    marks_asked = {question.name for question in survey.questions if question.type == "scale"}
    assert marks_asked <= measured
