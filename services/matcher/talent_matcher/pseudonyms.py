"""What people and their evidence are called outside the network: another name to each employer.

HMAC-SHA256 (RFC 2104) with the network's pairwise key, cut to 128 bits, in lower-case base32, so
that two employers cannot find out that they look at the same person.
"""

import base64
import hashlib
import hmac

from talent_proto.events.v1 import matches_pb2


class Pseudonyms:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def candidate(self, holder_id: str, org_id: str) -> str:
        """A holder's name to one employer."""
        return self._name("holder", holder_id, org_id)

    def for_employer(self, match: matches_pb2.Match) -> matches_pb2.Match:
        """The match as its employer may see it, without the holder's id."""
        seen = matches_pb2.Match()
        seen.CopyFrom(match)
        seen.ClearField("holder_id")
        # Counters that are the holder's alone would be a name that employers could compare.
        seen.ClearField("shard_epoch")
        seen.versions.ClearField("profile")
        for one in seen.contribution:
            one.assertion_id = self._name("assertion", one.assertion_id, match.employer_org_id)
            if one.evidence_id:
                one.evidence_id = self.evidence(one.evidence_id, match.employer_org_id)
        return seen

    def evidence(self, evidence_id: str, org_id: str) -> str:
        """As one employer knows it."""
        return self._name("evidence", evidence_id, org_id)

    def _name(self, kind: str, identifier: str, org_id: str) -> str:
        text = f"{kind}|{identifier}|{org_id}".encode()
        digest = hmac.new(self._key, text, hashlib.sha256).digest()[:16]
        return base64.b32encode(digest).decode().rstrip("=").lower()
