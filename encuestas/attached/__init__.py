"""Files that answer a question: what they are, told by their content, and what is taken out."""

from encuestas.attached.cleaning import clean
from encuestas.attached.kinds import ACCEPTED, Kind, kind_of

__all__ = ["ACCEPTED", "Kind", "clean", "kind_of"]
