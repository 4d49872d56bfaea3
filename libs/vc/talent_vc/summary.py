"""A verdict in one or two plain sentences, for somebody who has never heard of a proof.

The issuer's name is a registry's word: what a document calls its issuer proves nothing. What the
holder did is the issuer's word, so it is told as a fact only where a registry knows the issuer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from talent_vc.document import Document
from talent_vc.issuers import issuer_id
from talent_vc.policies import ADVISORY
from talent_vc.validity import span
from talent_vc.vc_jwt import is_presentation
from talent_vc.verdict import Check, Outcome, Overall

_LONGEST = 120
_OTHERS = {
    Overall.REVOKED: "This credential was taken back by its issuer. It is not valid any more.",
    Overall.SUSPENDED: "This credential is on hold. It is not valid right now.",
    Overall.UNDETERMINED: "We could not check everything, so we cannot say if this is valid.",
    Overall.INVALID: "This credential is not valid. Do not rely on it.",
    Overall.UNPARSEABLE: "This is not a credential that we can read.",
}
# The same where nobody knows who wrote it: dates and status are then only what it says itself.
_UNPROVEN = {
    Overall.EXPIRED: "By its own dates, this credential has expired.",
    Overall.NOT_YET_VALID: "By its own dates, this credential is not valid yet.",
    Overall.REVOKED: "The list that this credential names says that it was taken back.",
    Overall.SUSPENDED: "The list that this credential names says that it is on hold.",
}
_NOT_PROVEN = " We could not check that its issuer signed it, so we cannot say if it is real."
_UNTRUSTED = {
    "suspended": "the state has suspended its approval of the issuer",
    "not-vetted": "the state has not approved the issuer",
    "unknown": "the state has not approved the issuer",
}
# achievementType (Open Badges 3.0, section B) -> what its holder did; otherwise "completed".
_VERBS = {
    "License": "holds",
    "Certification": "holds",
    "Membership": "belongs to",
    "Assessment": "passed",
    "Competency": "showed",
    "Award": "won",
    "AssociateDegree": "earned",
    "BachelorDegree": "earned",
    "Degree": "earned",
    "Diploma": "earned",
    "DoctoralDegree": "earned",
    "MasterDegree": "earned",
}
_ASSESSMENTS = re.compile(
    r"[A-Za-z][A-Za-z' -]* (exam|examination|test|assessment|interview|project|portfolio|review"
    r"|demonstration|evaluation|simulation|observation)|exam|test|interview|portfolio",
    re.IGNORECASE,
)


def summary(
    outcome: Overall, checks: Sequence[Check], document: Document, *, at: datetime, today: bool
) -> str:
    """`today` is false when it was judged as of another instant, `at`."""
    if outcome in _UNPROVEN and not issuer_is_proven(checks):
        return _UNPROVEN[outcome] + _NOT_PROVEN
    if outcome in _OTHERS:
        return _OTHERS[outcome]
    when = "today" if today else f"on {_day(at)}"
    if is_presentation(document):
        shown: Any = document.get("verifiableCredential", [])
        shown = cast("list[Any]", shown) if isinstance(shown, list) else [shown]
        if not shown:
            return "This is real, but the holder shows no credential with it."
        return f"Verified: the holder shows {_count(shown)}, real and valid {when}."
    return _authentic(outcome, checks, document, when)


def _authentic(outcome: Overall, checks: Sequence[Check], document: Document, when: str) -> str:
    """Of a credential that its issuer has signed, and that is good at its time."""
    valid = outcome is Overall.VALID
    state = _state(outcome, document, when)
    deed, how = _deed(document), _how(document)
    name = _registered_name(checks)
    if name:
        deed = f"{deed} {_where(document, name)}{how}"
        if valid:
            return f"Verified: {deed}, and it is {state}."
        return _ended(f"This is real, but it {state}: {deed}")
    doubt = _doubt(checks)
    but = f"and {state}, but {doubt}" if valid else f"but it {state}, and {doubt}"
    issuer = _host(issuer_id(document)) or "Its issuer"
    return f"This is real {but}. " + _ended(f"{issuer} says that {deed}{how}")


def issuer_is_proven(checks: Sequence[Check]) -> bool:
    """Whether the issuer that the credential names has signed it, and what it says is what was
    signed. Otherwise anyone may have written it, in the name of anyone."""
    bound = False
    for check in checks:
        if check.code in ADVISORY:
            continue
        about_proof = check.code.startswith("proof.") or check.code == "issuer.binding"
        about_content = check.code.startswith("structure.")
        if about_proof and check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED):
            return False
        if about_content and check.outcome is Outcome.NOT_CHECKED:
            return False
        bound = bound or (check.code, check.outcome) == ("issuer.binding", Outcome.PASSED)
    return bound


def _state(outcome: Overall, document: Document, when: str) -> str:
    begin, end = span(document)
    if outcome is Overall.EXPIRED:
        return f"expired on {_day(end)}" if end else "has expired"
    if outcome is Overall.NOT_YET_VALID:
        return f"is not valid until {_day(begin)}" if begin else "is not valid yet"
    return f"valid {when}"


def _registered_name(checks: Sequence[Check]) -> str:
    for check in checks:
        if check.code == "issuer.trust" and check.outcome is Outcome.PASSED:
            return _quoted(check.arguments.get("name"))
    return ""


def _doubt(checks: Sequence[Check]) -> str:
    states = [c.arguments.get("state", "") for c in checks if c.code == "issuer.trust"]
    known = [_UNTRUSTED[state] for state in states if state in _UNTRUSTED]
    return known[0] if known else "we could not ask who the issuer is"


def _deed(document: Document) -> str:
    """What the credential says of its holder."""
    inner = _objects(document, "credentialSubject", "verifiableCredential")
    if inner:
        return f"the holder has a record of {_count(inner)}"
    achievements = _objects(document, "credentialSubject", "achievement")
    achievements = achievements or _objects(document, "badge")  # of an Open Badge 2.0
    achievement = achievements[0] if achievements else {}
    name = _quoted(achievement.get("name")) or _quoted(document.get("name"))
    verb = _VERBS.get(str(achievement.get("achievementType")), "completed")
    return f"the holder {verb} {name}" if name else "the holder has this credential"


def _count(credentials: Sequence[Any]) -> str:
    return f"{len(credentials)} credential{'' if len(credentials) == 1 else 's'}"


def _where(document: Document, name: str) -> str:
    achievements = _objects(document, "credentialSubject", "achievement")
    kind = str(achievements[0].get("achievementType")) if achievements else ""
    return f"from {name}" if not achievements or kind in _VERBS else f"at {name}"


def _how(document: Document) -> str:
    """How it was assessed, where the credential has a result that says so."""
    results = _objects(document, "credentialSubject", "result")
    described = {
        one.get("id"): one
        for one in _objects(document, "credentialSubject", "achievement", "resultDescription")
    }
    for result in results:
        name = _quoted(described.get(result.get("resultDescription"), {}).get("name"))
        if _ASSESSMENTS.fullmatch(name):
            name = name if name.split()[0].isupper() else name[0].lower() + name[1:]
            return f", assessed by {'an' if name[0] in 'aeiou' else 'a'} {name}"
        value = _quoted(result.get("value"))
        if name and value:
            return f", with the result “{name}: {value}”"
    return ", with evidence" if document.get("evidence") else ""


def _objects(document: Document, *path: str) -> list[Document]:
    """The objects at the end of a path, through lists on the way."""
    found: list[Any] = [document]
    for name in path:
        inner = [cast("Document", one).get(name) for one in found if isinstance(one, dict)]
        found = [
            entry
            for one in inner
            for entry in (cast("list[Any]", one) if isinstance(one, list) else [one])
        ]
    return [cast("Document", one) for one in found if isinstance(one, dict)]


def _quoted(value: Any) -> str:
    """A text of the document on one short line; "" where it has none."""
    if isinstance(value, list) and value:
        value = cast("list[Any]", value)[0]
    if isinstance(value, dict):
        value = cast("Document", value).get("@value")
    if not isinstance(value, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _host(issuer: str) -> str:
    """The web host that an issuer's id is proven by; "" for one that stands for itself."""
    if issuer.startswith("did:web:"):
        return unquote(issuer.split(":")[2])
    try:
        return urlsplit(issuer).netloc if issuer.startswith("https://") else ""
    except ValueError:
        return ""


def _ended(text: str) -> str:
    """With a dot at the end; a name may bring its own."""
    return text if text.endswith(".") else f"{text}."


def _day(instant: datetime) -> str:
    return f"{instant:%B} {instant.day}, {instant.year}"
