"""Credentials in SVG pictures: an element of its own, right under the root.

Open Badges 3.0, section 5.3.2, and the Open Badges 2.0 baking specification. The parser keeps no
tree, and takes nothing that a document type declares: no entities, no default values, no files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from talent_vc.document import MAX_BYTES
from talent_vc.errors import ParseError, TooDeepError, TooLargeError

OPEN_BADGES_3 = "https://purl.imsglobal.org/ob/v3p0"
OPEN_BADGES_2 = "http://openbadges.org"
# Namespace and name of each element that holds a credential.
ELEMENTS = (
    f"{OPEN_BADGES_3} credential",
    "https://purl.imsglobal.org/clr/v2p0 credential",
    f"{OPEN_BADGES_2} assertion",
)
ROOTS = ("http://www.w3.org/2000/svg svg", "svg")
MAX_DEPTH = 256
MAX_ELEMENTS = 200_000
MAX_NAMES = 200
_ROOT = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")


@dataclass
class Drawing:
    """What is of interest in an SVG: the credentials, and the names of elements and attributes
    that it is drawn with."""

    credentials: list[bytes] = field(default_factory=list[bytes])
    names: set[str] = field(default_factory=set[str])
    elements: int = 0
    root_at: int = 0  # the byte


def read_svg(data: bytes) -> Drawing:
    """`ParseError` for what is not well-formed SVG, or brings a document type of its own."""
    reading = _Reading()
    try:
        reading.parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise _damaged() from None
    return reading.drawing


def put_element(data: bytes, namespace: str, payload: str, *, is_token: bool) -> bytes:
    """The picture with the payload in an element of the namespace, right under the root.

    A token stands in its attribute `verify`, as the specifications want it.
    """
    root = _ROOT.match(data, read_svg(data).root_at)
    if root is None or root[0].endswith(b"/>"):
        raise ParseError("Take a picture in UTF-8 that has something drawn in it.")
    name = "assertion" if namespace == OPEN_BADGES_2 else "credential"
    # "]]>" would end the section: it is cut in two.
    body = "<![CDATA[" + payload.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    verify = ""
    if is_token:
        body, verify = "", f" verify={quoteattr(payload)}"
    opened = f'<openbadges:{name} xmlns:openbadges="{namespace}"{verify}>'
    element = f"{opened}{body}</openbadges:{name}>".encode()
    return data[: root.end()] + element + data[root.end() :]


class _Reading:
    def __init__(self) -> None:
        self.drawing = Drawing()
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self._depth = 0
        self._inside = 0  # the depth of the credential's element, while in it
        self._parts: list[str] = []
        self._size = 0
        self._verify = ""

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self.drawing.elements += 1
        if self._depth == 1:
            self.drawing.root_at = self.parser.CurrentByteIndex
            if name not in ROOTS:
                raise ParseError("Send an SVG picture.")
        if self._depth > MAX_DEPTH:
            raise TooDeepError(f"Send a picture nested at most {MAX_DEPTH} levels deep.")
        if self.drawing.elements > MAX_ELEMENTS:
            raise TooLargeError(f"Send a picture with at most {MAX_ELEMENTS} parts.")
        if self._inside:
            raise ParseError("Put nothing but the text of a credential into its element.")
        if name in ELEMENTS:
            self._inside = self._depth
            self._parts, self._size = [], 0
            self._verify = attributes.get("verify", "")
        elif len(self.drawing.names) < MAX_NAMES:  # a stranger could make up many
            self.drawing.names |= {name, *attributes}

    def _characters(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)
            self._size += len(text)
            if self._size > MAX_BYTES:
                raise TooLargeError(f"Send a credential of at most {MAX_BYTES} bytes.")

    def _end(self, name: str) -> None:
        if self._inside == self._depth:
            self._inside = 0
            # With a body, `verify` of Open Badges 2.0 only says where that is hosted.
            text = "".join(self._parts).strip() or self._verify.strip()
            self.drawing.credentials.append(text.encode())
        self._depth -= 1

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:  # an external one is never read
            self._refuse()

    def _refuse(self, *declared: Any) -> int:
        raise ParseError("Send a picture without declarations of its own (DOCTYPE, ENTITY).")


def _damaged() -> ParseError:
    return ParseError("Send the picture again, as it was given out: this copy is damaged.")
