"""Multibase base58btc (Controlled Identifiers 1.0, section 2.4), as keys and signatures use it."""

from __future__ import annotations

import re

import base58

# A signature of 96 bytes is the longest but for RSA keys. Decoding takes time that grows with the
# square of the length, so it must never see what a stranger made long.
MAX_CHARACTERS = 136
MAX_KEY_CHARACTERS = 724  # an RSA key of 4096 bits
_VALUES = bytes.maketrans(base58.BITCOIN_ALPHABET, bytes(range(58)))
_DIGITS = re.compile(r"[1-9A-HJ-NP-Za-km-z]*")


def encode(data: bytes) -> str:
    return "z" + base58.b58encode(data).decode()


def decode(text: str, max_characters: int = MAX_CHARACTERS) -> bytes:
    """The bytes; ValueError for anything but their one canonical spelling, starting with z."""
    digits = text[1:]
    if not text.startswith("z") or len(text) > max_characters or not _DIGITS.fullmatch(digits):
        raise ValueError("not a short base58btc text")
    zeros = len(digits) - len(digits.lstrip("1"))
    number = 0
    # Every signature is read here: the library's own loop takes twice the time.
    for value in digits.encode().translate(_VALUES):
        number = number * 58 + value
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
