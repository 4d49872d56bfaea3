"""Who issued a document, and whether the keys that signed it are theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import LoadError
from talent_vc.loading import Loader
from talent_vc.trust import Registry, Trust, TrustLookup, ask
from talent_vc.verdict import Check, Outcome

_NOT_ASKED = Check("issuer.trust", Outcome.NOT_APPLICABLE, about="/issuer")


def issuer_id(document: Document) -> str:
    """The issuer's id, or "" when there is none."""
    issuer: Any = document.get("issuer")
    if isinstance(issuer, dict):
        issuer = cast("Document", issuer).get("id")
    return issuer if isinstance(issuer, str) else ""


def holder_id(presentation: Document) -> str:
    """The holder's id, or "" when there is none."""
    return issuer_id({"issuer": presentation.get("holder")})


def check_holder(holder: str, controllers: Collection[str]) -> Check:
    """Whether the holder that a presentation names signed it."""
    arguments = {"holder": holder, "signed_by": " ".join(sorted(controllers))}
    outcome = _signed_by(holder, controllers) if holder else Outcome.NOT_APPLICABLE
    return Check("holder.binding", outcome, arguments, "/holder")


def check_binding(document: Document, controllers: Collection[str], unbound: str = "") -> Check:
    """Whether one of those whose proof holds is the issuer named in the document.

    In a proof set others may sign as well, as witnesses. `unbound` says why there are no
    controllers.
    """
    issuer = issuer_id(document)
    arguments = {"issuer": issuer, "signed_by": " ".join(sorted(controllers))}
    if unbound:
        arguments["reason"] = unbound
    return Check("issuer.binding", _signed_by(issuer, controllers), arguments, "/issuer")


def _signed_by(signer: str, controllers: Collection[str]) -> Outcome:
    """FAILED for a DID, which says what its keys are. Whoever goes by another URI may have any key:
    a document of theirs would have to name it, and nothing here speaks for them."""
    if signer in controllers:
        return Outcome.PASSED
    known = controllers and signer.startswith("did:")
    return Outcome.FAILED if known else Outcome.NOT_CHECKED


def check_trust(
    document: Document,
    lookup: TrustLookup | None,
    registries: Collection[Registry],
    at: datetime,
    loader: Loader,
) -> list[Check]:
    """What each registry says of the issuer; reported, never decisive by the usual policy."""
    issuer = issuer_id(document)
    checks: list[Check] = []
    if lookup is not None:
        checks.append(_check_of(lookup(issuer)))
    for registry in registries:
        try:
            checks.append(_check_of(ask(registry, issuer, at, loader)))
        except LoadError as error:
            arguments = {"source": registry.name, "reason": error.reason, "url": error.url}
            checks.append(Check("issuer.trust", Outcome.NOT_CHECKED, arguments, "/issuer"))
    return checks or [_NOT_ASKED]


def _check_of(found: Trust | None) -> Check:
    if found is None:
        return Check("issuer.trust", Outcome.NOT_CHECKED, about="/issuer")
    arguments = {"source": found.source, "name": found.name, "state": found.state}
    outcome = Outcome.PASSED if found.known else Outcome.FAILED
    return Check("issuer.trust", outcome, arguments, "/issuer")
