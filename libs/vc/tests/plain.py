"""Whether a sentence is one that people can read."""

import re

_ODD = re.compile(
    r"[{}]|\s\s|\n|\s[.,:)]|\(\s*\)|:\.|\.\.|None\b"  # a place that was left empty
    r"|\b(?:of|as|until|since|on) ?\.$"
    r"|A check |could not be checked \("  # what is said where there are no words for it
)


def odd_in(told: str) -> list[str]:
    """What looks as if something were missing or left over."""
    found = [match.group() for match in _ODD.finditer(told)]
    return found if told[:1].isupper() else [*found, told[:20]]
