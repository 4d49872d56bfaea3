"""Several proofs of one document: sets, and chains in which one builds on others.

Data Integrity 1.0, sections 2.1.1, 2.1.2 and 4.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.verdict import Outcome


def proofs_of(document: Document) -> list[Any]:
    """The proofs as a list, whatever they are."""
    value: Any = document.get("proof")
    if not value:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def previous_proofs(proof: Document, proofs: Sequence[Any]) -> Document:
    """The member `proof` of what a proof signs: those that it builds on, if any.

    `ProofError` when one of them is not there, or two go by the same id.
    """
    places = previous_places(proof, proofs)
    return {"proof": [proofs[place] for place in places]} if "previousProof" in proof else {}


def previous_places(proof: Document, proofs: Sequence[Any]) -> list[int]:
    """Where the proofs that a proof builds on stand among all."""
    if "previousProof" not in proof:
        return []
    named: Any = proof["previousProof"]
    ids = cast("list[Any]", named) if isinstance(named, list) else [named]
    found = [
        place
        for place, one in enumerate(proofs)
        if isinstance(one, dict) and "id" in one and one["id"] in ids
    ]
    if len(found) != len(ids):
        raise ProofError("Name proofs that are there.", field="/previousProof")
    return found


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """FAILED before NOT_CHECKED before PASSED."""
    found = set(outcomes)
    for outcome in (Outcome.FAILED, Outcome.NOT_CHECKED):
        if outcome in found:
            return outcome
    return Outcome.PASSED


def with_previous(
    outcomes: Mapping[int, Outcome], links: Mapping[int, Sequence[int]]
) -> dict[int, Outcome]:
    """What becomes of each proof when those that it builds on count, and those before them.

    `links` has the places of these. Proofs that go around in a circle fail.
    """
    settled: dict[int, Outcome] = {}

    def settle(place: int) -> Outcome:
        if place not in settled:
            settled[place] = Outcome.FAILED  # what whoever comes back here in a circle finds
            settled[place] = worst([outcomes[place], *map(settle, links[place])])
        return settled[place]

    return {place: settle(place) for place in outcomes}
