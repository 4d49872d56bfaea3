"""Rules of the Comprehensive Learner Record 2.0 (section B, data models), and of its associations.

Each association has a check of its own: does it relate two achievements of the record, or the
credentials that assert them? One to something left out of the record says nothing of what is in
it: it is told and does not decide (1EdTech's own samples have some).
"""

from __future__ import annotations

import re
from typing import Any, cast

from talent_vc.achievements import (
    BADGE_CONTEXT,
    check_achievement,
    check_contexts,
    check_recipient,
    objects,
)
from talent_vc.document import Document, as_list
from talent_vc.kinds import KINDS, Test, of_type, one_of
from talent_vc.model import Walk, read_tables
from talent_vc.open_badge_model import KINDS as BADGE_KINDS
from talent_vc.open_badge_model import TYPES
from talent_vc.verdict import Check, Outcome

CODE = "schema.clr"
ASSOCIATION = "schema.clr.association"
CONTEXTS = (
    re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-\d+\.\d+\.\d+)?\.json"),
    BADGE_CONTEXT,
)
_TABLES = """
ClrCredential
  id                    URI                   1
  name                  Text                  1..*
  description           Text                  0..*
  image                 URI/Image             0..1
  partial               Boolean               0..1
  awardedDate           DateTimeZ             0..1
  issuer                URI/Profile           1
  credentialSubject     ClrSubject            1
  endorsement           Endorsement           0..*
  endorsementJwt        CompactJws            0..*
  refreshService        RefreshService        0..1

ClrSubject
  type                  'ClrSubject'          1..*
  id                    URI                   0..1
  identifier            IdentityObject        0..*
  achievement           Achievement           0..*
  verifiableCredential  Credential            1..*
  association           Association           0..*

Association
  type                  'Association'         1
  associationType       AssociationType       1
  sourceId              URI                   1
  targetId              URI                   1
"""


def _is_part(value: Any) -> bool:
    """In full, or in a token as records on VCDM 1.1 have it."""
    return _is_credential(value) or _is_enveloped(value) or KINDS["CompactJws"](value)


_is_credential = of_type("VerifiableCredential")
_is_enveloped = of_type("EnvelopedVerifiableCredential")
_KINDS: dict[str, Test] = {
    **BADGE_KINDS,
    "AssociationType": one_of(
        "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy"
    ),
    # A credential inside is judged as one; its own rules are not repeated here.
    "Credential": _is_part,
}
_TYPES = read_tables(_TABLES, _KINDS, TYPES)


def check_learner_record(document: Document) -> list[Check]:
    """One FAILED check a breach, or one PASSED; then one for each association."""
    walk = Walk(CODE)
    walk.object(document, _TYPES["ClrCredential"])
    check_contexts(document, CONTEXTS, walk)
    associations: list[Check] = []
    for subject, about in objects(document, "credentialSubject", ""):
        check_recipient(subject, about, walk)
        for achievement, where in objects(subject, "achievement", about):
            check_achievement(achievement, where, walk)
        inside = _Inside(subject)
        for association, where in objects(subject, "association", about):
            associations.append(_check_association(association, where, inside))
    return [*walk.checks, *associations]


def _check_association(association: Document, about: str, inside: _Inside) -> Check:
    for name in ("sourceId", "targetId"):
        id: Any = association.get(name)
        if not isinstance(id, str) or id not in inside.ids:
            arguments = {"rule": "link", "needed": "Achievement"}
            outcome = Outcome.FAILED
            if inside.sealed:
                arguments, outcome = {"reason": "sealed-credential"}, Outcome.NOT_CHECKED
            return Check(ASSOCIATION, outcome, arguments, f"{about}/{name}")
    return Check(ASSOCIATION, Outcome.PASSED, about=about)


class _Inside:
    """What an association can relate: the achievements and credentials of a record.

    `sealed`: whether a credential is inside whose content is in a token, not looked into here.
    """

    def __init__(self, subject: Document) -> None:
        self.ids: set[str] = set()
        self.sealed = False
        self._gather(subject)

    def _gather(self, subject: Document) -> None:
        for achievement, _ in objects(subject, "achievement", ""):
            self._add(achievement)
        for credential in as_list(subject.get("verifiableCredential")):
            if not _is_credential(credential):
                self.sealed = True
                continue
            self._add(cast("Document", credential))
            for inner, _ in objects(cast("Document", credential), "credentialSubject", ""):
                self._gather(inner)

    def _add(self, part: Document) -> None:
        id: Any = part.get("id")
        if isinstance(id, str):
            self.ids.add(id)
