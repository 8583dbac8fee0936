"""What is read in the short way is read as the schema would, or left to it."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from app.services.receiving import shape
from tests.api.conftest import item

_TEXTS = st.sampled_from(
    [
        "", "es", "1", "barrio", "x" * 16, "x" * 17, "x" * 64, "x" * 65, "\x00", "\x85", "\u202e",
        "\ud800", "América/Ñuñoa",
    ]
)  # fmt: skip
_OTHERS = st.sampled_from([None, True, 0, 1, -1, 2**31 - 1, 2**31, 1.0, [], ["a"], {}, {"a": [1]}])
_UUIDS = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda each: str(each).upper()),
    st.sampled_from(["none", "{00000000-0000-4000-8000-000000000000}", "0" * 32]),
)
_MOMENTS = st.sampled_from(
    [
        "2026-05-05T08:00:00-04:00", "2026-05-05T08:00:00Z", "2026-05-05T08:00:00", "2026-05-05",
        "2026-W19-2", "0001-01-01T00:00:00+14:00", "2900-12-31T23:59:59-12:00", "now", "",
    ]
)  # fmt: skip
_ZONES = st.sampled_from(["America/Santiago", "Nowhere/At_all", "../etc/passwd", "UTC"])
_WORDS = st.sampled_from(["web", "api", "paper", "import", "json", "form", "text"])
_FIELDS = {
    "instance_id": _UUIDS,
    "collection": _TEXTS,
    "version": _TEXTS,
    "correction": _OTHERS,
    "started_at": _MOMENTS,
    "finished_at": _MOMENTS,
    "zone": _ZONES,
    "channel": _WORDS,
    "format": _WORDS,
    "answers": st.sampled_from([{}, {"mark": 7}, {"mark": ["7"]}, [], None]),
    "language": _TEXTS,
    "token": _TEXTS,
    "unheard_of": _TEXTS,
}
_CHANGES = st.fixed_dictionaries(
    {}, optional={name: usual | _TEXTS | _OTHERS for name, usual in _FIELDS.items()}
)
_USUAL = item(
    zone="America/Santiago", language="es", started_at="2026-05-05T08:00:00-04:00",
    finished_at="2026-05-05T08:04:00-04:00",
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine it is
@given(_CHANGES, st.sets(st.sampled_from(sorted(_USUAL)), max_size=2))
@example({}, set())
def test_the_short_way_reads_what_the_schema_reads(changes, without) -> None:
    raw = {name: value for name, value in _USUAL.items() if name not in without} | changes
    short = shape._usual(raw)
    if short is None:
        return
    try:
        assert short == shape._ITEM.load(raw)
    except ValidationError as error:
        raise AssertionError(f"the schema refuses {raw}: {error}") from error


def test_what_clients_send_goes_the_short_way() -> None:
    assert shape._usual(_USUAL) == shape._ITEM.load(_USUAL)
