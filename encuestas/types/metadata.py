"""What is noted beside the answers: when they were given, on which day. Nobody is asked."""

from __future__ import annotations

from encuestas.types.base import PaperKind
from encuestas.types.code import CodeType
from encuestas.types.date import DateType
from encuestas.types.time import DateTimeType


class StartType(DateTimeType):
    """When the response was begun; never kept where answers are anonymous."""

    name = "start"
    xlsform_name = "start"
    has_label = False
    allows_special = False
    paper_kind = PaperKind.NOTHING


class EndType(DateTimeType):
    """When the response was finished; never kept where answers are anonymous."""

    name = "end"
    xlsform_name = "end"
    has_label = False
    allows_special = False
    paper_kind = PaperKind.NOTHING


class TodayType(DateType):
    """The day of the response."""

    name = "today"
    xlsform_name = "today"
    has_label = False
    allows_special = False
    paper_kind = PaperKind.NOTHING


class DeviceIdType(CodeType):
    """The device that the answers were given on; never kept where answers are anonymous."""

    name = "deviceid"
    xlsform_name = "deviceid"
    has_label = False
    paper_kind = PaperKind.NOTHING


class UsernameType(CodeType):
    """The interviewer who was logged in; never kept where answers are anonymous."""

    name = "username"
    xlsform_name = "username"
    has_label = False
    paper_kind = PaperKind.NOTHING


METADATA = frozenset(
    kind.name for kind in (StartType, EndType, TodayType, DeviceIdType, UsernameType)
)
"""Types whose answer comes from the occasion."""
