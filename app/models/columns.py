"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, DateTime, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

from app.config import TIME_ZONE

_ZONE = ZoneInfo(TIME_ZONE)

# A null in JSON means "no value here", so Python's None is stored as SQL NULL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no time zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def random_key() -> str:
    """A key that says nothing about when or after what the row was made."""
    return str(uuid.uuid4())


def utc_now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day it is where the people are who answer."""
    return in_days(utc_now())


def in_days(moment: datetime) -> date:
    """The day of the moment, there."""
    return moment.astimezone(_ZONE).date()


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """The database refuses any other word in ``column``."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


Key = Annotated[str, mapped_column(String(36), primary_key=True, default=random_key)]
Word = Annotated[str, mapped_column(String(32))]
Name = Annotated[str, mapped_column(String(255))]
