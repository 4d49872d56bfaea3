"""Trust chains of OpenID Federation 1.0: who an issuer is, by the word of a trust anchor.

A chain goes from the anchor down: each statement is signed by a key that the one above it names
(section 4). An issuer that is a DID has no configuration of its own; the anchor itself speaks for
it, at its fetch endpoint (section 8.1), as the Digital Credentials Consortium's registries do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote, urlsplit

from talent_vc.document import Document, read_json
from talent_vc.errors import CredentialError, LoadError, ProofError
from talent_vc.jwk import read_jwk
from talent_vc.jws import read_jws, verifies
from talent_vc.loading import Loader
from talent_vc.public_keys import PublicKey

_WELL_KNOWN = "/.well-known/openid-federation"
_TYPE = "entity-statement+jwt"
_MAX_DEPTH = 4  # intermediates between the anchor and an issuer
_MAX_HINTS = 4
_MAX_STATEMENTS = 24
_SKEW = timedelta(seconds=60)

Keys = tuple[tuple[str, PublicKey], ...]  # key id and key


@dataclass(frozen=True, slots=True)
class Federation:
    """`anchor` is the trust anchor's entity id; `keys` are its keys, where they are pinned.

    Otherwise its https origin vouches for them.
    """

    name: str
    anchor: str
    keys: Keys = ()

    @classmethod
    def of(cls, name: str, configuration: str, jwks: Any = None) -> Federation:
        """From the URL of the anchor's configuration. Raises `ProofError` for unusable keys."""
        keys = _keys({"jwks": jwks})
        if jwks is not None and not keys:
            raise ProofError("Give a JSON Web Key Set with a kid for each key.")
        return cls(name, configuration.removesuffix(_WELL_KNOWN), keys)


def name_in_federation(
    federation: Federation, issuer: str, at: datetime, loader: Loader
) -> str | None:
    """The issuer's name; None where the federation does not know it.

    Raises `LoadError` for what cannot be had, or is not what the specification asks for.
    """
    return _Chains(federation, at, loader).name_of(issuer)


@dataclass(frozen=True, slots=True)
class _Statement:
    url: str
    claims: Document

    def metadata(self) -> Document:
        found: Any = _object(self.claims.get("metadata")).get("federation_entity")
        return _object(found)


class _Chains:
    def __init__(self, federation: Federation, at: datetime, loader: Loader) -> None:
        self._federation = federation
        self._at = at
        self._loader = loader
        self._left = _MAX_STATEMENTS

    def name_of(self, issuer: str) -> str | None:
        anchor = self._configuration(self._federation.anchor, self._federation.keys or None)
        chain = self._directly(anchor, issuer) or self._through_hints(anchor, issuer)
        return _name(chain, self._own_word(issuer, chain[-1])) if chain else None

    def _directly(self, anchor: _Statement, issuer: str) -> list[_Statement] | None:
        statement = self._about(anchor, _keys(anchor.claims), issuer)
        return [statement] if statement else None

    def _through_hints(self, anchor: _Statement, issuer: str) -> list[_Statement] | None:
        """Upwards by what each entity names as its superiors (section 10)."""
        if not issuer.startswith("https://"):
            return None
        for superiors in self._paths(issuer, ()):
            chain = self._down(anchor, [*reversed(superiors), issuer])
            if chain and _within_limits(chain):
                return chain
        return None

    def _paths(self, entity: str, below: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The intermediates of each way from an entity up to the anchor, nearest first."""
        if len(below) > _MAX_DEPTH:
            return []
        try:
            configuration = self._configuration(entity)
        except LoadError:
            return []
        hints: Any = configuration.claims.get("authority_hints")
        found: list[tuple[str, ...]] = []
        for hint in cast("list[Any]", hints)[:_MAX_HINTS] if isinstance(hints, list) else []:
            if hint == self._federation.anchor:
                found.append(below)
            elif isinstance(hint, str) and hint not in (*below, entity):
                found += self._paths(hint, (*below, hint))
        return found

    def _down(self, anchor: _Statement, entities: list[str]) -> list[_Statement] | None:
        chain: list[_Statement] = []
        superior, keys = anchor, _keys(anchor.claims)
        for entity in entities:
            statement = self._about(superior, keys, entity)
            if statement is None:
                return None
            chain.append(statement)
            keys = _keys(statement.claims)
            if entity != entities[-1]:
                superior = self._configuration(entity, keys)
        return chain

    def _about(self, superior: _Statement, keys: Keys, subject: str) -> _Statement | None:
        """What a superior says of a subject; None where it does not know it."""
        endpoint = superior.metadata().get("federation_fetch_endpoint")
        if not isinstance(endpoint, str) or not endpoint.startswith("https://"):
            raise LoadError("malformed", url=superior.url)
        mark = "&" if "?" in endpoint else "?"
        url = f"{endpoint}{mark}sub={quote(subject, safe='')}"
        try:
            return self._statement(url, keys, superior.claims["sub"], subject)
        except LoadError as error:
            if error.reason == "not-found":
                return None
            raise

    def _own_word(self, issuer: str, above: _Statement) -> Document:
        """An issuer's metadata of itself, signed by a key that its superior names, if there are."""
        if not issuer.startswith("https://"):
            return {}
        try:
            return self._configuration(issuer, _keys(above.claims)).metadata()
        except LoadError:
            return {}

    def _configuration(self, entity: str, keys: Keys | None = None) -> _Statement:
        url = entity.rstrip("/") + _WELL_KNOWN
        return self._statement(url, keys, entity, entity)

    def _statement(self, url: str, keys: Keys | None, issuer: str, subject: str) -> _Statement:
        """A statement that is in force and signed by one of `keys`; None: by one of its own."""
        self._left -= 1
        if self._left < 0:
            raise LoadError("too-many", url=url)
        data = self._loader.load(url)
        try:
            jws = read_jws(data.decode("ascii").strip())
            claims = read_json(jws.payload)
            keys = _keys(claims) if keys is None else keys
        except (CredentialError, UnicodeDecodeError) as error:
            raise LoadError("malformed", url=url) from error
        right = (
            jws.header.get("typ") == _TYPE
            and (claims.get("iss"), claims.get("sub")) == (issuer, subject)
            and "crit" not in claims
            and self._in_force(claims)
        )
        named = jws.header.get("kid")
        if not right or not any(verifies(jws, key) for kid, key in keys if kid == named):
            raise LoadError("not-believed", url=url)
        return _Statement(url, claims)

    def _in_force(self, claims: Document) -> bool:
        begin, end = claims.get("iat"), claims.get("exp")
        if not all(isinstance(one, int) and 0 <= one < 10**11 for one in (begin, end)):
            return False
        begin, end = (datetime.fromtimestamp(cast("int", one), UTC) for one in (begin, end))
        return begin - _SKEW <= self._at < end + _SKEW


def _keys(claims: Document) -> Keys:
    """The keys of a statement's `jwks` that can be used here."""
    listed: Any = _object(claims.get("jwks")).get("keys")
    found: list[tuple[str, PublicKey]] = []
    for jwk in cast("list[Any]", listed)[:16] if isinstance(listed, list) else []:
        kid = _object(jwk).get("kid")
        if isinstance(kid, str):
            try:
                found.append((kid, read_jwk(_object(jwk))))
            except CredentialError:
                continue
    return tuple(found)


def _within_limits(chain: list[_Statement]) -> bool:
    """Section 6.2: how long the chain below a statement may be, and for which hosts it speaks."""
    for position, statement in enumerate(chain):
        limits = _object(statement.claims.get("constraints"))
        longest = limits.get("max_path_length")
        names = _object(limits.get("naming_constraints"))
        permitted, excluded = names.get("permitted"), names.get("excluded", [])
        # A limit that cannot be read lets nobody through.
        if not isinstance(excluded, list) or not isinstance(permitted, list | None):
            return False
        if longest is not None and not isinstance(longest, int):
            return False
        if longest is not None and len(chain) - position - 1 > longest:
            return False
        for below in chain[position:]:
            host = _host(below.claims.get("sub"))
            if permitted is not None and not _among(host, cast("list[Any]", permitted)):
                return False
            if _among(host, cast("list[Any]", excluded)):
                return False
    return True


def _host(entity: object) -> str:
    try:
        return urlsplit(str(entity)).hostname or ""
    except ValueError:
        return ""


def _among(host: str, names: list[Any]) -> bool:
    """RFC 5280, section 4.2.1.10: ".example.org" is any host below it."""
    return any(
        host.endswith(name) if name.startswith(".") else host == name
        for name in names
        if isinstance(name, str)
    )


def _name(chain: list[_Statement], own: Document) -> str | None:
    """The name by section 6.1: what superiors state goes before what the issuer states itself."""
    name: Any = chain[-1].metadata().get("organization_name", own.get("organization_name"))
    for statement in chain:
        policy = _object(statement.claims.get("metadata_policy"))
        rule = _object(_object(policy.get("federation_entity")).get("organization_name"))
        name = rule.get("value", name if name is not None else rule.get("default"))
        allowed: Any = rule.get("one_of")
        if isinstance(allowed, list) and name not in allowed:
            return None
    return name if isinstance(name, str) and name else None


def _object(value: Any) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}
