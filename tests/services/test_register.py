"""The register from CSV files: all of a file or nothing of it, and each fault told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app.cli import cabildo
from app.extensions import db
from app.models import AuditEntry, Collection, Organisation, Selection, Territory
from app.services import collections, surveys
from app.services.demo import programme
from app.services.imports.faults import ImportCode, ImportRefused
from app.services.register import places
from app.services.register.cells import RegisterCode
from app.services.register.places import COLUMNS, Noun, cell, registered
from app.services.register.register_files import Outcome, RegisterRefused, open_file, register_file
from app.services.setup import LIBRARY
from app.words.register import WORDS

TERRITORIES = "code,name,comunas\nT-1,Ribera,05402\nT-2,Cerros,05404;13101\n"
ORGANISATIONS = """code;name;kind;territory;active
O-1;Junta Niñez;junta de vecinos;T-1;sí
O-2;Club Ribera;club deportivo;T-1;0
O-3;Taller;centro de madres;T-2;
"""
PLANS = "code,title,territory\nP-1,Plan de la ribera,T-1\n"


@pytest.fixture
def bring(in_app: Flask, tmp_path: Path) -> Callable[[Noun, str | bytes], Outcome]:
    """Registers what a file with this text says, in a country that is already known."""
    places.load_geography()

    def bring(noun: Noun, text: str | bytes) -> Outcome:
        path = tmp_path / f"{noun}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return register_file(noun, open_file(noun, path))

    return bring


Bring = Callable[[Noun, str | bytes], Outcome]


@pytest.fixture
def filled(bring: Bring) -> Bring:
    bring(Noun.TERRITORIES, TERRITORIES)
    bring(Noun.ORGANISATIONS, ORGANISATIONS.encode("cp1252"))
    bring(Noun.PLANS, PLANS)
    return bring


def rows(noun: Noun) -> list[list[str | bool]]:
    db.session.expire_all()
    return [[cell(getattr(row, column)) for column in COLUMNS[noun]] for row in registered(noun)]


def faults(bring: Bring, noun: Noun, text: str) -> list[tuple[int, str | None, str]]:
    with pytest.raises(RegisterRefused) as refused:
        bring(noun, text)
    db.session.rollback()
    return [(fault.row, fault.column, fault.code.value) for fault in refused.value.faults]


def test_files_as_spreadsheets_write_them(filled: Bring) -> None:
    assert rows(Noun.TERRITORIES) == [
        ["T-1", "Ribera", "05402"],
        ["T-2", "Cerros", "05404 13101"],
    ]
    assert rows(Noun.ORGANISATIONS) == [
        ["O-1", "Junta Niñez", "junta de vecinos", "T-1", True],
        ["O-2", "Club Ribera", "club deportivo", "T-1", False],
        ["O-3", "Taller", "centro de madres", "T-2", True],
    ]
    assert rows(Noun.PLANS) == [["P-1", "Plan de la ribera", "T-1"]]
    assert not any(row.simulated for noun in Noun for row in registered(noun))


def test_again_changes_nothing(filled: Bring) -> None:
    def audited() -> int:
        return len(db.session.scalars(select(AuditEntry)).all())

    before = [rows(noun) for noun in Noun], audited()
    turned = TERRITORIES.replace("05404;13101", "13101 05404 13101")
    for noun, text, count in (
        (Noun.TERRITORIES, turned, 2),
        (Noun.ORGANISATIONS, ORGANISATIONS, 3),
        (Noun.PLANS, PLANS, 1),
    ):
        assert filled(noun, text) == Outcome([], [], count)
    assert ([rows(noun) for noun in Noun], audited()) == before


def test_what_a_file_says_otherwise_is_changed_and_told(filled: Bring) -> None:
    text = (
        "Territory,code,name,kind,note\n"
        "T-2,O-1,Junta  Nueva ,junta de vecinos,x\n"
        "T-2,O-9,Coro,coro,\n"
    )
    outcome = filled(Noun.ORGANISATIONS, text)
    assert (outcome.added, outcome.unchanged) == (["O-9"], 0)
    (change,) = outcome.changed
    assert change.code == "O-1"
    assert change.columns == {"name": ("Junta Niñez", "Junta Nueva"), "territory": ("T-1", "T-2")}
    assert [row[0] for row in rows(Noun.ORGANISATIONS)] == ["O-1", "O-2", "O-3", "O-9"]
    assert rows(Noun.ORGANISATIONS)[0][3:] == ["T-2", True]
    assert rows(Noun.ORGANISATIONS)[1][4] is False, "not in the file: left as it is"


def test_no_word_on_active_leaves_it(filled: Bring) -> None:
    text = "code,name,kind,territory{}\nO-2,Club Ribera,club deportivo,T-1{}\n"
    assert filled(Noun.ORGANISATIONS, text.format("", "")).unchanged == 1
    assert filled(Noun.ORGANISATIONS, text.format(",active", ",")).unchanged == 1
    (change,) = filled(Noun.ORGANISATIONS, text.format(",active", ",VERDADERO")).changed
    assert change.columns == {"active": (False, True)}


def test_comunas_change(filled: Bring) -> None:
    (change,) = filled(Noun.TERRITORIES, "code,name,comunas\nT-1,Ribera,05404\n").changed
    assert change.columns == {"comunas": ("05402", "05404")}
    assert rows(Noun.TERRITORIES)[0] == ["T-1", "Ribera", "05404"]


def test_the_audit_tells_what_was(filled: Bring) -> None:
    filled(Noun.PLANS, PLANS.replace("T-1", "T-2"))
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor, entry.action, entry.subject) == ("cli", "register.load", "plans")
    assert entry.details == {
        "file": "plans.csv",
        "added": [],
        "changed": {"P-1": {"territory": ["T-1", "T-2"]}},
    }


@pytest.mark.parametrize(
    ("noun", "text", "expected"),
    [
        (
            Noun.TERRITORIES,
            "code,name,comunas\nT 3,,5402\nT-4,Alto,99999 Ligua 1340\nT-4,Bajo,;\n",
            [
                (2, "code", "bad_code"),
                (2, "name", "empty"),
                (2, "comunas", "lost_zero"),
                (3, "comunas", "unknown_comuna"),
                (3, "comunas", "bad_comuna"),
                (3, "comunas", "bad_comuna"),
                (4, "comunas", "empty"),
                (4, "code", "duplicate_code"),
            ],
        ),
        (
            Noun.ORGANISATIONS,
            "code,name,kind,territory,active\n"
            f"=O-4,{'x' * 256},k,T-9,quizás\n,\u200bb,k,T-1,no\n\n"
            "O-5,Coro\nO-6,Coro,k,T-1,no,más\n",
            [
                (2, "code", "bad_code"),
                (2, "name", "too_long"),
                (2, "territory", "unknown_territory"),
                (2, "active", "bad_active"),
                (3, "code", "empty"),
                (3, "name", "invisible"),
                (5, None, "row_length"),
                (6, None, "row_length"),
            ],
        ),
        (
            Noun.PLANS,
            "code,code,nombre\nP-2,P-2,Plan\n",
            [
                (1, "title", "missing_column"),
                (1, "territory", "missing_column"),
                (1, "code", "duplicate_column"),
            ],
        ),
    ],
    ids=[noun.value for noun in Noun],
)
def test_every_fault_is_told_and_nothing_stored(
    filled: Bring, noun: Noun, text: str, expected: list[tuple[int, str | None, str]]
) -> None:
    before = [rows(each) for each in Noun]
    assert faults(filled, noun, text) == expected
    assert [rows(each) for each in Noun] == before


def test_a_good_row_beside_a_bad_one_is_not_stored(filled: Bring) -> None:
    assert faults(filled, Noun.PLANS, PLANS + "P-2,Otro,T-2\nP-3,Otro,T-9\n") == [
        (4, "territory", "unknown_territory")
    ]
    assert [row[0] for row in rows(Noun.PLANS)] == ["P-1"]


def test_what_is_simulated_stays_as_it_is(filled: Bring) -> None:
    places.new_territory("T-D", "Demostración", ["05402"], simulated=True)
    db.session.commit()
    assert faults(filled, Noun.TERRITORIES, "code,name,comunas\nT-D,Mío,05402\n") == [
        (2, "code", "simulated_code")
    ]
    assert faults(filled, Noun.PLANS, "code,title,territory\nP-2,Mío,T-D\n") == [
        (2, "territory", "simulated_territory")
    ]
    programme.remove()
    assert [row[0] for row in rows(Noun.TERRITORIES)] == ["T-1", "T-2"]


def test_broken_quotes_store_nothing(filled: Bring) -> None:
    with pytest.raises(ImportRefused) as refused:
        filled(Noun.PLANS, 'code,title,territory\nP-2,Otro,T-2\nP-3,"Otro,T-2\n')
    assert [fault.code for fault in refused.value.faults] == [ImportCode.BROKEN_CSV]
    assert [row[0] for row in rows(Noun.PLANS)] == ["P-1"]


def open_census(slug: str) -> Collection:
    surveys.save_definition((LIBRARY / "pdt-quality.yaml").read_text(encoding="utf-8"))
    surveys.publish("pdt-quality")
    fielding = collections.Fielding(selection=Selection.CENSUS, plan="P-1")
    return collections.open_collection("pdt-quality", slug, fielding)


def names(collection: Collection) -> Sequence[str]:
    return [choice.value for choice in collections.register_lists(collection)["organisations"]]


def test_the_roll_of_an_open_collection_follows_the_file(filled: Bring) -> None:
    first = open_census("first")
    assert sorted(names(first)) == ["O-1"]
    assert [territory.code for territory in first.territories] == ["T-1"], "the plan's"
    filled(
        Noun.ORGANISATIONS,
        "code,name,kind,territory,active\nO-1,Junta,junta,T-1,no\nO-9,Coro,coro,T-1,sí\n",
    )
    assert sorted(names(first)) == ["O-9"]


def test_contacts_are_optional_and_stay_out_of_the_audit(filled: Bring) -> None:
    head = "code,name,kind,territory,contact_name,phone,email,notes\n"
    row = "O-1,Junta Niñez,junta de vecinos,T-1,{}\n"
    filled(Noun.ORGANISATIONS, head + row.format("Ana Soto,9 1234-5678,Ana@Ejemplo.cl,De tarde"))
    filled(Noun.ORGANISATIONS, head + row.format(",,,"))
    filled(Noun.ORGANISATIONS, ORGANISATIONS)
    kept = db.session.scalars(select(Organisation).where(Organisation.code == "O-1")).one()
    found = (kept.contact_name, kept.phone, kept.email, kept.notes)
    assert found == ("Ana Soto", "+56912345678", "Ana@ejemplo.cl", "De tarde")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.details["changed"] == {
        "O-1": dict.fromkeys(["contact_name", "phone", "email", "notes"])
    }


TELEPHONES = {
    "+56 9 1234 5678": "+56912345678",
    "(32) 212-3456": "+56322123456",
    "56912345678": "+56912345678",
    "0051 987 654 321": "+51987654321",
    "'+56 912345678": "+56912345678",
}
NO_TELEPHONES = ("12345", "llamar a Ana", "+56 9 1234 5678 / 9 8765 4321", "９１２３４５６７８")


def test_telephones(filled: Bring) -> None:
    head = "code,name,kind,territory,phone\n"
    rows = "".join(f"X-{n},x,x,T-1,{typed}\n" for n, typed in enumerate(TELEPHONES))
    filled(Noun.ORGANISATIONS, head + rows)
    query = select(Organisation.phone).where(Organisation.code.like("X-%"))
    assert list(db.session.scalars(query.order_by(Organisation.code))) == [*TELEPHONES.values()]
    rows = "".join(f"Y-{n},y,y,T-1,{typed}\n" for n, typed in enumerate(NO_TELEPHONES))
    found = faults(filled, Noun.ORGANISATIONS, head + rows)
    assert found == [(n, "phone", "bad_phone") for n in range(2, 2 + len(NO_TELEPHONES))]


# The command ------------------------------------------------------------------------------------


@pytest.fixture
def run(in_app: Flask, tmp_path: Path) -> Callable[..., Result]:
    """Runs `cabildo register NOUN` on a file with this text."""
    places.load_geography()

    def run(noun: str, text: str, name: str = "lista.csv") -> Result:
        path = tmp_path / name
        path.write_text(text, encoding="cp1252")
        return CliRunner(catch_exceptions=False).invoke(cabildo, ["register", noun, str(path)])

    return run


def listing(noun: str) -> str:
    command = ["register", "list", noun]
    return CliRunner(catch_exceptions=False).invoke(cabildo, command).stdout


def test_the_command_reports(run: Callable[..., Result]) -> None:
    assert "cabildo register organisations FILE.csv" in listing("organisations")
    assert run("territories", TERRITORIES).stdout == "2 agregadas, 0 cambiadas, 0 sin cambios.\n"
    result = run("organisations", ORGANISATIONS)
    assert "codificación cp1252, columnas code, name, kind, territory, active" in result.stderr
    assert (result.exit_code, result.stdout) == (0, "3 agregadas, 0 cambiadas, 0 sin cambios.\n")
    moved = ORGANISATIONS.replace("T-1;0", "T-2;1").replace("active", "activa")
    result = run("organisations", moved)
    assert "Columnas que no se usan: activa." in result.stderr
    assert result.stdout == "O-2: territory: T-1 → T-2\n0 agregadas, 1 cambiada, 2 sin cambios.\n"
    assert listing("organisations").splitlines()[1:] == [
        "O-2\tClub Ribera\tclub deportivo\tT-2\tno",
        "O-3\tTaller\tcentro de madres\tT-2\tsí",
    ]
    assert listing("territories").splitlines()[1] == "T-2\tCerros\t05404 13101"


def test_the_command_says_row_column_and_remedy(run: Callable[..., Result]) -> None:
    result = run("territories", "code,name,comunas\nT-1,Ribera,5402\nT-2\n")
    assert result.exit_code == 1
    _found, zero, length, nothing = result.stderr.splitlines()
    assert re.search(
        r"lista\.csv: fila 2, columna comunas: \[lost_zero\] .*«5402».*Cabildo.*05402", zero
    )
    assert "fila 3: [row_length] La fila tiene 1 celdas y el encabezado 3" in length
    assert nothing == "No se guardó nada."
    assert db.session.scalars(select(Territory)).all() == []


def test_the_command_on_what_is_no_list(run: Callable[..., Result]) -> None:
    assert "[empty_file]" in run("plans", "").stderr
    missing = run("plans", "codigo,titulo\n1,2\n")
    assert "columna code: [missing_column]" in missing.stderr
    assert "code, title, territory" in missing.stderr
    assert (missing.exit_code, db.session.scalars(select(Organisation)).all()) == (1, [])


def test_the_list_marks_what_is_simulated(run: Callable[..., Result]) -> None:
    places.new_territory("T-D", "Demostración", ["05402"], simulated=True)
    db.session.commit()
    assert listing("territories") == "T-D\tDemostración\t05402\tsimulado\n"


def test_every_fault_has_words() -> None:
    assert WORDS.keys() == set(RegisterCode)
