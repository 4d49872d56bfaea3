"""Checks a JSON object against tables of types, written as the specifications write them.

A table begins with the name of a type; a line for each of its properties follows: name, kind, how
many. A kind is that of a simple value (`kinds`), a type with a table, or both as "URI/Image". A
quoted kind is a constant that `type` must hold. Properties that no table lists are left to the
contexts. One value and a list with that value alone mean the same in JSON-LD, and so here.

Some breaches leave the rest as readable as it was, and many credentials in use have them: they are
told and do not decide. "advised" says so of a text of the wrong kind, "wanted" of a property that
is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.kinds import ANY_TEXT, KINDS, Test
from talent_vc.verdict import Check, Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    required: bool
    many: bool
    advised: bool
    test: Test | None
    shape: Shape | None
    takes_any_text: bool


@dataclass(slots=True)
class Shape:
    """A type: its table, ready to be checked."""

    properties: dict[str, Rule] = field(default_factory=dict[str, Rule])
    required: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    types: list[str] = field(default_factory=list[str])


def read_tables(
    tables: str, kinds: Mapping[str, Test], shapes: Mapping[str, Shape] | None = None
) -> dict[str, Shape]:
    """Name -> type of each table. `kinds` are further kinds, `shapes` types read before."""
    tests = {**KINDS, **kinds}
    lines = [line for line in tables.splitlines() if line.strip()]
    own = {line.strip(): Shape() for line in lines if not line.startswith(" ")}
    known = {**(shapes or {}), **own}
    shape = Shape()
    for line in lines:
        if not line.startswith(" "):
            shape = own[line.strip()]
            continue
        name, kind, count, *rest = line.split()
        if kind.startswith("'"):
            shape.types.append(kind.strip("'"))
            continue
        test = next((tests[part] for part in kind.split("/") if part in tests), None)
        inner = next((known[part] for part in kind.split("/") if part in known), None)
        if test is None and inner is None:
            raise ValueError(f"{kind} is neither a kind nor a type: {line}")
        required, many, advised = count.startswith("1"), count.endswith("*"), rest == ["advised"]
        any_text = kind in ANY_TEXT
        shape.properties[name] = Rule(kind, required, many, advised, test, inner, any_text)
        if required:
            shape.required.append((name, rest == ["wanted"]))
    return own


@cache
def _passed(code: str) -> Check:
    return Check(code, Outcome.PASSED)


class Walk:
    """Checks one document.

    `broken` is a FAILED check for each rule that is broken, `advice` one for each that does not
    decide, with a code of its own.
    """

    def __init__(self, code: str) -> None:
        self.broken: list[Check] = []
        self.advice: list[Check] = []
        self._code = code

    @property
    def checks(self) -> list[Check]:
        """What is broken, or one PASSED check; then the advice."""
        return [*(self.broken or [_passed(self._code)]), *self.advice]

    def object(self, value: Document, shape: Shape, about: str = "") -> None:
        for needed in shape.types:
            kinds: Any = value.get("type")
            if kinds != needed and not (isinstance(kinds, list) and needed in kinds):
                self.fail("type", f"{about}/type", needed=needed)
        for name, advised in shape.required:
            if name not in value:
                self.fail("required", f"{about}/{name}", advised=advised)
        properties = shape.properties
        for name, inner in value.items():
            rule = properties.get(name)
            if rule is None or (rule.takes_any_text and inner.__class__ is str):
                continue
            if not isinstance(inner, list):
                if rule.shape is not None or rule.test is None or not rule.test(inner):
                    self._value(inner, rule, f"{about}/{name}")
                continue
            entries = cast("list[Any]", inner)
            if not entries and rule.required:
                self.fail("required", f"{about}/{name}")
            if len(entries) > 1 and not rule.many:
                self.fail("many", f"{about}/{name}")
            for position, entry in enumerate(entries):
                if rule.shape is not None or rule.test is None or not rule.test(entry):
                    self._value(entry, rule, f"{about}/{name}/{position}")

    def _value(self, value: Any, rule: Rule, about: str) -> None:
        if rule.shape is not None and isinstance(value, dict):
            self.object(cast("Document", value), rule.shape, about)
        elif value is None and rule.required:
            self.fail("required", about)
        elif rule.test is None:
            self.fail("object", about)
        elif not rule.test(value):
            advised = rule.advised and isinstance(value, str)
            self.fail("kind", about, advised=advised, needed=rule.kind)

    def fail(self, rule: str, about: str, *, advised: bool = False, **arguments: str) -> None:
        code, checks = self._code, self.broken
        if advised:
            code, checks = f"{code}.advice", self.advice
        checks.append(Check(code, Outcome.FAILED, {"rule": rule, **arguments}, about))
