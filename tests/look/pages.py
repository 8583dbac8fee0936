"""Example pages: every template, filled the way the blueprints fill it, by a bare Flask app."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired

from app.brand import PLAIN

APP = Path(__file__).parents[2] / "app"
TEMPLATES = APP / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Q:
    """A question view, as `respond/widgets.html` documents it."""

    name: str
    type: str
    label: str
    hint: str | None = None
    required: bool = True
    fault: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    special: tuple[tuple[str, str], ...] = ()
    values: list[str] = field(default_factory=list)
    anchors: dict[int, str] = field(default_factory=dict)
    points: tuple[int, ...] = ()
    lang: str | None = None
    max_length: int | None = None
    appearance: str | None = None
    questions: tuple["Q", ...] = ()


MARKS = {1: "Muy insatisfecha o insatisfecho", 7: "Muy satisfecha o satisfecho"}
SILENT = (("no_sabe", "No sabe"), ("no_responde", "Prefiero no responder"))
SCALE = Q(
    name="overall",
    type="scale",
    label="En general, ¿qué tan satisfecha o satisfecho está con el apoyo del programa?",
    hint="Use notas de 1 a 7, como en la escuela.",
    points=tuple(range(1, 8)),
    anchors=MARKS,
    special=SILENT,
)
ONE = Q(
    name="territory",
    type="select_one",
    label="¿En qué territorio vive?",
    choices=(
        ("a", "Población Los Aromos y campamento Quebrada Honda, sector alto"),
        ("b", "Villa Esperanza"),
        ("c", "Caleta El Membrillo"),
        ("d", "Valle Chacabuco interior"),
    ),
)
MANY = Q(
    name="activities",
    type="select_multiple",
    label="¿En qué actividades participó?",
    hint="Puede marcar varias.",
    required=False,
    choices=(("mesa", "Mesa territorial"), ("taller", "Talleres"), ("otra", "Otra actividad")),
    special=(("no_sabe", "No recuerdo"),),
)
TEXT = Q(name="who", type="text", label="¿Cómo se llama su organización?", max_length=80)
LONG = Q(
    name="wrong",
    type="text",
    label="¿Qué salió mal?",
    appearance="multiline",
    required=False,
    max_length=1000,
)
AGE = Q(name="age", type="integer", label="¿Qué edad tiene?", special=SILENT[1:])
HOURS = Q(name="hours", type="decimal", label="¿Cuántas horas participó?", hint="Por ejemplo: 2,5")
DAY = Q(name="day", type="date", label="¿Cuándo fue la última visita?", required=False)
NOTE = Q(
    name="note",
    type="note",
    label="El plan de desarrollo territorial (PDT) dice qué quiere lograr su territorio.\n"
    "Lo escriben las organizaciones con ayuda del programa.",
)
LIKERT = Q(
    name="often",
    type="scale",
    label="¿Con qué frecuencia escucha a todas las personas?",
    points=(1, 2, 3),
    anchors={1: "Nunca", 2: "A veces", 3: "Siempre"},
)
PICK = Q(
    name="organisation",
    type="select_one",
    label="¿Qué organización representa?",
    choices=tuple((f"o{i}", f"Junta de vecinos número {i}") for i in range(1, 41)),
    special=SILENT[:1],
)
GROUP = Q(
    name="about",
    type="group",
    label="Sobre usted",
    questions=(
        replace(AGE, fault="Escriba su edad en números, por ejemplo 45.", values=["cuarenta"]),
        replace(
            ONE,
            name="zone",
            label="Which area do you live in?",
            lang="en",
            choices=ONE.choices[1:3],
        ),
    ),
)
FAULTS = (
    replace(SCALE, fault="Elija una nota del 1 al 7."),
    replace(MANY, fault="Marque al menos una actividad."),
    replace(TEXT, fault="Escriba el nombre de su organización."),
    replace(DAY, fault="Escriba el día, el mes y el año.", values=["4 de mayo"]),
    GROUP,
)
BASE = {
    "collection_title": "Satisfacción con el apoyo del programa",
    "lang": "es",
    "offered": [("en", "English")],
    "simulated": False,
    "preview": False,
}
LEGAL = SimpleNamespace(
    basis="consent",
    notice="Usamos sus respuestas solo para evaluar y mejorar el programa.",
    controller="Fondo de Solidaridad e Inversión Social (FOSIS)",
    retention="Dos años desde el cierre de la encuesta.",
    contact="datos@example.org",
)
START = {
    "purpose": "Queremos saber cómo ha sido el acompañamiento en su territorio, para mejorarlo.",
    "asked_by": "El programa Más Territorio, del FOSIS",
    "minutes": 4,
    "mode": "confidential",
    "legal": LEGAL,
    "languages": [("es", "Español", "?lang=es"), ("en", "English", "?lang=en")],
    "start_url": "/e/satisfaccion/start",
    "resume_url": None,
    "received": False,
    "lost": False,
}
ANSWERS = [
    SimpleNamespace(label=ONE.label, answer="Villa Esperanza", url="?p=1", lang=None),
    SimpleNamespace(label=SCALE.label, answer="6", url="?p=2", lang=None),
    SimpleNamespace(label=LONG.label, answer=None, url="?p=3", lang=None),
]
REVIEW = {
    "answers": ANSWERS,
    "faults": [],
    "back_url": "?p=3",
    "send_url": "/e/satisfaccion/send",
    "draft": "secret",
}
SURVEYS = [
    {"url": "/e/a", "title": BASE["collection_title"], "lang": "es", "simulated": True},
    {"url": "/e/b", "title": "Leadership", "lang": "en", "simulated": False},
]


def _page(*questions: Q, title: str | None = None) -> dict[str, object]:
    return {
        "page_title": title,
        "page_number": 2,
        "page_count": 5,
        "questions": questions,
        "draft": "secret",
        "shown": [one.name for one in questions],
        "notice": None,
    }


PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "start": ("respond/start.html", START),
    "start-draft": (
        "respond/start.html",
        START | {"resume_url": "/e/x/p/2", "simulated": True, "preview": True},
    ),
    "scale": ("respond/page.html", _page(replace(SCALE, values=["6"]))),
    "scales": (
        "respond/page.html",
        _page(
            replace(SCALE, name="s1", label="El trato y el respeto", hint=None),
            replace(SCALE, name="s2", label="La información", hint=None, values=["no_sabe"]),
            title="Su opinión sobre el acompañamiento",
        )
        | {"simulated": True},
    ),
    "one": ("respond/page.html", _page(replace(ONE, values=["b"], required=False))),
    "mixed": (
        "respond/page.html",
        _page(NOTE, MANY, TEXT, LONG, AGE, HOURS, DAY, LIKERT, PICK, title="Su organización"),
    ),
    "faults": ("respond/page.html", _page(*FAULTS, title="Su organización")),
    "start-received": ("respond/start.html", START | {"received": True}),
    "review": ("respond/review.html", REVIEW),
    "review-faults": (
        "respond/review.html",
        REVIEW | {"faults": [{"text": "Elija una nota.", "label": "Nota", "url": "?p=2"}]},
    ),
    "thanks": (
        "respond/thanks.html",
        {"receipt": "K7-MPQ-4", "conflict": False, "again": False},
    ),
    "thanks-conflict": (
        "respond/thanks.html",
        {"receipt": "K7-MPQ-4", "conflict": True, "again": True},
    ),
    "home": ("respond/home.html", {"surveys": SURVEYS}),
    "busy": ("respond/busy.html", {"fields": [("overall", "6"), ("wrong", "<b>")]}),
    "expired": (
        "respond/expired.html",
        {"typed": [(LONG.label, "Nadie vino"), (AGE.label, "45")], "go_on_url": "?p=3"},
    ),
    "problem": (
        "respond/problem.html",
        {
            "title": "Esta encuesta ya cerró",
            "remedy": "Se podía responder hasta el 4 de mayo de 2026. Si tiene dudas, pregunte a "
            "la persona que le envió el enlace.",
        },
    ),
    "login": ("security/login_user.html", {}),
    "analysis": ("staff_example.html", {"simulated": True}),
}


class Login(FlaskForm):
    """The fields that Flask-Security's own form has."""

    email = EmailField(validators=[InputRequired("Escriba su correo electrónico.")])
    password = PasswordField(validators=[InputRequired("Escriba su contraseña.")])
    remember = BooleanField()


def make_app() -> Flask:
    """A Flask app with the templates and nothing else of Cabildo behind them."""
    app = Flask("look", root_path=str(APP))
    app.config.update(SECRET_KEY="only-for-pictures")
    Babel(app, default_locale="es")
    CSRFProtect(app)
    own = FileSystemLoader(Path(__file__).parent)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), own])
    app.jinja_env.globals["brand"] = PLAIN
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["url_for_security"] = lambda name: f"/{name}"
    app.add_url_rule("/login", "security.login", lambda: draw("login"))
    app.add_url_rule("/logout", "security.logout", lambda: "", methods=["POST"])
    app.add_url_rule("/look/<name>", "look", lambda name: draw(name))
    return app


def draw(name: str) -> str:
    """One example page as HTML, inside a request."""
    template, own = PAGES[name]
    values = BASE | own
    if name == "login":
        form = Login(data={})
        form.validate()
        values["login_user_form"] = form
    if name == "analysis":
        values["current_user"] = SimpleNamespace(is_authenticated=True)
    return render_template(template, **values)
