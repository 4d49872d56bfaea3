"""A publisher's own rules: the JSON Schemas that a credential names (VCDM 2.0, section 4.11).

Verifiable Credentials JSON Schema Specification 1.0 (`JsonSchema`), 1EdTech Credential Schemas 1.0
(`1EdTechJsonSchemaValidator2019`). The schema is a stranger's, and so may be made to take forever:
it may refer to nothing outside itself, and the work is counted.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, cast

import regex
from cachetools import LRUCache
from jsonschema import FormatChecker, exceptions, validators
from referencing import Registry
from referencing.exceptions import Unresolvable

from talent_vc.digests import has_sri
from talent_vc.document import Document, read_json
from talent_vc.errors import LoadError, ParseError
from talent_vc.loading import Loader
from talent_vc.verdict import Check, Outcome

_CODE = "schema.credential"
# type of the entry -> what an absent $schema means; JsonSchema must give one.
_TYPES = {
    "JsonSchema": "",
    "JsonSchemaValidator2018": "http://json-schema.org/draft-07/schema#",
    "1EdTechJsonSchemaValidator2019": "https://json-schema.org/draft/2019-09/schema",
}
_DIALECTS = frozenset(
    {
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-06/schema",
        "http://json-schema.org/draft-04/schema",
    }
)
# Their cost cannot be counted.
_REFUSED = frozenset(
    {
        "patternProperties",
        "unevaluatedItems",
        "unevaluatedProperties",
        "$dynamicRef",
        "$recursiveRef",
    }
)
MAX_SCHEMAS = 8
MAX_BYTES = 250_000
MAX_PATTERN = 1000
MAX_STEPS = 50_000
MAX_SECONDS = 0.5
_library: Any = validators  # makes its classes at run time, without types
_Validator = Any
_validators: LRUCache[tuple[bytes, str], _Validator] = LRUCache(maxsize=32)


class _Unusable(Exception):
    """No judgment is possible with this schema; says why in a short code."""


class _Budget:
    def __init__(self) -> None:
        self._steps = MAX_STEPS
        self._end = time.thread_time() + MAX_SECONDS

    def step(self) -> float:
        """Count one; the seconds that are left."""
        self._steps -= 1
        left = self._end - time.thread_time()
        if self._steps < 0 or left <= 0:
            raise _Unusable("too-much-work")
        return left


_budget: ContextVar[_Budget] = ContextVar("budget")


def check_schemas(document: Document, loader: Loader) -> list[Check]:
    """One check for each schema that the document names."""
    value: Any = document.get("credentialSchema", [])
    entries = cast("list[Any]", value) if isinstance(value, list) else [value]
    checks: list[Check] = []
    for entry in entries[:MAX_SCHEMAS]:
        fields = cast("Document", entry) if isinstance(entry, dict) else {}
        arguments = {"schema": str(fields.get("id", ""))}
        try:
            checks.append(_check(document, fields, loader, arguments))
        except LoadError as error:
            checks.append(_unsure(arguments, error.reason))
        except _Unusable as error:
            checks.append(_unsure(arguments, str(error)))
    if len(entries) > MAX_SCHEMAS:
        checks.append(_unsure({}, "too-many"))
    return checks


def _unsure(arguments: dict[str, str], reason: str) -> Check:
    about = "/credentialSchema"
    return Check(_CODE, Outcome.NOT_CHECKED, {**arguments, "reason": reason}, about)


def _check(document: Document, entry: Document, loader: Loader, arguments: dict[str, str]) -> Check:
    url, kinds = entry.get("id"), entry.get("type")
    listed = cast("list[Any]", kinds) if isinstance(kinds, list) else [kinds]
    kind = next((name for name in _TYPES if name in listed), None)
    if not isinstance(url, str) or kind is None:
        raise _Unusable("unsupported-type")
    data = loader.load(url)
    digests = entry.get("digestSRI")
    if digests is not None and not has_sri(data, str(digests)):
        about = "/credentialSchema"
        return Check(_CODE, Outcome.FAILED, {**arguments, "rule": "digest"}, about)
    _budget.set(_Budget())
    try:
        error = next(_validator(data, _TYPES[kind]).iter_errors(document), None)
    except Unresolvable as problem:
        raise _Unusable("refers-elsewhere") from problem
    except (RecursionError, TimeoutError) as problem:
        raise _Unusable("too-much-work") from problem
    except (regex.error, exceptions.UnknownType, ArithmeticError, TypeError) as problem:
        raise _Unusable("malformed-schema") from problem
    if error is None:
        return Check(_CODE, Outcome.PASSED, arguments, "/credentialSchema")
    path = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.path)
    return Check(_CODE, Outcome.FAILED, {**arguments, "keyword": str(error.validator)}, path)


def _validator(data: bytes, default: str) -> _Validator:
    key = (hashlib.sha256(data).digest(), default)
    if key not in _validators:
        _validators[key] = _make_validator(data, default)
    return _validators[key]


def _make_validator(data: bytes, default: str) -> _Validator:
    try:
        schema = read_json(data, max_bytes=MAX_BYTES)
    except ParseError as error:
        raise _Unusable("malformed-schema") from error
    dialect = str(schema.get("$schema", default))
    if dialect.removesuffix("#") not in _DIALECTS:
        raise _Unusable("unsupported-dialect")
    standard = _library.validator_for({"$schema": dialect})
    try:
        standard.check_schema(schema, format_checker=FormatChecker(()))
    except exceptions.SchemaError as error:
        raise _Unusable("malformed-schema") from error
    counted = {name: _counted(check) for name, check in standard.VALIDATORS.items()}
    counted |= {"pattern": _counted(_pattern), "uniqueItems": _counted(_unique)}
    nothing_else = cast("Any", Registry)()
    return _library.extend(standard, counted)(_countable(schema), registry=nothing_else)


def _countable(value: Any) -> Any:
    """The schema without "$schema": at each, the library would go on with its own validator."""
    if isinstance(value, list):
        return [_countable(entry) for entry in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("Document", value)
    if not _REFUSED.isdisjoint(fields):
        raise _Unusable("unsupported-keyword")
    return {
        name: _countable(inner)
        for name, inner in fields.items()
        if name != "$schema" or not isinstance(inner, str)
    }


_Keyword = Callable[[Any, Any, Any, Any], Iterable[Any] | None]


def _counted(check: _Keyword) -> _Keyword:
    def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterable[Any] | None:
        _budget.get().step()
        return check(validator, value, instance, schema)

    return keyword


def _pattern(validator: Any, value: Any, instance: Any, schema: Any) -> Iterable[Any]:
    # Not the standard library's: it cannot be stopped.
    if isinstance(instance, str):
        if len(value) > MAX_PATTERN:
            raise _Unusable("too-much-work")
        if regex.search(value, instance, timeout=_budget.get().step()) is None:
            yield exceptions.ValidationError("does not match")


def _unique(validator: Any, value: Any, instance: Any, schema: Any) -> Iterable[Any]:
    # The library compares each with each.
    if value and isinstance(instance, list):
        entries = cast("list[Any]", instance)
        if len({json.dumps(entry, sort_keys=True) for entry in entries}) < len(entries):
            yield exceptions.ValidationError("has something twice")
