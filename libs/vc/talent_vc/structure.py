"""Rules of the data model: VCDM 2.0 (section 4) and, where they differ, VCDM 1.1."""

from __future__ import annotations

import re
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ContextError, LinkedDataError
from talent_vc.instants import read_instant
from talent_vc.jsonld import expand
from talent_vc.statements import write_statements
from talent_vc.validity import V1, V2
from talent_vc.verdict import Check, Outcome

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TEXT_KEYS = {"@value", "@language", "@direction"}
# property -> whether its entries need an id besides their type (table of section 4)
_TYPED = {
    "credentialStatus": False,
    "credentialSchema": True,
    "evidence": False,
    "refreshService": False,
    "termsOfUse": False,
    "proof": False,
}
MAX_PROOFS = 16
MAX_STATUS_ENTRIES = 64


def check_structure(document: Document, *, draft: bool = False) -> list[Check]:
    """One FAILED check for each rule that is broken, or a single PASSED one.

    A `draft` is not signed yet: its issuer, or the issuer's id, may still be missing.
    """
    rules = _Rules()
    if "VerifiablePresentation" in _texts(document.get("type")):
        rules.presentation(document, draft)
    else:
        rules.credential(document, "", draft)
    return rules.checks or [Check("structure.data_model", Outcome.PASSED)]


def check_terms(document: Document, contexts: ContextLoader) -> Check:
    """Whether the contexts define every term and type, for a document judged without a proof."""
    code = "structure.terms"
    try:
        write_statements(expand(document, contexts), directions=True)
    except ContextError as error:
        return Check(code, Outcome.NOT_CHECKED, {"context": error.context}, "/@context")
    except LinkedDataError as error:
        return Check(code, Outcome.FAILED, {"mend": error.mend})
    return Check(code, Outcome.PASSED)


class _Rules:
    def __init__(self) -> None:
        self.checks: list[Check] = []

    def credential(self, document: Document, at: str, draft: bool) -> None:
        older = self._context(document, at)
        self._type(document, at, "VerifiableCredential")
        self._id(document, at)
        self._issuer(document, at, draft)
        self._subject(document, at)
        names = ("issuanceDate", "expirationDate") if older else ("validFrom", "validUntil")
        self._dates(document, at, names, older)
        self._typed(document, at)
        for name in ("name", "description"):
            self._text(document.get(name), f"{at}/{name}", older)
        self._limit(document, at, "proof", MAX_PROOFS)
        self._limit(document, at, "credentialStatus", MAX_STATUS_ENTRIES)

    def presentation(self, document: Document, draft: bool) -> None:
        older = self._context(document, "")
        self._type(document, "", "VerifiablePresentation")
        self._id(document, "")
        if "holder" in document and not is_url(_id_of(document["holder"])):
            self._fail("holder", "/holder")
        for position, inner in enumerate(_list(document.get("verifiableCredential", []))):
            about = f"/verifiableCredential/{position}"
            if isinstance(inner, str) and older:
                continue  # a token (VCDM 1.1, section 6.3.1)
            if not isinstance(inner, dict):
                self._fail("object", about)
            elif str(inner.get("id", "")).startswith("data:"):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
                self._enveloped(cast("Document", inner), about)
            else:
                self.credential(cast("Document", inner), about, draft)

    def _enveloped(self, document: Document, at: str) -> None:
        self._context(document, at)
        self._type(document, at, "EnvelopedVerifiableCredential")
        if not re.match(r"data:[^,;\s]+(;[^,;\s]+)*,.", document["id"]):
            self._fail("data-url", f"{at}/id")

    def _context(self, document: Document, at: str) -> bool:
        """Section 4.3; tells whether the document is of VCDM 1.1."""
        entries = _list(document.get("@context"))
        if not entries or entries[0] not in (V1, V2):
            self._fail("context-first", f"{at}/@context")
        if not all(isinstance(entry, str | dict) for entry in entries):
            self._fail("context-kind", f"{at}/@context")
        return bool(entries) and entries[0] == V1

    def _type(self, document: Document, at: str, needed: str) -> None:
        kinds = _list(document.get("type"))
        if needed not in kinds or not all(isinstance(kind, str) for kind in kinds):
            self._fail("type", f"{at}/type", needed=needed)

    def _id(self, document: Document, at: str) -> None:
        if "id" in document and not is_url(document["id"]):
            self._fail("id", f"{at}/id")

    def _issuer(self, document: Document, at: str, draft: bool) -> None:
        if "issuer" not in document:
            if not draft:
                self._fail("issuer", f"{at}/issuer")
            return
        issuer: Any = document["issuer"]
        unnamed = isinstance(issuer, dict) and "id" not in issuer
        if not is_url(_id_of(issuer)) and not (draft and unnamed):
            self._fail("issuer", f"{at}/issuer")
        elif isinstance(issuer, dict):
            for name in ("name", "description"):
                self._text(cast("Document", issuer).get(name), f"{at}/issuer/{name}", False)

    def _subject(self, document: Document, at: str) -> None:
        subjects = _list(document.get("credentialSubject", []))
        if not subjects:
            self._fail("subject", f"{at}/credentialSubject")
        for subject in subjects:
            if not isinstance(subject, dict) or not subject:
                self._fail("subject", f"{at}/credentialSubject")
            else:
                self._id(cast("Document", subject), f"{at}/credentialSubject")

    def _dates(self, document: Document, at: str, names: tuple[str, str], older: bool) -> None:
        if older and names[0] not in document:
            self._fail("issuance-date", f"{at}/{names[0]}")
        for name in names:
            if name in document and read_instant(document[name]) is None:
                self._fail("date", f"{at}/{name}")
        begin, end = (read_instant(document.get(name)) for name in names)
        if begin and end and end < begin:
            self._fail("date-order", f"{at}/{names[1]}")

    def _typed(self, document: Document, at: str) -> None:
        for name, needs_id in _TYPED.items():
            for entry in _list(document.get(name, [])):
                if not isinstance(entry, dict):
                    self._fail("object", f"{at}/{name}")
                    continue
                fields = cast("Document", entry)
                kinds = _list(fields.get("type"))
                if not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
                    self._fail("type", f"{at}/{name}/type")
                if (needs_id or "id" in fields) and not is_url(fields.get("id")):
                    self._fail("id", f"{at}/{name}/id")

    def _text(self, value: Any, at: str, older: bool) -> None:
        """A text, or texts with language and direction (section 11.1). VCDM 1.1 has no rule."""
        if value is None or older:
            return
        for entry in _list(value):
            if isinstance(entry, str):
                continue
            text = cast("Document", entry) if isinstance(entry, dict) else {}
            if not isinstance(text.get("@value"), str) or not set(text) <= _TEXT_KEYS:
                self._fail("text", at)

    def _limit(self, document: Document, at: str, name: str, limit: int) -> None:
        if len(_list(document.get(name, []))) > limit:
            self._fail("too-many", f"{at}/{name}", limit=str(limit))

    def _fail(self, rule: str, about: str, **arguments: str) -> None:
        check = Check("structure.data_model", Outcome.FAILED, {"rule": rule, **arguments}, about)
        self.checks.append(check)


def is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _id_of(value: Any) -> Any:
    return cast("Document", value).get("id") if isinstance(value, dict) else value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [entry for entry in _list(value) if isinstance(entry, str)]
