"""Finding the keys that a token may be signed with, and what proves that they are the issuer's.

A header is written by whoever made the token. So it only ever says where to look, and what is found
there counts as the issuer's when the issuer says so:
- a DID: its document lists the key (`resolve_method`);
- an https issuer: its metadata (SD-JWT-based Verifiable Credentials, section 5) hold or name the
  set of keys, or its controller document lists the key;
- a key or set of keys at an https URL that the header names (Open Badges 3.0, section 8.5): it lies
  at the origin of the issuer's own identifier, where by the web's rules nobody else can publish,
  or the issuer's documents name it. A document that says whose it is counts for that one alone.
A key within the header (`jwk`) proves nothing about the issuer. `jku` and `x5u` are not followed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlsplit

from talent_vc.document import Document, read_json
from talent_vc.errors import CredentialError, LoadError, ParseError, ProofError, UnsupportedKeyError
from talent_vc.jwk import read_jwk
from talent_vc.kinds import is_url
from talent_vc.loading import Loader
from talent_vc.methods import Method, controller_url, methods_of_jwk, resolve_method

MAX_KEYS = 100
_ONE_KEY = ("did:key:", "did:jwk:")
_MAX_CANDIDATES = 8  # of a set of keys, where nothing says which one it is


def find_keys(
    header: Document,
    issuer: str,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    purpose: str = "assertionMethod",
) -> list[Method]:
    """The keys that may have signed; several only where the header leaves open which one.

    `issuer` is who has to have signed; it is the `controller` of keys that are proven to be theirs.
    Errors as of `resolve_method`.
    """
    return _Search(issuer, loader, insecure_hosts, purpose).run(header.get("kid"), header)


def key_urls(header: Document, issuer: str, insecure_hosts: Collection[str] = ()) -> list[str]:
    """The URLs that `find_keys` will ask for first."""
    kid = header.get("kid")
    named = kid if isinstance(kid, str) else ""
    try:
        if named.startswith("https://"):
            return [named.partition("#")[0]]
        if not named.startswith("did:") and _has_metadata(issuer):
            return [] if not named and "jwk" in header else [metadata_url(issuer)]
        url = controller_url(named if named.startswith("did:") else issuer, insecure_hosts)
    except CredentialError:
        return []
    return [url] if url else []


def metadata_url(issuer: str) -> str:
    """Where the metadata of an https issuer lie: the well-known name comes before its path."""
    parts = urlsplit(issuer)
    return f"https://{parts.netloc}/.well-known/jwt-vc-issuer{parts.path.rstrip('/')}"


class _Search:
    def __init__(
        self, issuer: str, loader: Loader, insecure_hosts: Collection[str], purpose: str
    ) -> None:
        self._issuer = issuer
        self._loader = loader
        self._insecure_hosts = insecure_hosts
        self._purpose = purpose

    def run(self, kid: object, header: Document) -> list[Method]:
        if kid is not None and not (isinstance(kid, str) and kid):
            raise ProofError("Give kid as text, or leave it out.")
        bare: Any = header.get("jwk")
        if bare is None:
            if kid is None and "x5c" in header:
                raise UnsupportedKeyError("Name the key by its URL, not by a certificate.")
            return self._named(kid)
        if not isinstance(bare, dict):
            raise ProofError("Give jwk as a JSON Web Key.")
        key = read_jwk(cast("Document", bare))
        if kid is None and not self._issuer.startswith(_ONE_KEY):
            return [Method(key, "", None, "bare-key")]
        try:
            named = self._named(kid)
        except LoadError as error:
            return [Method(key, "", None, error.reason)]
        except UnsupportedKeyError:
            return [Method(key, "", None, "unsupported")]
        same = [method for method in named if method.key == key]
        if not same:
            raise ProofError("Name one key: kid and jwk are not the same.")
        return same

    def _named(self, kid: str | None) -> list[Method]:
        if kid is not None and kid.startswith("did:"):
            return [self._resolve(kid)]
        if kid is not None and kid.startswith("https://"):
            return self._by_url(kid)
        if kid is not None and kid.startswith("http://"):
            raise UnsupportedKeyError("Serve the key over https.")
        if self._issuer.startswith(_ONE_KEY) and not (kid or "").startswith("#"):
            # Any other kid is a hint (RFC 7515, section 4.1.4), and there is but one key.
            return [self._resolve(self._issuer)]
        if self._issuer.startswith("did:"):
            name = (kid or "").removeprefix("#")
            return [self._of_issuer(name) if name else self._resolve(self._issuer)]
        if _has_metadata(self._issuer):
            return self._by_issuer(kid)
        raise UnsupportedKeyError("Use an issuer with a DID or an https URL.")

    def _resolve(self, method_url: str) -> Method:
        return resolve_method(method_url, self._loader, self._insecure_hosts, self._purpose)

    def _of_issuer(self, name: str) -> Method:
        """By the fragment of a method in the issuer's document, or else by the `kid` of its JWK:
        they should be the same (Controlled Identifiers 1.0, section 2.2.3) and often are not.
        """
        try:
            return self._resolve(f"{self._issuer}#{name}")
        except ProofError:
            url = controller_url(self._issuer, self._insecure_hosts)
            named = methods_of_jwk(self._load(url), name) if url else []
            if len(named) != 1:
                raise
            return self._resolve(named[0])

    def _by_url(self, kid: str) -> list[Method]:
        url, _, fragment = kid.partition("#")
        origin = _origin(url)
        if origin is None:
            raise ProofError("Give kid as a plain https URL.")
        document = self._load(url)
        if "verificationMethod" in document or self._purpose in document:
            return [self._resolve(kid)]
        if "kty" in document:
            jwks = [document]
        else:
            names = {kid, fragment} if fragment else {url}
            jwks = _among(document, names, url, strict=bool(fragment))
        own = origin == _origin(self._issuer) or self._lists(kid)
        return [
            Method(read_jwk(jwk), self._issuer, True)
            if own
            else Method(read_jwk(jwk), "", None, "not-listed")
            for jwk in jwks
        ]

    def _by_issuer(self, kid: str | None) -> list[Method]:
        try:
            metadata = self._load(metadata_url(self._issuer))
        except LoadError:
            if kid is None:
                raise
            # Securing Verifiable Credentials using JOSE and COSE, section 4.1.2: `iss` with `kid`.
            return [self._of_issuer(kid.removeprefix("#"))]
        if metadata.get("issuer") != self._issuer:
            raise ProofError("Serve metadata that name the issuer as the token does.")
        keys, url = metadata.get("jwks"), metadata.get("jwks_uri")
        where = metadata_url(self._issuer)
        if isinstance(url, str) and keys is None and _origin(url):
            keys, where = self._load(url), url
        names = {kid, kid.removeprefix("#")} if kid else set[str]()
        found = _among(keys, names, where, strict=kid is not None)
        return [Method(read_jwk(jwk), self._issuer, True) for jwk in found]

    def _lists(self, kid: str) -> bool:
        """Whether the issuer's own documents name a key that lies at another origin."""
        if not _has_metadata(self._issuer):
            return False
        metadata = self._perhaps(metadata_url(self._issuer))
        if metadata.get("jwks_uri") == kid.partition("#")[0]:
            return metadata.get("issuer") == self._issuer
        document = self._perhaps(self._issuer)
        listed: Any = document.get(self._purpose, [])
        return document.get("id") == self._issuer and isinstance(listed, list) and kid in listed

    def _perhaps(self, url: str) -> Document:
        try:
            return self._load(url)
        except LoadError:
            return {}

    def _load(self, url: str) -> Document:
        try:
            return read_json(self._loader.load(url))
        except ParseError as error:
            raise LoadError("malformed", url=url) from error


def _among(jwks: Any, names: set[str], url: str, *, strict: bool) -> list[Document]:
    """The keys of a set by these names; unless `strict`, all where none has such a name."""
    keys: Any = cast("Document", jwks).get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or len(cast("list[Any]", keys)) > MAX_KEYS:
        raise LoadError("malformed", url=url)
    all_keys = [cast("Document", key) for key in cast("list[Any]", keys) if isinstance(key, dict)]
    found = [key for key in all_keys if key.get("kid") in names]
    if not found and not strict:
        found = [key for key in all_keys if _is_usable(key)]
    if not 0 < len(found) <= _MAX_CANDIDATES:
        raise ProofError("Name one key of the set by its kid.")
    return found


def _is_usable(jwk: Document) -> bool:
    try:
        read_jwk(jwk)
    except CredentialError:
        return False
    return True


def _origin(url: str) -> tuple[str, int] | None:
    """Host and port of an https URL; None where two readers could see two hosts in it."""
    if not url.startswith("https://") or not is_url(url) or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or "@" in parts.netloc or "%" in parts.netloc:
        return None
    return host, 443 if port is None else port


def _has_metadata(issuer: str) -> bool:
    return _origin(issuer) is not None and "?" not in issuer and "#" not in issuer
