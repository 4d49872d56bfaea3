"""Rules of the data model: VCDM 2.0 (section 4) and, where they differ, VCDM 1.1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document, as_list
from talent_vc.errors import ContextError, LinkedDataError
from talent_vc.instants import read_instant
from talent_vc.jsonld import expand, is_compiled
from talent_vc.kinds import is_text, is_url
from talent_vc.statements import write_statements
from talent_vc.validity import V1, V2
from talent_vc.verdict import Check, Outcome

_PASSED = Check("structure.data_model", Outcome.PASSED)
_TERMS_PASSED = Check("structure.terms", Outcome.PASSED)
_DATA_URL = re.compile(r"data:[^,;\s]+(;[^,;\s]+)*,.+", re.DOTALL)
_DIGEST_SRI = re.compile(r"sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}(\s+sha(256|384|512)-\S+)*")
_MULTIBASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+/_=-]+")
# property -> whether its entries need an id besides their type: table of VCDM 2.0, section 4.5,
# and VCDM 1.1, section 4.4.
_TYPED = {
    "credentialStatus": False,
    "credentialSchema": True,
    "evidence": False,
    "refreshService": False,
    "termsOfUse": False,
    "proof": False,
}
_TYPED_V1 = {**_TYPED, "credentialStatus": True, "refreshService": True}
_TYPED_IN_PRESENTATIONS = {"refreshService": False, "termsOfUse": False, "proof": False}
MAX_CONTEXTS = 32
MAX_PROOFS = 16
MAX_STATUS_ENTRIES = 64


def check_structure(document: Document, *, draft: bool = False) -> list[Check]:
    """One FAILED check for each rule that is broken, or a single PASSED one.

    A `draft` is not signed yet: its issuer, or the issuer's id, may still be missing.
    """
    rules = _Rules()
    kinds = as_list(document.get("type"))
    if "VerifiablePresentation" in kinds:
        rules.presentation(document, draft)
    elif "EnvelopedVerifiablePresentation" in kinds:
        rules.enveloped(document, "", "EnvelopedVerifiablePresentation")
    elif "EnvelopedVerifiableCredential" in kinds:
        rules.enveloped(document, "", "EnvelopedVerifiableCredential")
    else:
        rules.credential(document, "", draft)
    return rules.checks or [_PASSED]


def check_terms(document: Document, contexts: ContextLoader) -> Check:
    """Whether the contexts define every term and type that the document uses.

    For a document that a token secures, or that is judged without a proof: Data Integrity proofs
    make sure of it themselves. A proof of its own is left out, as such a proof leaves it out, and
    so are tokens in place of credentials: they are no statements.
    """
    code = "structure.terms"
    claims = {name: value for name, value in document.items() if name != "proof"}
    subject: Any = claims.get("credentialSubject")
    if isinstance(subject, dict):
        claims["credentialSubject"] = _without_tokens(cast("Document", subject))
    claims = _without_tokens(claims)
    try:
        if not is_compiled(claims, contexts):
            write_statements(expand(claims, contexts), directions=True)
    except ContextError as error:
        return Check(code, Outcome.NOT_CHECKED, {"context": error.context}, "/@context")
    except LinkedDataError as error:
        return Check(code, Outcome.FAILED, {"mend": error.mend})
    return _TERMS_PASSED


def _without_tokens(document: Document) -> Document:
    name = "verifiableCredential"
    if name not in document:
        return document
    entries = as_list(document.get(name))
    if not any(isinstance(entry, str) for entry in entries):
        return document
    return {**document, name: [entry for entry in entries if not isinstance(entry, str)]}


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
        self._typed(document, at, _TYPED_V1 if older else _TYPED)
        if not older:
            self._texts(document, at)
            self._related(document, at)
        self._limit(document, at, "proof", MAX_PROOFS)
        self._limit(document, at, "credentialStatus", MAX_STATUS_ENTRIES)

    def presentation(self, document: Document, draft: bool) -> None:
        older = self._context(document, "")
        self._type(document, "", "VerifiablePresentation")
        # Its holder signs it: nothing in it is an issuer's word but the credentials that it holds.
        if "VerifiableCredential" in as_list(document.get("type")):
            self._fail("one-type", "/type")
        if "credentialSubject" in document:
            self._fail("no-claims", "/credentialSubject")
        self._id(document, "")
        self._typed(document, "", _TYPED_IN_PRESENTATIONS)
        self._limit(document, "", "proof", MAX_PROOFS)
        if "holder" in document and not is_url(_id_of(document["holder"])):
            self._fail("holder", "/holder")
        for position, inner in enumerate(as_list(document.get("verifiableCredential", []))):
            about = f"/verifiableCredential/{position}"
            if isinstance(inner, str) and older:
                continue  # a token (VCDM 1.1, section 6.3.1)
            if not isinstance(inner, dict):
                self._fail("object", about)
                continue
            fields = cast("Document", inner)
            if str(fields.get("id", "")).startswith("data:"):
                self.enveloped(fields, about, "EnvelopedVerifiableCredential")
            else:
                self.credential(fields, about, draft)

    def enveloped(self, document: Document, at: str, needed: str) -> None:
        """Sections 4.13.1 and 4.13.2."""
        self._context(document, at)
        self._type(document, at, needed)
        url: Any = document.get("id")
        if not isinstance(url, str) or not _DATA_URL.fullmatch(url):
            self._fail("data-url", f"{at}/id")

    def _context(self, document: Document, at: str) -> bool:
        """Section 4.3; tells whether the document is of VCDM 1.1."""
        entries = as_list(document.get("@context"))
        if not entries or entries[0] not in (V1, V2):
            self._fail("context-first", f"{at}/@context")
        for entry in entries:
            if not isinstance(entry, dict) and not is_url(entry):
                self._fail("context-kind", f"{at}/@context")
        self._limit(document, at, "@context", MAX_CONTEXTS)
        return bool(entries) and entries[0] == V1

    def _type(self, document: Document, at: str, needed: str) -> None:
        kinds = as_list(document.get("type"))
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
            self._texts(cast("Document", issuer), f"{at}/issuer")

    def _subject(self, document: Document, at: str) -> None:
        subjects = as_list(document.get("credentialSubject", []))
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
        begin, end = (read_instant(document.get(name)) for name in names)
        for name, instant in zip(names, (begin, end), strict=True):
            if instant is None and name in document:
                self._fail("date", f"{at}/{name}")
        if begin and end and end < begin:
            self._fail("date-order", f"{at}/{names[1]}")

    def _typed(self, document: Document, at: str, typed: Mapping[str, bool]) -> None:
        for name, needs_id in typed.items():
            if name not in document:
                continue
            for entry in as_list(document[name]):
                if not isinstance(entry, dict):
                    self._fail("object", f"{at}/{name}")
                    continue
                fields = cast("Document", entry)
                kinds = as_list(fields.get("type"))
                if not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
                    self._fail("type", f"{at}/{name}/type")
                if (needs_id or "id" in fields) and not is_url(fields.get("id")):
                    self._fail("id", f"{at}/{name}/id")

    def _texts(self, document: Document, at: str) -> None:
        """Section 4.6. VCDM 1.1 has no such rule."""
        for name in ("name", "description"):
            if name in document and not is_text(document[name]):
                self._fail("text", f"{at}/{name}")

    def _related(self, document: Document, at: str) -> None:
        """Section 5.3: resources with a digest, each once. They are not fetched."""
        seen: set[str] = set()
        for position, entry in enumerate(as_list(document.get("relatedResource"))):
            about = f"{at}/relatedResource/{position}"
            fields = cast("Document", entry) if isinstance(entry, dict) else {}
            url: Any = fields.get("id")
            if not is_url(url) or url in seen:
                self._fail("related-id", f"{about}/id")
                continue
            seen.add(url)
            digests = {"digestSRI": _DIGEST_SRI, "digestMultibase": _MULTIBASE}
            given = [(fields[name], form) for name, form in digests.items() if name in fields]
            if not given or not all(
                isinstance(digest, str) and form.fullmatch(digest) for digest, form in given
            ):
                self._fail("digest", about)
            if not isinstance(fields.get("mediaType", ""), str):
                self._fail("text", f"{about}/mediaType")

    def _limit(self, document: Document, at: str, name: str, limit: int) -> None:
        if len(as_list(document.get(name, []))) > limit:
            self._fail("too-many", f"{at}/{name}", limit=str(limit))

    def _fail(self, rule: str, about: str, **arguments: str) -> None:
        check = Check("structure.data_model", Outcome.FAILED, {"rule": rule, **arguments}, about)
        self.checks.append(check)


def _id_of(value: Any) -> Any:
    return cast("Document", value).get("id") if isinstance(value, dict) else value
