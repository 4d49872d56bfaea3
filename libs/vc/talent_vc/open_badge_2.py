"""Judging Open Badges 2.0, the badges from before verifiable credentials ("Verification").

Such a badge is an assertion, the class of badges that it is one of, and a profile of the issuer,
each a document with an address. What the profile *at the issuer's own address* says decides: where
its assertions are, which keys sign for it, which badges it took back. A copy of it inside another
document proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from talent_vc.contexts import context_urls
from talent_vc.document import Document, as_list, read_json
from talent_vc.envelope import Envelope
from talent_vc.errors import CredentialError, LoadError, ParseError, ProofError
from talent_vc.jws import ALGORITHMS, Jws, refusal, verifies
from talent_vc.loading import Loader
from talent_vc.open_badge_2_rules import (
    HOSTED,
    check_documents,
    is_in_scope,
    other_verification,
    read_date,
    texts,
    verification_of,
)
from talent_vc.public_keys import PublicKey, read_pem
from talent_vc.verdict import Check, Outcome

CONTEXT = "https://w3id.org/openbadges/v2"
MAX_KEYS = 8
_MAX_LIST_BYTES = 4_000_000
# The words that are read here: a document must not give them a meaning of its own.
_READ = frozenset(
    {"@vocab", "id", "type", "badge", "issuer", "recipient", "identity", "hashed", "salt"}
    | {"issuedOn", "expires", "revoked", "verification", "verify", "name", "description"}
    | {"criteria", "evidence", "narrative", "image"}
)
_PASSED, _FAILED, _UNSURE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_CHECKED


@dataclass(frozen=True, slots=True)
class Judged:
    """The checks, the issuer's id, and when validity next begins or ends by itself."""

    checks: tuple[Check, ...]
    issuer: str
    next_change: datetime | None


def is_open_badge_2(document: Document) -> bool:
    if CONTEXT not in context_urls(document):
        return False
    return "VerifiableCredential" not in texts(document.get("type"))


def judge_open_badge_2(envelope: Envelope, *, at: datetime, loader: Loader) -> Judged:
    """Every check but that of trust. Documents come from the loader."""
    return _Judging(envelope, at, loader).run()


class _Judging:
    def __init__(self, envelope: Envelope, at: datetime, loader: Loader) -> None:
        self._held = envelope.document
        self._jws = envelope.signed.jws if envelope.signed else None
        self._at = at
        self._loader = loader
        self._checks = [Check("legacy.open_badges_2", _UNSURE)]
        self._revoked = self._held.get("revoked") is True

    def run(self) -> Judged:
        hosted = bool(set(texts(verification_of(self._held).get("type"))) & set(HOSTED))
        genuine = self._hosted() if hosted else self._held
        assertion = self._held if genuine is None else genuine
        badge = profile = None
        why: dict[str, str] = {}
        try:
            badge = self._whole(assertion.get("badge"))
            profile = self._load(_id_of(badge.get("issuer")))
        except LoadError as error:
            why = {"reason": error.reason, "url": error.url}
        issuer = _id_of((badge or {}).get("issuer"))
        if genuine is not None and hosted:
            self._compare(genuine, badge, profile)
        proven = self._is_hosted() if hosted else self._is_signed(profile, why)
        self._checks += check_documents(assertion, badge, profile)
        self._bind(assertion, badge, profile, hosted=hosted, proven=proven, why=why)
        self._dates(assertion)
        self._revocation(assertion, profile, hosted=hosted and genuine is not None)
        self._leave_open(assertion, badge, profile)
        instants = (read_date(assertion.get(name)) for name in ("issuedOn", "expires"))
        later = [instant for instant in instants if instant and instant > self._at]
        return Judged(tuple(self._checks), issuer, min(later, default=None))

    def _hosted(self) -> Document | None:
        """The assertion at its own address, which alone counts; None when it is not to be had."""
        url = _id_of(self._held)
        try:
            found = self._load(url)
        except LoadError as error:
            reason = error.reason
        else:
            if found.get("revoked") is not True:
                return found
            reason = "revoked"  # and then little else may be left in it
        # The status of the answer may say so as well (410).
        self._revoked = self._revoked or reason in ("revoked", "gone")
        self._add("proof.hosted", _UNSURE, reason=reason, url=url)
        return None

    def _compare(self, genuine: Document, badge: Document | None, profile: Document | None) -> None:
        """What is shown to people is what they hold: it may say less than the genuine one, never
        anything else."""
        wholes = {_id_of(whole): whole for whole in (badge, profile) if whole}
        same = _agrees(self._held, genuine, wholes)
        self._add("proof.hosted", _PASSED if same else _FAILED, url=_id_of(genuine))

    def _is_hosted(self) -> bool:
        return any(one.code == "proof.hosted" and one.outcome is _PASSED for one in self._checks)

    def _is_signed(self, profile: Document | None, why: dict[str, str]) -> bool:
        other = other_verification(self._held)
        if other:
            self._add("proof.unsupported", _UNSURE, suite=other)
            return False
        if self._jws is None:
            self._add("proof.present", _FAILED)
            return False
        algorithm = self._jws.algorithm
        if refusal(self._jws):
            self._add("proof.signature", _FAILED, reason=refusal(self._jws), suite=algorithm)
            return False
        if algorithm not in ALGORITHMS:
            self._add("proof.unsupported", _UNSURE, suite=algorithm)
            return False
        if profile is None:
            self._add("proof.key", _UNSURE, **why)
            return False
        return self._try_keys(self._jws, profile)

    def _try_keys(self, jws: Jws, profile: Document) -> bool:
        """Whether one of the keys that the issuer lists has signed; the badge may say which."""
        listed = {_id_of(key): key for key in as_list(profile.get("publicKey"))}
        creator = verification_of(self._held).get("creator")
        if creator is not None:
            listed = {url: key for url, key in listed.items() if url == _id_of(creator)}
        if not listed:
            self._add("proof.key", _FAILED, reason="unlisted", controller=_id_of(profile))
            return False
        problem: Check | None = None
        if len(listed) > MAX_KEYS:
            problem = Check("proof.key", _UNSURE, {"reason": "too-many"})
        for url, key in list(listed.items())[:MAX_KEYS]:
            try:
                public = self._key(key, profile)
            except LoadError as error:
                arguments = {"reason": error.reason, "url": error.url}
                problem = Check("proof.key", _UNSURE, arguments)
                continue
            except CredentialError as error:
                problem = problem or Check("proof.key", _FAILED, {"mend": error.mend, "key": url})
                continue
            if verifies(jws, public):
                self._add("proof.key", _PASSED, controller=_id_of(profile))
                self._add("proof.signature", _PASSED, suite=jws.algorithm)
                return True
        if problem is None:
            problem = Check("proof.signature", _FAILED, {"suite": jws.algorithm})
        self._checks.append(problem)
        return False

    def _key(self, value: Any, profile: Document) -> PublicKey:
        document = self._whole(value)
        if document.get("owner", _id_of(profile)) != _id_of(profile):
            raise ProofError("Name the issuer as the key's owner.", field="/owner")
        return read_pem(document.get("publicKeyPem"))

    def _bind(
        self,
        assertion: Document,
        badge: Document | None,
        profile: Document | None,
        *,
        hosted: bool,
        proven: bool,
        why: dict[str, str],
    ) -> None:
        arguments = {"issuer": _id_of((badge or {}).get("issuer")), **why}
        if badge is None or profile is None:
            outcome = _UNSURE
        elif hosted and not is_in_scope(_id_of(assertion), _id_of(badge), profile):
            outcome, arguments["reason"] = _FAILED, "out-of-scope"
        else:
            outcome = _PASSED if proven else _UNSURE
        self._checks.append(Check("issuer.binding", outcome, arguments, "/badge/issuer"))

    def _dates(self, assertion: Document) -> None:
        for code, name in (("validity.from", "issuedOn"), ("validity.until", "expires")):
            limit = read_date(assertion.get(name))
            if limit is None:
                self._checks.append(Check(code, Outcome.NOT_APPLICABLE, about=f"/{name}"))
                continue
            holds = limit <= self._at if name == "issuedOn" else self._at < limit
            arguments = {"limit": str(assertion[name])}
            self._checks.append(Check(code, _PASSED if holds else _FAILED, arguments, f"/{name}"))

    def _revocation(self, assertion: Document, profile: Document | None, *, hosted: bool) -> None:
        """A list may take back a hosted badge as well; one that is away leaves that open."""
        url = _id_of((profile or {}).get("revocationList"))
        outcome = Outcome.NOT_APPLICABLE
        arguments = {"list": url} if url else {}
        if self._revoked:
            outcome = _FAILED
        elif profile is None:
            outcome = _UNSURE
        elif url:
            try:
                outcome = _FAILED if self._is_listed(assertion, url) else _PASSED
            except LoadError as error:
                outcome, arguments["reason"] = _UNSURE, error.reason
        elif hosted:
            outcome = _PASSED
        self._checks.append(Check("status.revocation", outcome, arguments, "/id"))

    def _is_listed(self, assertion: Document, url: str) -> bool:
        found = self._load(url, _MAX_LIST_BYTES)
        entries = found.get("revokedAssertions")
        if "RevocationList" not in texts(found.get("type")) or entries is None:
            raise LoadError("list-malformed", url=url)
        return any(_names(entry, assertion) for entry in as_list(entries))

    def _leave_open(self, *documents: Document | None) -> None:
        """What is in them and not looked at here; none of it takes anything away."""
        names = {name for document in documents for name in document or {}}
        if "endorsement" in names:
            self._add("part.endorsement", _UNSURE)
        for name in sorted(names):
            if name.startswith("extensions:"):
                self._add("schema.credential", _UNSURE, schema=name, reason="not-at-hand")
        own: set[str] = set()
        for context in as_list(self._held.get("@context")):
            own.update(cast("Document", context) if isinstance(context, dict) else ())
        for name in sorted(own & _READ)[:1]:
            self._add("structure.meaning", _UNSURE, name=name)

    def _whole(self, value: Any) -> Document:
        """A part that stands there in full, or else the document at its address."""
        return cast("Document", value) if isinstance(value, dict) else self._load(_id_of(value))

    def _load(self, url: str, max_bytes: int = 1_000_000) -> Document:
        if not url.startswith(("https://", "http://")):
            raise LoadError("no-address", url=url)
        try:
            document = read_json(self._loader.load(url), max_bytes=max_bytes)
        except ParseError as error:
            raise LoadError("malformed", url=url) from error
        if document.get("id") != url:
            raise LoadError("other-document", url=url)
        return document

    def _add(self, code: str, outcome: Outcome, **arguments: str) -> None:
        self._checks.append(Check(code, outcome, arguments))


def _agrees(held: Any, genuine: Any, wholes: dict[str, Document]) -> bool:
    """Whether `held` says nothing but what `genuine` says. `wholes` has the documents that stand
    in full in one of them, and by their id in the other."""
    if isinstance(held, list) or isinstance(genuine, list):
        # In JSON-LD one value and a list of one are the same.
        mine, theirs = as_list(held), as_list(genuine)
        return len(mine) == len(theirs) and all(
            _agrees(one, other, wholes) for one, other in zip(mine, theirs, strict=True)
        )
    if isinstance(held, dict):
        whole: Any = wholes.get(genuine) if isinstance(genuine, str) else genuine
        if not isinstance(whole, dict):
            return False
        there = cast("Document", whole)
        return all(
            name in there and _agrees(value, there[name], wholes)
            for name, value in cast("Document", held).items()
        )
    if isinstance(genuine, dict):
        return isinstance(held, str) and held == _id_of(genuine)
    return type(held) is type(genuine) and held == genuine


def _id_of(value: Any) -> str:
    if isinstance(value, dict):
        value = cast("Document", value).get("id")
    return value if isinstance(value, str) else ""


def _names(entry: Any, assertion: Document) -> bool:
    """Whether an entry of a revocation list means the assertion: by its id, or by the `uid` that
    badges had before."""
    fields = cast("Document", entry) if isinstance(entry, dict) else {"id": entry}
    if fields.get("revoked") is False:
        return False
    return any(
        isinstance(fields.get(name), str) and fields[name] == assertion.get(name)
        for name in ("id", "uid")
    )
