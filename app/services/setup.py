"""Everything between an empty folder and a service that answers. Running it again is quick."""

from __future__ import annotations

from pathlib import Path

from flask_migrate import upgrade

from app.models import RoleName, Selection
from app.services import accounts, collections, surveys
from app.services.demo import programme
from app.services.register import places, rolls

LIBRARY = Path(__file__).resolve().parents[2] / "encuestas" / "library"
ADMINISTRATOR = "admin@cabildo.example"
DEMO_USERS = {
    "evaluacion@cabildo.example": RoleName.EVALUATOR,
    "gestion@cabildo.example": RoleName.MANAGER,
}
# Public survey data against which anybody can check the figures; filled by `responses import`.
EXERCISE = "anes-1996"


def set_up(data: Path, *, with_demo: bool = True) -> None:
    """Database, geography, roles, instruments, the administrator, and the demonstration."""
    upgrade()
    places.load_geography()
    accounts.ensure_roles()
    for path in sorted(LIBRARY.glob("*.yaml")):
        version = surveys.save_definition(path.read_text(encoding="utf-8"))
        surveys.publish(version.survey_id, version.name)
    collections.open_collection(
        EXERCISE,
        EXERCISE,
        collections.Fielding(selection=Selection.PROBABILITY, territories=[], public=False),
    )
    rolls.catch_up()
    if not accounts.any_user(RoleName.ADMINISTRATOR):
        _add_login(data, ADMINISTRATOR, RoleName.ADMINISTRATOR)
    if with_demo and not programme.was_removed():
        add_demo(data)


def add_demo(data: Path) -> None:
    """The demonstration programme and its log-ins."""
    if programme.exists():
        return
    programme.add()
    for email, role in DEMO_USERS.items():
        _add_login(data, email, role, simulated=True)


def remove_demo(data: Path) -> None:
    programme.remove()
    for email in DEMO_USERS:
        accounts.forget_first_login(data, email)


def _add_login(data: Path, email: str, role: RoleName, *, simulated: bool = False) -> None:
    password = accounts.add_user(email, role, simulated=simulated)
    accounts.remember_first_login(data, email, role, password)
