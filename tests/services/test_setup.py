"""From an empty database to a programme that can be answered, and the demonstration away again."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import Base, db
from app.models import (
    Collection,
    Comuna,
    Organisation,
    Province,
    Region,
    Response,
    RoleName,
    Territory,
    User,
)
from app.services import accounts, collections, setup
from app.services.demo import programme


def rows(model: type[Base]) -> int:
    count = db.session.scalar(select(func.count()).select_from(model)) or 0
    db.session.rollback()  # or the open transaction would keep SQLite's write lock
    return count


def simulated_rows() -> int:
    marked = [mapper.class_ for mapper in Base.registry.mappers]
    count = sum(
        db.session.scalar(select(func.count()).select_from(model).where(model.simulated)) or 0
        for model in marked
        if hasattr(model, "simulated")
    )
    db.session.rollback()
    return count


def test_setting_up_twice_is_setting_up_once(in_app: Flask, tmp_path: Path) -> None:
    setup.set_up(tmp_path)
    first = {mapper.class_: rows(mapper.class_) for mapper in Base.registry.mappers}
    logins = accounts.first_logins(tmp_path)
    setup.set_up(tmp_path)
    assert {mapper.class_: rows(mapper.class_) for mapper in Base.registry.mappers} == first
    assert accounts.first_logins(tmp_path) == logins
    assert [first[level] for level in (Region, Province, Comuna)] == [16, 56, 346]
    assert first[Territory] == 4
    assert first[Organisation] == 40
    assert collections.find("satisfaccion").design["strata"] == "territory"
    assert {item.slug for item in collections.every()} == {
        "anes-1996",
        "calidad-pdt",
        "satisfaccion",
    }


def test_every_demonstration_row_is_marked(in_app: Flask, tmp_path: Path) -> None:
    setup.set_up(tmp_path)
    assert rows(Response) > 1200
    unmarked = select(func.count()).select_from(Response).where(~Response.simulated)
    assert db.session.scalar(unmarked) == 0


def test_removing_the_demonstration_leaves_nothing_simulated(in_app: Flask, tmp_path: Path) -> None:
    setup.set_up(tmp_path)
    setup.remove_demo(tmp_path)
    assert simulated_rows() == 0
    assert rows(Response) == 0
    assert [login[2] for login in accounts.first_logins(tmp_path)] == [RoleName.ADMINISTRATOR]
    setup.set_up(tmp_path)  # what `make run` does next time
    assert not programme.exists()
    setup.add_demo(tmp_path)
    assert programme.exists()


def test_a_demonstration_in_use_is_not_torn_apart(in_app: Flask, tmp_path: Path) -> None:
    setup.set_up(tmp_path)
    real = collections.Fielding(territories=["T-CAB-1"])
    collections.open_collection("satisfaction", "una-real", real)
    with pytest.raises(Problem) as refused:
        setup.remove_demo(tmp_path)
    assert refused.value.code is ProblemCode.DEMO_IN_USE
    assert rows(Collection) == 4


def test_passwords_are_kept_only_until_they_are_renewed(in_app: Flask, tmp_path: Path) -> None:
    setup.set_up(tmp_path, with_demo=False)
    path = tmp_path / accounts.FIRST_LOGINS
    assert path.stat().st_mode & 0o077 == 0
    ((email, password, _role),) = accounts.first_logins(tmp_path)
    renewed = accounts.renew_password(email, tmp_path)
    assert accounts.first_logins(tmp_path) == []
    user = db.session.scalars(select(User)).one()
    assert user.verify_and_update_password(renewed)
    assert not user.verify_and_update_password(password)
