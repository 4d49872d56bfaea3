"""Skills as people in the United States spell them: ESCO writes British English."""

from __future__ import annotations

import re

from talent_skills import words

_WORD = re.compile(r"[A-Za-z]+")
# Spelled alike on both sides, though they look as if they were not.
_ALIKE = re.compile(
    r"(?:advertis|advis|analyses$|apprais|compromis|detour|devis|enterpris|entrepris|exercis"
    r"|expertis|flour|fundrais|improvis|liais|merchandis|precis|premis|revis|supervis)"
)
# "anaesthetics", "paediatric", "haematology"
_AE = re.compile(r"(?<=an)ae(?=sth)|(?<=p)ae(?=d)|(?<=h)ae(?=m)|(?<=gyn)ae", re.I)


def american(label: str) -> str:
    """ "tyre fitting" is "tire fitting"."""
    return _WORD.sub(lambda word: _spelled(word[0]), label)


def _spelled(word: str) -> str:
    low = word.lower()
    if _ALIKE.match(low):
        return word
    if low.startswith("practis"):
        return word.replace("practis", "practic")
    found = _AE.sub("e", words.american(low))
    return word if found == low else found.capitalize() if word[0].isupper() else found
