"""The reference credentials: about 2 kB, and about 16 kB, as a provider would publish them.

`reference/2kB.json` and `reference/16kB.json` are credentials that the registry made of these, for
floors that need no network; `bench.publish` makes one that is missing.
"""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from talent_proto.events.v1.catalog_pb2 import Achievement, Alignment, Criteria
from talent_proto.registry.v1.registry_pb2 import CredentialDraft, DraftEvidence, PublishItem

FOLDER = Path(__file__).parent / "reference"
ESCO = "http://data.europa.eu/esco/skill/"
MIG = ESCO + "f015c5d5-6a1c-4f63-9012-a05f4f34105e"
BLUEPRINTS = ESCO + "68b6ef08-d823-489d-a95c-752ae6f6e6a7"
# Paragraphs of evidence that bring a credential to its size.
EVIDENCE = {"2kB": 0, "16kB": 39}
PARAGRAPH = (
    "The learner prepared, fitted and welded three coupons in flat, horizontal and vertical "
    "position under the eyes of a certified inspector, who bent, cut and etched each of them, "
    "measured the penetration and recorded every finding in the course log."
)


def unsigned(size: str, count: int) -> list[dict[str, Any]]:
    """The reference credential for so many holders, each under ids of its own."""
    text = (FOLDER / f"{size}.json").read_text()
    document = json.loads(text)
    del document["proof"]
    own = [document["id"], document["credentialSubject"]["identifier"][0]["identityHash"]]
    made: list[dict[str, Any]] = []
    for _ in range(count):
        other = json.dumps(document)
        for value in own:
            other = other.replace(value, f"urn:uuid:{uuid4()}")
        made.append(json.loads(other))
    return made


def achievement(name: str, org_id: str) -> Achievement:
    """An assessed achievement of two skills."""
    return Achievement(
        id=f"https://bench.example/{org_id}/{name}",
        version="1",
        in_language="en-US",
        achievement_type="Assessment",
        name="Welding Level 2",
        description="Welds steel plate with a MIG torch to a drawing, safely and to size.",
        criteria=Criteria(narrative="Three coupons pass the bend test of the inspector."),
        alignment=[
            Alignment(target_url=MIG, target_name="MIG welding", target_type="ceasn:Competency"),
            Alignment(
                target_url=BLUEPRINTS, target_name="blueprints", target_type="ceasn:Competency"
            ),
        ],
    )


def item(size: str, achievement_id: str, email: str, request_id: str) -> PublishItem:
    """One credential of this size for one holder."""
    evidence = [
        DraftEvidence(
            id=f"https://bench.example/evidence/{number}", name="Log", narrative=PARAGRAPH
        )
        for number in range(EVIDENCE[size])
    ]
    made = CredentialDraft(achievement_id=achievement_id, recipient_email=email, evidence=evidence)
    return PublishItem(request_id=request_id, draft=made)
