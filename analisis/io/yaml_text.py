"""YAML with every scalar as text: plain YAML turns ``no`` into False and ``05402`` into 2818."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from analisis.io.faults import DesignFileError, Fault

_MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 20
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a file.

    Attributes
    ----------
    value : str, tuple of Item, or mapping of str to Item
        What is there.
    path : str
        Where, as ``figures[0].level``.
    line : int
        The line, from 1.
    """

    value: "str | tuple[Item, ...] | Mapping[str, Item]"
    path: str
    line: int

    def fail(self, fault: Fault, **context: object) -> DesignFileError:
        """The error that says that something is wrong here."""
        return DesignFileError(fault, path=self.path, line=self.line, **context)

    def mapping(self) -> "Mapping[str, Item]":
        """Its keys.

        Raises
        ------
        DesignFileError
            If it has none.
        """
        if not isinstance(self.value, Mapping):
            raise self.fail(Fault.NOT_KEYS)
        return self.value

    def items(self) -> "tuple[Item, ...]":
        """Its items; a text is a list of one.

        Raises
        ------
        DesignFileError
            If it has keys.
        """
        if isinstance(self.value, Mapping):
            raise self.fail(Fault.NOT_LIST)
        return (self,) if isinstance(self.value, str) else self.value

    def text(self) -> str:
        """Its text.

        Raises
        ------
        DesignFileError
            If it is a list, has keys, or nothing is written.
        """
        if not isinstance(self.value, str):
            raise self.fail(Fault.NOT_TEXT)
        if not self.value.strip():
            raise self.fail(Fault.NOTHING_WRITTEN)
        return self.value


def read_yaml(text: str) -> Item:
    """Read a text.

    Raises
    ------
    DesignFileError
        If it is not YAML, is empty, or has aliases, anchors, tags or the same key twice.
    """
    if len(text) > _MAX_CHARACTERS:
        raise DesignFileError(Fault.TOO_LARGE)
    try:
        _require_plain(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        raise DesignFileError(Fault.NOT_YAML, line=line, problem=str(fault.problem)) from fault
    except yaml.YAMLError as fault:
        problem = str(fault).splitlines()[0]
        raise DesignFileError(Fault.NOT_YAML, problem=problem) from fault
    if root is None:
        raise DesignFileError(Fault.EMPTY)
    return _item(root, "")


def _require_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if depth > _MAX_DEPTH:
            raise DesignFileError(Fault.TOO_DEEP, line=line)
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            raise DesignFileError(Fault.NOT_PLAIN, line=line)


def _item(node: yaml.Node, path: str) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Item(node.value, path, line)
    if isinstance(node, yaml.SequenceNode):
        parts = [_item(each, f"{path}[{place}]") for place, each in enumerate(node.value)]
        return Item(tuple(parts), path, line)
    found: dict[str, Item] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise DesignFileError(Fault.KEY_NOT_TEXT, path=path, line=key.start_mark.line + 1)
        name = key.value
        below = f"{path}.{name}" if path else name
        if name in found:
            raise DesignFileError(Fault.KEY_TWICE, path=below, line=key.start_mark.line + 1)
        found[name] = _item(value, below)
    return Item(found, path, line)
