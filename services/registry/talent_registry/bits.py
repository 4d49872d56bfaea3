"""The bits of a status list: bit 0 is the highest bit of the first byte.

Bitstring Status List 1.0, section 3.2: https://www.w3.org/TR/vc-bitstring-status-list/
"""

from talent_registry.permutation import ENTRIES


def empty() -> bytes:
    """A list in which nothing is set."""
    return bytes(ENTRIES // 8)


def with_bit(bits: bytes, index: int, on: bool) -> bytes:
    """The list with one bit set or cleared."""
    changed = bytearray(bits)
    mask = 0x80 >> index % 8
    if on:
        changed[index // 8] |= mask
    else:
        changed[index // 8] &= ~mask & 0xFF
    return bytes(changed)


def indexes(bits: bytes) -> list[int]:
    """Which bits are set."""
    return [
        8 * place + offset
        for place, byte in enumerate(bits)
        if byte
        for offset in range(8)
        if byte & 0x80 >> offset
    ]
