"""What import-linter cannot see of DESIGN.md's table: who commits."""

import ast

from app.config import PROJECT

CODE = sorted((PROJECT / "app").rglob("*.py"))
SERVICES = PROJECT / "app" / "services"


def commits(source: str) -> list[int]:
    """The lines that commit."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]


def test_services_alone_commit() -> None:
    elsewhere = [
        f"{path.relative_to(PROJECT)}:{line}"
        for path in CODE
        if SERVICES not in path.parents
        for line in commits(path.read_text())
    ]
    assert elsewhere == []
    assert commits((SERVICES / "drafts" / "drafts.py").read_text()), "it looks for nothing"
