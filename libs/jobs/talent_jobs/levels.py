"""How well a person must know the work, as far as the title says it."""

from __future__ import annotations

import re

BEGINNER, USUAL, LEADING = 2, 3, 4
_BEGINS = re.compile(
    r"\b(?:apprentice|helper|trainee|intern|internship|beginner|junior|jr|entry[- ]level"
    r"|no experience|learner)\b",
    re.I,
)
_LEADS = re.compile(r"\b(?:senior|sr|lead|head|master|chief|foreman|principal)\b", re.I)


def is_beginner(title: str) -> bool:
    return bool(_BEGINS.search(title))


def usual_level(title: str) -> int:
    """On the network's scale of five."""
    if is_beginner(title):
        return BEGINNER
    return LEADING if _LEADS.search(title) else USUAL
