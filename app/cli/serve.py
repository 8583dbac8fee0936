"""`cabildo setup` and `cabildo serve`: what `make run` calls."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import click
from flask import current_app
from flask_babel import gettext as _

from app.config import PROJECT, Settings
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.language import N_
from app.models.columns import utc_now
from app.services import accounts, listing
from app.services.setup import set_up

WORKERS = "2"
# Per worker: requests answered at a time (below the pool of database connections), and waiting.
THREADS, BACKLOG = "4", "64"
# A worker told to end while it starts does not hear it: after so many seconds it is killed.
PATIENCE = "8"
BESIDE = Path(__file__).with_name("beside.py")


@click.command(help=N_("Preparar la base de datos, los instrumentos y la demostración."))
@click.option("--demo/--no-demo", default=True, help=N_("Con el programa de demostración."))
def setup(demo: bool) -> None:
    set_up(current_app.config["CABILDO_DATA"], with_demo=demo)


@click.command(help=N_("Atender en HOST y PORT hasta que se detenga con Ctrl+C."))
def serve() -> None:
    settings = Settings.from_environment()
    _require_free(settings.host, settings.port)
    _announce(settings)
    db.session.remove()
    db.engine.dispose()
    os.chdir(PROJECT)
    os.environ["CABILDO_DATA"] = str(settings.data)
    command = server_command("wsgi:app", settings.host, settings.port)
    sys.stdout.flush()
    _start_worker()
    os.execv(command[0], command)  # noqa: S606 no shell: the arguments are ours


def _start_worker() -> None:
    """A worker beside the server, which ends with it and is started again when it dies."""
    if os.environ.get("CABILDO_JOBS") == "0":
        return  # workers of their own run elsewhere: `cabildo worker`
    work = [sys.executable, "-c", "from app.cli import main; main()", "worker", "--beside"]
    command = [sys.executable, str(BESIDE), *work]
    subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 no shell: ours


def server_command(app: str, host: str, port: int) -> list[str]:
    """What serves that WSGI app; the benchmarks serve others in the same way."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", app]
    command += ["--host", host, "--port", str(port)]
    command += ["--workers", os.environ.get("CABILDO_WORKERS") or WORKERS]
    command += ["--blocking-threads", THREADS, "--backpressure", BACKLOG]
    command += ["--log-level", "warning", "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", PATIENCE]
    return command


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise Problem(ProblemCode.PORT_TAKEN, host=host, port=port) from fault


def _announce(settings: Settings) -> None:
    url = settings.public_url
    lines = [f"Cabildo  {url}/", "", _("Para responder:")]
    for collection in listing.open_now(utc_now()):
        mark = "  " + _("(datos simulados)") if collection.simulated else ""
        lines.append(f"  {url}/e/{collection.slug}{mark}")
    lines += ["", _("Para analizar (con cuenta):"), f"  {url}/analysis", ""]
    logins = accounts.first_logins(settings.data)
    if logins:
        path = settings.data / accounts.FIRST_LOGINS
        lines.append(_("Cuentas creadas la primera vez (están en %(path)s):", path=path))
        lines += [f"  {email}  {password}  ({role})" for email, password, role in logins]
        lines.append(_("Para cambiar una contraseña: cabildo user password CORREO"))
    else:
        lines.append(_("Pueden entrar:"))
        lines += [f"  {person.email}" for person in accounts.list_users()]
    click.echo("\n".join([*lines, ""]))
