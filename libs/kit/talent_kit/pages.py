"""Lists by page: opaque page tokens (https://google.aip.dev/158)."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, cast

from talent_kit.errors import Problem, Reason

Position = Mapping[str, str | int]
NUMBER_MOST = (1 << 63) - 1  # as much as a database takes


def encode(position: Position) -> str:
    """A token that says after which item the next page begins. Callers must not look inside."""
    text = json.dumps(dict(position), separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(token: str) -> dict[str, str | int]:
    """The position of `token`; {} for the first page. Raises Problem when it is none of ours."""
    if not token:
        return {}
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        position: Any = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        raise _not_ours() from None
    if not isinstance(position, dict):
        raise _not_ours()
    items = cast(dict[str, Any], position).items()
    if any(isinstance(value, bool) or not isinstance(value, str | int) for _, value in items):
        raise _not_ours()
    return cast(dict[str, str | int], position)


def number(position: Position, name: str, first: int) -> int:
    """A whole number in a position; `first` on the first page. Raises Problem when it is none."""
    value = position.get(name, first)
    if not isinstance(value, int) or not -NUMBER_MOST <= value <= NUMBER_MOST:
        raise _not_ours()
    return value


def page_size(requested: int, maximum: int, default: int | None = None) -> int:
    """How many items a page has: 0 means the default, more than the maximum means the maximum."""
    if requested < 0:
        raise Problem(Reason.INVALID_FIELD, field="page_size", mend="use a number above zero")
    return min(requested or default or maximum, maximum)


def _not_ours() -> Problem:
    mend = "use the next_page_token of the page before"
    return Problem(Reason.INVALID_FIELD, field="page_token", mend=mend)
