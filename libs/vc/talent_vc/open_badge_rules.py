"""Rules of Open Badges 3.0 (section B, data models) and of CLR 2.0, which builds on them.

Tables of types (`open_badge_model`, `clr_rules`), and here what a table cannot say. In code rather
than JSON Schema: the published schemas are not in any package, and they miss rules that matter,
such as the wrong type of a profile.
"""

from __future__ import annotations

from talent_vc.achievements import BADGE_CONTEXT, check_contexts, check_subject, objects
from talent_vc.clr_rules import check_learner_record
from talent_vc.document import Document, as_list
from talent_vc.model import Walk
from talent_vc.open_badge_model import TYPES
from talent_vc.validity import V1
from talent_vc.verdict import Check, Outcome

CODE = "schema.open_badges"
_BADGES = ("OpenBadgeCredential", "AchievementCredential")


def check_open_badge(document: Document) -> list[Check]:
    """NOT_APPLICABLE for other credentials; else one FAILED check a breach, or one PASSED, and what
    is only advised."""
    kinds = as_list(document.get("type"))
    if "ClrCredential" in kinds:
        return check_learner_record(document)
    if _BADGES[0] in kinds or _BADGES[1] in kinds:
        name = "AchievementCredential"
    elif "EndorsementCredential" in kinds:
        name = "EndorsementCredential"
    else:
        return [Check(CODE, Outcome.NOT_APPLICABLE)]
    older = V1 in as_list(document.get("@context"))[:1]
    walk = Walk(CODE)
    walk.object(document, TYPES[f"{name}v1p1" if older else name])
    check_contexts(document, (BADGE_CONTEXT,), walk)
    if name == "AchievementCredential":
        for subject, about in objects(document, "credentialSubject", ""):
            check_subject(subject, about, walk)
    return walk.checks
