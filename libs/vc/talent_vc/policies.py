"""What checks add up to. A relying party chooses the policy; each is documented for people in
docs/verification.md."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from talent_vc.verdict import Check, Outcome, Overall


class Policy(StrEnum):
    """USUAL: the document is authentic, current and from whom it says; who to trust is reported.

    STRICT: besides, a registry that was asked knows the issuer, and all that is only reported by
    the usual policy holds too, save a list that is short, an algorithm that is rare, and what an
    issuer only tells.
    ARCHIVE: was it good at a past date? A status list tells only how things are now, so a bit
    that is set leaves open what it was then; and what was true then may have been signed later.
    """

    USUAL = "usual"
    STRICT = "strict"
    ARCHIVE = "archive"


# Reported, but they decide nothing: who to trust and what a publisher's own schema asks for is
# the relying party's choice; a list kept by another party than the issuer is allowed, and one
# that is too short harms the holders' privacy, not what its bits say; what others say in an
# endorsement takes nothing away from the credential, nor does a message of the issuer, a file that
# it only names, or word that there is a newer version; what other programs can check is their
# matter; a signature beside one of the issuer's that holds is more than is needed; advice is of a
# field that breaks a rule and leaves the rest as readable as it was.
ADVISORY = frozenset(
    {
        "issuer.trust",
        "proof.algorithm.usual",
        "proof.beside",
        "proof.claims.advice",
        "related.elsewhere",
        "schema.credential",
        "status.list.issuer",
        "status.list.length",
        "status.message",
        "status.refresh",
        "part.endorsement",
        "schema.open_badges.advice",
        "schema.clr.advice",
        "schema.clr.association",
        "legacy.open_badges_2",
    }
)
_NEVER_DECIDES = frozenset(
    {
        "issuer.trust",
        "proof.algorithm.usual",
        "status.list.length",
        "status.message",
        "status.refresh",
    }
)
_IGNORED = {
    Policy.USUAL: ADVISORY,
    Policy.STRICT: _NEVER_DECIDES,
    Policy.ARCHIVE: ADVISORY | {"proof.created.future"},
}
_PRECEDENCE = list(Overall)
_PASSED, _NOT_APPLICABLE = Outcome.PASSED, Outcome.NOT_APPLICABLE
_STATUS = frozenset({"status.revocation", "status.suspension"})

_OWN_OUTCOME = {
    "structure.readable": Overall.UNPARSEABLE,
    "status.revocation": Overall.REVOKED,
    "status.suspension": Overall.SUSPENDED,
    "validity.until": Overall.EXPIRED,
    "validity.from": Overall.NOT_YET_VALID,
}
# The check on a part says what came out for it: a record is as good as its weakest part.
_PART_OUTCOMES = {str(outcome): outcome for outcome in Overall} | {
    str(Overall.UNPARSEABLE): Overall.INVALID
}


def overall(checks: Iterable[Check], policy: Policy = Policy.USUAL) -> Overall:
    """The first outcome of `Overall` that holds; VALID only if nothing was left open."""
    strict = policy is Policy.STRICT
    ignored = _IGNORED[policy]
    found: set[Overall] = set()
    trusted = False
    for check in checks:
        outcome = check.outcome
        if outcome is _PASSED:
            trusted = trusted or check.code == "issuer.trust"
        elif outcome is _NOT_APPLICABLE or check.code in ignored:
            continue
        elif outcome is Outcome.FAILED:
            open_then = policy is Policy.ARCHIVE and check.code in _STATUS
            found.add(Overall.UNDETERMINED if open_then else _own_outcome(check))
        else:
            found.add(Overall.UNDETERMINED)
    if strict and not trusted:
        found.add(Overall.UNDETERMINED)
    return min(found, key=_PRECEDENCE.index, default=Overall.VALID)


def decides(check: Check, policy: Policy = Policy.USUAL) -> bool:
    """Whether the outcome depends on such a check, or it is only reported."""
    return check.code not in _IGNORED[policy]


def _own_outcome(check: Check) -> Overall:
    if check.code.startswith("part."):
        return _PART_OUTCOMES.get(check.arguments.get("outcome", ""), Overall.INVALID)
    return _OWN_OUTCOME.get(check.code, Overall.INVALID)
