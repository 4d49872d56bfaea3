"""What registries say of an issuer. Each that was asked, answers; none is taken for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from talent_vc.document import Document, read_json
from talent_vc.errors import CredentialError, LoadError, ParseError
from talent_vc.federation import Federation, name_in_federation
from talent_vc.loading import Loader

_MAX_REGISTRY_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Trust:
    """`known` is whether the registry `source` vouches for the issuer; `name` is its name there.

    `state` is a short code for why not, such as "unknown", "not-vetted" or "suspended".
    """

    known: bool
    source: str
    name: str = ""
    state: str = ""


# Issuer id -> what the network's own registry says; None when it could not be asked.
TrustLookup = Callable[[str], Trust | None]


@dataclass(frozen=True, slots=True)
class LegacyRegistry:
    """A list of issuers by DID in one JSON document, as the Digital Credentials Consortium keeps
    them: {"registry": {DID: {"name", "location", "url"}}}. Unsigned: its https origin vouches."""

    name: str
    url: str


Registry = LegacyRegistry | Federation


def read_registries(data: bytes) -> tuple[Registry, ...]:
    """Registries to ask, in order, from a JSON list: {"type": "dcc-legacy", "name", "url"} and
    {"type": "oidf", "name", "trustAnchorEC"}, the latter with the anchor's "jwks" if it is pinned.

    Raises `ParseError`.
    """
    entries: Any = read_json(b'{"registries":' + data + b"}")["registries"]
    if not isinstance(entries, list):
        raise ParseError("Give a list of registries.")
    return tuple(_read_registry(entry) for entry in cast("list[Any]", entries))


def ask(registry: Registry, issuer: str, at: datetime, loader: Loader) -> Trust:
    """What a registry says of an issuer. `LoadError`: it cannot be asked, or not be believed."""
    if isinstance(registry, LegacyRegistry):
        name = _name_in_list(registry, issuer, loader)
    else:
        name = name_in_federation(registry, issuer, at, loader)
    if name is None:
        return Trust(known=False, source=registry.name, state="unknown")
    return Trust(known=True, source=registry.name, name=name)


def _name_in_list(registry: LegacyRegistry, issuer: str, loader: Loader) -> str | None:
    try:
        document = read_json(loader.load(registry.url), max_bytes=_MAX_REGISTRY_BYTES)
    except ParseError as error:
        raise LoadError("malformed", url=registry.url) from error
    issuers: Any = document.get("registry")
    if not isinstance(issuers, dict):
        raise LoadError("malformed", url=registry.url)
    entry: Any = cast("Document", issuers).get(issuer)
    name: Any = cast("Document", entry).get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else None


def _read_registry(entry: Any) -> Registry:
    fields = cast("Document", entry) if isinstance(entry, dict) else {}
    kind, name = fields.get("type"), fields.get("name")
    url = fields.get("url") if kind == "dcc-legacy" else fields.get("trustAnchorEC")
    if not (isinstance(name, str) and isinstance(url, str) and url.startswith("https://")):
        raise ParseError("Give each registry a name and its https URL.")
    if kind == "dcc-legacy":
        return LegacyRegistry(name, url)
    if kind != "oidf":
        raise ParseError('Give each registry the type "dcc-legacy" or "oidf".')
    try:
        return Federation.of(name, url, fields.get("jwks"))
    except CredentialError as error:
        raise ParseError(f"Give {name} the keys of its trust anchor: {error.mend}") from error
