"""What a registry says of an issuer. The lookup is passed in; this package asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """`known` is whether the registry `source` vouches for the issuer; `name` is its name there.

    `state` is a short code for why not, such as "unknown", "not-vetted" or "suspended".
    """

    known: bool
    source: str
    name: str = ""
    state: str = ""


# Issuer id -> what the registry says; None when the registry could not be asked.
TrustLookup = Callable[[str], Trust | None]
