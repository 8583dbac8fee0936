"""What is noted beside the answers: when they were given, on which day. Nobody is asked."""

from __future__ import annotations

from encuestas.types.base import PaperKind
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
