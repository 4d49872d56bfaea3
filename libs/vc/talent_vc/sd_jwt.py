"""Tokens whose claims the holder may disclose one by one (SD-JWT, RFC 9901): reading them.

The issuer signs digests. Each disclosure brings back the claim of one digest, maybe with digests
within it. A digest without a disclosure is a claim that is kept back, or none at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from talent_vc.document import MAX_DEPTH, Document, read_array, read_json
from talent_vc.errors import ParseError, TooDeepError, TooLargeError
from talent_vc.jwk import read_base64url, write_base64url
from talent_vc.jws import MAX_CHARACTERS, Jws, read_jws
from talent_vc.verdict import Check, Outcome

MAX_DISCLOSURES = 1000
# Section 4.1.1: names of the registry of Named Information hashes.
_HASHES: dict[str, Callable[[bytes], Any]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
DEFAULT_HASH = "sha-256"
# SD-JWT-based Verifiable Credentials, section 2.2.2.3: never for the holder to keep back.
ALWAYS_OPEN = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One claim or array element. `pointer` is where it stands among the claims."""

    text: str
    pointer: str


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT that was read, not verified.

    `payload` has the claims that are open or disclosed; `checks` say whether the disclosures are
    those that the issuer signed. `presented` is all but the holder's signature, `key_binding`.
    """

    jws: Jws
    payload: Document
    disclosures: tuple[Disclosure, ...]
    presented: str
    hash_name: str
    key_binding: Jws | None
    checks: tuple[Check, ...]


def read_sd_jwt(text: str) -> SdJwt:
    """`ParseError` for anything that is not a token, disclosures and maybe a key binding, with a
    tilde after each of them but the last."""
    if len(text) > MAX_CHARACTERS:
        raise TooLargeError(f"Send a token of at most {MAX_CHARACTERS} characters.")
    presented, tilde, last = text.rpartition("~")
    first, *texts = presented.split("~")
    if len(texts) > MAX_DISCLOSURES:
        raise TooLargeError(f"Disclose at most {MAX_DISCLOSURES} claims.")
    if last and "." not in last:
        raise ParseError("End an SD-JWT with a tilde (~), or with the signature of its holder.")
    jws = read_jws(first)
    signed = read_json(jws.payload)
    hash_name: Any = signed.get("_sd_alg", DEFAULT_HASH)
    contents = [_read_disclosure(one) for one in texts]
    found: list[Disclosure] = []
    payload = signed
    if not isinstance(hash_name, str) or hash_name not in _HASHES:
        arguments = {"suite": f"SD-JWT {hash_name}"}
        check = Check("proof.unsupported", Outcome.NOT_CHECKED, arguments, "/_sd_alg")
    else:
        try:
            payload, found = _Disclosing(hash_name, texts, contents).run(signed)
            check = Check("proof.disclosures", Outcome.PASSED, {"count": str(len(found))})
        except _WrongError as wrong:
            check = Check("proof.disclosures", Outcome.FAILED, {"reason": wrong.reason})
    binding = read_jws(last) if last else None
    return SdJwt(jws, payload, tuple(found), presented + tilde, str(hash_name), binding, (check,))


def digest_of(text: str, hash_name: str) -> str:
    """The digest of a disclosure, or of what is presented (section 4.2.3)."""
    return write_base64url(_HASHES[hash_name](text.encode()).digest())


def knows_hash(hash_name: str) -> bool:
    return hash_name in _HASHES


def child(pointer: str, name: str | int) -> str:
    """The JSON pointer of a part (RFC 6901)."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


class _WrongError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Disclosing:
    """Section 7.1, step 3. Each digest is taken once, so the work is linear in the token."""

    def __init__(self, hash_name: str, texts: list[str], contents: list[list[Any]]) -> None:
        digests = [digest_of(text, hash_name) for text in texts]
        self._texts = dict(zip(digests, texts, strict=True))
        self._contents = dict(zip(digests, contents, strict=True))
        if len(self._contents) != len(texts):
            raise _WrongError("repeated")
        self._seen: set[str] = set()
        self._found: dict[str, Disclosure] = {}

    def run(self, signed: Document) -> tuple[Document, list[Disclosure]]:
        """The claims, and the disclosures in the order in which they were given."""
        top = {name: value for name, value in signed.items() if name != "_sd_alg"}
        payload = self._object(top, "", 0)
        if len(self._found) != len(self._contents):
            raise _WrongError("unreferenced")
        if "vct" in payload:
            for disclosure in self._found.values():
                if disclosure.pointer.split("/")[1] in ALWAYS_OPEN:
                    raise _WrongError("must-be-open")
        return payload, [self._found[digest] for digest in self._contents]

    def _value(self, value: Any, pointer: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise TooDeepError(f"Nest the claims at most {MAX_DEPTH} levels deep.")
        if isinstance(value, dict):
            return self._object(cast("Document", value), pointer, depth)
        if isinstance(value, list):
            return self._array(cast("list[Any]", value), pointer, depth)
        return value

    def _object(self, value: Document, pointer: str, depth: int) -> Document:
        if "..." in value or "_sd_alg" in value:
            raise _WrongError("reserved-name")
        found: Document = {
            name: self._value(inner, child(pointer, name), depth + 1)
            for name, inner in value.items()
            if name != "_sd"
        }
        digests: Any = value.get("_sd", [])
        if not isinstance(digests, list):
            raise _WrongError("malformed")
        for digest in cast("list[Any]", digests):
            content = self._content_of(digest, parts=3)
            if content is None:
                continue
            _, name, inner = content
            if name in ("_sd", "..."):
                raise _WrongError("reserved-name")
            if name in found:
                raise _WrongError("claim-repeated")
            where = child(pointer, name)
            self._found[digest] = Disclosure(self._texts[digest], where)
            found[name] = self._value(inner, where, depth + 1)
        return found

    def _array(self, value: list[Any], pointer: str, depth: int) -> list[Any]:
        found: list[Any] = []
        for element in value:
            where = child(pointer, len(found))
            if not isinstance(element, dict) or "..." not in element:
                found.append(self._value(element, where, depth + 1))
                continue
            fields = cast("Document", element)
            if len(fields) > 1:
                raise _WrongError("reserved-name")
            digest = fields["..."]
            content = self._content_of(digest, parts=2)
            if content is not None:
                self._found[digest] = Disclosure(self._texts[digest], where)
                found.append(self._value(content[1], where, depth + 1))
        return found

    def _content_of(self, digest: object, *, parts: int) -> list[Any] | None:
        if not isinstance(digest, str):
            raise _WrongError("malformed")
        if digest in self._seen:
            raise _WrongError("digest-repeated")
        self._seen.add(digest)
        content = self._contents.get(digest)
        if content is not None and len(content) != parts:
            raise _WrongError("wrong-place")
        return content


def _read_disclosure(text: str) -> list[Any]:
    try:
        content = read_array(read_base64url(text))
    except ValueError as error:
        raise ParseError("Send disclosures in base64url without padding.") from error
    # The salt, the name of a claim but not of an array element, and the value.
    if len(content) not in (2, 3) or not all(isinstance(part, str) for part in content[:-1]):
        raise ParseError("Send disclosures that are a salt, a name and a value.")
    return content
