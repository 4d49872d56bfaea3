"""Words of a credential, as they are shown to people. Imports little: worker processes use it."""

from collections.abc import Mapping
from typing import Any, cast

LONGEST_NAME = 200


def credential_name(document: Mapping[str, Any]) -> str:
    """The name of the achievement, or of the credential; "" where it has none."""
    subject = _first(document.get("credentialSubject"))
    achievement = _first(subject.get("achievement"))
    return shown(_text(achievement.get("name")) or _text(document.get("name")))


def shown(text: str, longest: int = LONGEST_NAME) -> str:
    """Text of others, cut, without what is not seen or turns what is seen around."""
    unseen = "\N{REPLACEMENT CHARACTER}"
    return "".join(letter if letter.isprintable() else unseen for letter in text[:longest])


def _first(value: Any) -> Mapping[str, Any]:
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    return cast(Mapping[str, Any], items[0]) if items and isinstance(items[0], dict) else {}


def _text(value: Any) -> str:
    """A string, also with a language (VCDM 2.0, section 11.1)."""
    if isinstance(value, str):
        return value
    spoken: Any = _first(value).get("@value")
    return spoken if isinstance(spoken, str) else ""
