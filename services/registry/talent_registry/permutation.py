"""A keyed permutation of the positions of a status list.

Positions are handed out in order; the index that a credential shows is the position's image, so
that two credentials issued one after the other are not neighbors in the list (Bitstring Status
List 1.0, section 6.1: https://www.w3.org/TR/vc-bitstring-status-list/#privacy-considerations).
It is a Feistel network over 17 bits in halves of 8 and 9: each round can be undone, so no two
positions share an index.
"""

import hashlib

ENTRIES = 1 << 17  # 131,072: the least that the specification allows
ROUNDS = 8
_LOW_BITS = 9
_LOW = (1 << _LOW_BITS) - 1
_HIGH = (1 << 8) - 1


def permute(key: bytes, position: int) -> int:
    """The index of a position, both from 0 to 131,071."""
    if not 0 <= position < ENTRIES:
        raise ValueError(f"there is no position {position}")
    high, low = position >> _LOW_BITS, position & _LOW
    for turn in range(ROUNDS):
        if turn % 2:
            low ^= _mix(key, turn, high) & _LOW
        else:
            high ^= _mix(key, turn, low) & _HIGH
    return high << _LOW_BITS | low


def _mix(key: bytes, turn: int, half: int) -> int:
    message = turn.to_bytes(1, "big") + half.to_bytes(2, "big")
    return int.from_bytes(hashlib.blake2b(message, digest_size=2, key=key).digest(), "big")
