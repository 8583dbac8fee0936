"""Regions, provinces and comunas by CUT code (text: leading zeros count), and territories."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, db
from app.models.columns import Key, Name, Word


class Region(db.Model):
    __tablename__ = "regions"
    __table_args__ = (CheckConstraint("length(code) = 2", name="code_length"),)

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[Name]


class Province(db.Model):
    __tablename__ = "provinces"
    __table_args__ = (
        CheckConstraint("length(code) = 3", name="code_length"),
        CheckConstraint("substr(code, 1, 2) = region_code", name="within_region"),
    )

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    name: Mapped[Name]


class Comuna(db.Model):
    __tablename__ = "comunas"
    __table_args__ = (
        CheckConstraint("length(code) = 5", name="code_length"),
        CheckConstraint("substr(code, 1, 3) = province_code", name="within_province"),
    )

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("provinces.code"))
    name: Mapped[Name]


territory_comunas = Table(
    "territory_comunas",
    Base.metadata,
    Column("territory_id", ForeignKey("territories.id", ondelete="CASCADE"), primary_key=True),
    Column("comuna_code", ForeignKey("comunas.code"), primary_key=True),
)


class Territory(db.Model):
    """Where the programme works: an area in one or more comunas, known by its code."""

    __tablename__ = "territories"

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Name]
    simulated: Mapped[bool] = mapped_column(default=False)

    comunas: Mapped[list[Comuna]] = relationship(secondary=territory_comunas)
