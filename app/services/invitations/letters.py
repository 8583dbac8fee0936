"""What an invited person is told, by message, on a card or by e-mail, in their language."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from flask_babel import force_locale, format_date, gettext
from markupsafe import Markup, escape

from app.language import locale_of
from app.models import Collection, Invitation, LetterKind, Mode
from app.services import collections
from app.services.invitations import links
from app.services.invitations.listing import Line
from app.services.receiving.rule import ZONE
from encuestas import localized


@dataclass(frozen=True, slots=True)
class Said:
    """An invitation in words. ``link`` is whole, ``door`` is where the code is typed."""

    language: str
    title: str
    link: str
    door: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes to those invited to one collection. ``url``: the service's address."""

    collection: Collection
    url: str

    def said(self, line: Line, kind: LetterKind = LetterKind.INVITATION) -> Said:
        invitation = line.invitation
        language = line.language or self.collection.languages[0]
        link = f"{self.url}/i/{links.token_of(invitation)}"
        with force_locale(locale_of(language)):
            title = self.title(language)
            text = " ".join(_sentences(line, kind, title, self._until(invitation), link))
        code = links.code_of(invitation)
        return Said(language, title, link, f"{self.url}/i", code, text)

    def letter(self, line: Line, kind: LetterKind, sender: str) -> EmailMessage:
        """An e-mail, as plain text and as a page."""
        said = self.said(line, kind)
        message = EmailMessage()
        with force_locale(locale_of(said.language)):
            reminds = kind is LetterKind.REMINDER
            subject = gettext("Recordatorio: %(title)s", title=said.title)
            message["Subject"] = subject if reminds else said.title
            paragraphs = self._paragraphs(line, kind, said)
            button = gettext("Abrir mi invitación")
        message["From"] = sender
        message["To"] = line.email
        message["Date"] = formatdate()
        # The same for the same letter: a server or a reader that gets it twice shows it once.
        domain = self.url.partition("://")[2].partition(":")[0].partition("/")[0]
        message["Message-ID"] = f"<{line.invitation.id}.{kind}.{line.letters + 1}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join([*paragraphs[:1], said.link, *paragraphs[1:]]) + "\n")
        message.add_alternative(_page(said, paragraphs, button), subtype="html")
        return message

    def title(self, language: str) -> str:
        survey = collections.fielded(self.collection, invited=True)
        own = self.collection.texts.get("title") or survey.title
        return localized(own, language, survey.languages[0])

    def _until(self, invitation: Invitation) -> str:
        ends = [at for at in (self.collection.closes_at, invitation.expires_at) if at]
        return str(format_date(min(ends).astimezone(ZONE), "long")) if ends else ""

    def _paragraphs(self, line: Line, kind: LetterKind, said: Said) -> list[str]:
        first = " ".join(_sentences(line, kind, said.title, self._until(line.invitation), ""))
        if self.collection.mode == Mode.ANONYMOUS:
            mode = gettext(
                "La encuesta es anónima: anotamos que el enlace se usó, no qué se respondió con él."
            )
        else:
            mode = gettext(
                "La encuesta es confidencial: se publican solo resultados de grupos. El enlace es"
                " suyo; quien lo tenga puede ver sus respuestas, así que no lo reenvíe."
            )
        code = gettext(
            "Si el enlace no se abre, escriba el código %(code)s en %(door)s",
            code=said.code,
            door=said.door,
        )
        return [first, mode, code, gettext("Responder es voluntario.")]


def _sentences(line: Line, kind: LetterKind, title: str, until: str, link: str) -> list[str]:
    who = {"name": line.name, "title": title}
    if kind is LetterKind.REMINDER:
        said = gettext("Todavía puede responder «%(title)s».", title=title)
    else:
        said = gettext("Le invitamos a responder «%(title)s».", title=title)
    hello = gettext("Hola, %(name)s.", name=who["name"]) if line.name else gettext("Hola.")
    parts = [hello, said]
    if until:
        parts.append(gettext("Se puede hasta el %(day)s.", day=until))
    if link:
        parts.append(gettext("Su enlace personal: %(link)s", link=link))
    return parts


def _page(said: Said, paragraphs: list[str], button: str) -> str:
    """Plain HTML that every mail program shows; nothing in it is fetched from anywhere."""
    rest = Markup("").join(Markup("<p>{}</p>\n").format(each) for each in paragraphs[1:])
    return str(
        Markup(
            '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
            '<body style="font-family:sans-serif;font-size:18px;line-height:1.5">\n<p>{}</p>\n'
            '<p><a href="{}" style="display:inline-block;padding:12px 24px;border-radius:6px;'
            'background:#0a5a6a;color:#ffffff;text-decoration:none">{}</a></p>\n{}</body></html>\n'
        ).format(said.language, said.title, paragraphs[0], said.link, escape(button), rest)
    )
