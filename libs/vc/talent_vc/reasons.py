"""Why a status could not be checked, in words that follow a colon."""

from __future__ import annotations

REASONS = {
    "entry-malformed": "it does not say properly where to look",
    "value-unknown": "the list has an entry that we do not understand",
    "list-malformed": "the list is not put together as it should be",
    "list-structure": "the list is not put together as it should be",
    "list-encoding": "the list cannot be read",
    "list-too-large": "the list is too large",
    "list-type": "what we got is not that kind of list",
    "list-purpose": "the list is for something else",
    "list-range": "the list does not reach that far",
    "list-from": "the list is not valid yet",
    "list-until": "the list has expired",
    "list-stale": "our copy of the list is too old",
    "list-issuer": "the list is about another issuer",
    "list-subject": "the list is meant for another web address",
    "list-insecure": "the list does not come over a secure connection",
    "list-issuer.binding": "someone else may have signed the list",
    "list-structure.meaning": "the list gives words a meaning of its own",
    "outdated": "we do not have the newest list yet",
}
_PROOF = "we could not make sure who signed the list"
_LOADING = "the list did not answer"


def why_open(reason: str) -> str:
    """ ": the list did not answer", or "" where there is no reason."""
    if not reason:
        return ""
    default = _PROOF if reason.startswith("list-") else _LOADING
    return f": {REASONS.get(reason, default)}"
