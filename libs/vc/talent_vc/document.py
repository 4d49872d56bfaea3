"""Reading a credential from bytes, with limits, before anything else looks at it."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from talent_vc.errors import ParseError, TooDeepError, TooLargeError

Document = dict[str, Any]

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
# A text that does not end goes to the end of the data: trying it anew at every quote in it would
# take quadratic time.
_TEXTS_AND_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{}\[\]]', re.DOTALL)


def read_credential(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> Document:
    """A JSON object with `@context` and `type`, or a `ParseError` that names field and mend.

    Refuses: more than `max_bytes` (TooLargeError), nesting over `max_depth` (TooDeepError),
    repeated keys (two readers would see two credentials), NaN and Infinity, lone surrogates.
    """
    document = read_json(data, max_bytes=max_bytes, max_depth=max_depth)
    for name in ("@context", "type"):
        if not document.get(name):
            raise ParseError(f"Add {name}: every credential has one.", field=f"/{name}")
    return document


def read_json(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Document:
    """Any JSON object, with the same limits."""
    document = _read(data, max_bytes, max_depth)
    if not isinstance(document, dict):
        raise ParseError("Send a JSON object.")
    return cast("Document", document)


def read_array(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> list[Any]:
    """Any JSON array, with the same limits."""
    found = _read(data, max_bytes, max_depth)
    if not isinstance(found, list):
        raise ParseError("Send a JSON array.")
    return cast("list[Any]", found)


def as_list(value: Any) -> list[Any]:
    """JSON-LD writes one value or a list of them; nothing is none."""
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _read(data: bytes, max_bytes: int, max_depth: int) -> Any:
    if len(data) > max_bytes:
        raise TooLargeError(f"Send at most {max_bytes} bytes.")
    _check_depth(data, max_depth)
    try:
        text = data.decode("utf-8")
        document: Any = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise ParseError("Send the document as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ParseError(f"Send valid JSON; line {error.lineno} is not: {error.msg}.") from error
    if "\\u" in text:
        _check_surrogates(text, document)
    return document


def _check_depth(data: bytes, max_depth: int) -> None:
    """Count brackets outside strings before parsing: the parser itself recurses."""
    if data.count(b"{") + data.count(b"[") <= max_depth:
        return
    depth = 0
    for found in _TEXTS_AND_BRACKETS.finditer(data):
        mark = found[0]
        if mark in (b"{", b"["):
            depth += 1
            if depth > max_depth:
                raise TooDeepError(f"Nest the document at most {max_depth} levels deep.")
        elif mark in (b"}", b"]"):
            depth -= 1


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ParseError(f"Give {key} once only.", field=f"/{key}")
            seen.add(key)
    return found


def _no_constants(name: str) -> Any:
    raise ParseError(f"{name} is not JSON; leave it out.")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ParseError("Write a number with at most 20 digits.")
    return int(digits)


def _check_surrogates(text: str, document: Any) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ParseError("Replace the broken \\u escapes with real characters.") from error


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_repeats, parse_constant=_no_constants, parse_int=_integer
)
