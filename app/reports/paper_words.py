"""What a printed form says of skips and conditions, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.language import N_
from encuestas import Question, Survey
from encuestas.logic import Expression, Node
from encuestas.logic.nodes import Call, Chain, Number, Reference, String
from encuestas.paper import Code, codes, numbers
from encuestas.paper_skips import Skip
from encuestas.piping import pipe

_MARKS = {
    "<=": N_("en la pregunta %(n)s puso %(value)s o menos"),
    "<": N_("en la pregunta %(n)s puso menos de %(value)s"),
    ">=": N_("en la pregunta %(n)s puso %(value)s o más"),
    ">": N_("en la pregunta %(n)s puso más de %(value)s"),
    "=": N_("en la pregunta %(n)s puso %(value)s"),
    "!=": N_("en la pregunta %(n)s no puso %(value)s"),
}
_CHOSEN = {
    "=": N_("en la pregunta %(n)s respondió «%(value)s»"),
    "!=": N_("en la pregunta %(n)s no respondió «%(value)s»"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A survey's texts in one language, as a form prints them."""

    survey: Survey
    language: str

    def text(self, text: object) -> str:
        """Plain words; an earlier answer stands as the number of its question."""
        words = self.survey.text(text, self.language)  # type: ignore[arg-type]
        return pipe(words, self._referred) if "${" in words else words

    def _referred(self, name: str) -> str | None:
        number = numbers(self.survey).get(name)
        return number and _("[respuesta %(n)s]", n=number)

    def skip(self, skip: Skip) -> str:
        """If so answered, go there."""
        answers = alternatives(self._named(skip.answers))
        if skip.target is None:
            return _("Si respondió %(answers)s, termine aquí.", answers=answers)
        number = numbers(self.survey)[skip.target]
        return _("Si respondió %(answers)s, pase a la pregunta %(n)s.", answers=answers, n=number)

    def _named(self, answers: Sequence[Code]) -> list[str]:
        marks = [code for code in answers if not code.special and code.code == code.value]
        named = _runs([code.code for code in marks])
        quoted = [_("«%(words)s»", words=self.text(c.label)) for c in answers if c not in marks]
        return named + quoted

    def only(self, relevant: Expression | None) -> str | None:
        """Only if so and so, where anything decides at all."""
        if relevant is None:
            return None
        said = self._condition(relevant.tree)
        if said is None:
            said = pipe(relevant.text, lambda name: numbers(self.survey).get(name, name))
            return _("Solo si se cumple: %(condition)s", condition=said)
        return _("Solo si %(condition)s.", condition=said)

    def _condition(self, tree: Node) -> str | None:
        """In words; None for what is too long to be said plainly."""
        if isinstance(tree, Chain) and set(tree.operators) in ({"and"}, {"or"}):
            parts = [self._condition(operand) for operand in tree.operands]
            joined = [part for part in parts if part is not None]
            if len(joined) < len(parts) or len(parts) > 3:
                return None
            return (" " + (_("y") if tree.operators[0] == "and" else _("o")) + " ").join(joined)
        if isinstance(tree, Chain) and len(tree.operands) == 2:
            return self._comparison(*tree.operands, tree.operators[0])
        if isinstance(tree, Call) and tree.function == "selected":
            return self._comparison(*tree.arguments, "=")
        if isinstance(tree, Call) and tree.function == "not":
            inner = tree.arguments[0]
            if isinstance(inner, Call) and inner.function == "selected":
                return self._comparison(*inner.arguments, "!=")
        return None

    def _comparison(self, left: Node, right: Node, operator: str) -> str | None:
        if not isinstance(left, Reference) or not isinstance(right, String | Number):
            return None
        number = numbers(self.survey).get(left.name)
        if number is None or not self.survey.has(left.name):
            return None
        value = right.value if isinstance(right, String) else format(right.value, "g")
        if value == "" and operator == "!=":
            return _("respondió la pregunta %(n)s", n=number)
        chosen = self._label(self.survey.question(left.name), value)
        if chosen is not None and operator in _CHOSEN:
            return _(_CHOSEN[operator], n=number, value=chosen)
        return _(_MARKS[operator], n=number, value=value) if operator in _MARKS else None

    def _label(self, question: Question, value: str) -> str | None:
        found = (code for code in codes(self.survey, question) if code.value == value)
        code = next(found, None)
        return self.text(code.label) or None if code is not None and code.label else None


def alternatives(words: Sequence[str]) -> str:
    """a, b o c."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s o %(last)s", first=", ".join(words[:-1]), last=words[-1])


def _runs(marks: Sequence[str]) -> list[str]:
    """Marks as they are said: 5, 6, 7 and more of them in a row as one."""
    if len(marks) < 5 or not all(mark.isdigit() for mark in marks):
        return list(marks)
    if int(marks[-1]) - int(marks[0]) == len(marks) - 1:
        return [_("de %(low)s a %(high)s", low=marks[0], high=marks[-1])]
    return list(marks)
