"""The credentials inside a document: of a presentation, of a CLR, and endorsements anywhere.

CLR 2.0, section 4 (`verifiableCredential` of the subject); VCDM 2.0, section 4.13; Open Badges 3.0,
section B (`endorsement`, `endorsementJwt` of credentials, achievements and profiles).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from talent_vc.document import Document, as_list
from talent_vc.envelope import Envelope, is_picture, open_document, open_envelope
from talent_vc.errors import CredentialError, ParseError
from talent_vc.issuers import issuer_id
from talent_vc.objects import objects_in
from talent_vc.vc_jwt import is_presentation

MAX_PARTS = 500
MAX_NESTING = 4
PART_NAMES = {
    "verifiableCredential": "credential",
    "endorsement": "endorsement",
    "endorsementJwt": "endorsement",
}
_NAMES = frozenset(PART_NAMES)


def find_parts(document: Document) -> Iterator[tuple[str, str, Any]]:
    """(JSON pointer, kind, value) of each; those inside a part are found in that part."""
    if not has_parts(objects_in(document)):
        return
    for name, value in document.items():
        if name == "@context":
            continue
        if isinstance(value, dict | list):
            yield from _within(f"/{_escaped(name)}", name, cast("Any", value))
        elif name in PART_NAMES:
            yield f"/{name}", PART_NAMES[name], value


def has_parts(objects: Iterable[Document]) -> bool:
    """Whether a document that holds these objects has any: most have none, and this is found out
    sooner than where each would be."""
    return any(not _NAMES.isdisjoint(fields) for fields in objects)


def open_part(value: Any) -> Envelope:
    """The credential that a part holds: an object, a token, or an enveloped credential.

    Raises as `open_envelope`.
    """
    # A picture inside, of which there could be hundreds, is no credential but work for us.
    if isinstance(value, dict):
        envelope = open_document(cast("Document", value))
    elif isinstance(value, str) and not is_picture(value.encode()):
        envelope = open_envelope(value.encode())
    else:
        raise ParseError("Give a credential as an object or a token.")
    # Anyone can sign a presentation: it counts as nobody's word.
    if is_presentation(envelope.document):
        raise ParseError("Give a credential here, not a presentation.", field="/type")
    return envelope


def part_at(document: Document, about: str) -> Document:
    """The document of the part that a pointer of `find_parts` names; {} for one that is none."""
    try:
        return open_part(_at(document, about.split("/")[1:])).document
    except CredentialError:
        return {}


def endorses(endorsement: Document, document: Document, about: str) -> bool:
    """Whether an endorsement speaks of that in the document which holds it (Open Badges 3.0,
    section B.2): of the object itself, or at the top of anything that the credential is about."""
    keys = about.split("/")[1:]
    while keys.pop() not in PART_NAMES:
        pass
    held_by = [_at(document, keys)]
    if not keys:
        subjects = as_list(document.get("credentialSubject"))
        achievements = [as_list(_field(subject, "achievement")) for subject in subjects]
        held_by += [document.get("issuer"), *subjects, *chain.from_iterable(achievements)]
    ids = [value if isinstance(value, str) else _field(value, "id") for value in held_by]
    named = [_field(subject, "id") for subject in as_list(endorsement.get("credentialSubject"))]
    return "EndorsementCredential" in as_list(endorsement.get("type")) and any(
        isinstance(name, str) and name in ids for name in named
    )


def _at(document: Document, keys: Sequence[str]) -> Any:
    value: Any = document
    for key in keys:
        if isinstance(value, list):
            value = cast("list[Any]", value)[int(key)]
        else:
            value = value[key.replace("~1", "/").replace("~0", "~")]
    return value


def _field(value: Any, name: str) -> Any:
    return cast("Document", value).get(name) if isinstance(value, dict) else None


def issuers_within(document: Document) -> list[str]:
    """The ids of the issuers of a document and its parts, each once."""
    found = dict.fromkeys(_issuers(document, 0))
    return [issuer for issuer in found if issuer]


def _issuers(document: Document, nesting: int) -> Iterator[str]:
    yield issuer_id(document)
    badge: Any = document.get("badge")  # of an Open Badge 2.0, where it stands in full
    if isinstance(badge, dict):
        yield issuer_id(cast("Document", badge))
    if nesting < MAX_NESTING:
        for _, _, value in islice(find_parts(document), MAX_PARTS):
            try:
                inner = open_part(value).document
            except CredentialError:
                continue
            yield from _issuers(inner, nesting + 1)


def _within(about: str, name: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, list):
        for position, entry in enumerate(cast("list[Any]", value)):
            if name in PART_NAMES or isinstance(entry, dict | list):
                yield from _within(f"{about}/{position}", name, entry)
    elif name in PART_NAMES:
        yield about, PART_NAMES[name], value
    elif isinstance(value, dict):
        for key, inner in cast("Document", value).items():
            if key != "@context" and (key in PART_NAMES or isinstance(inner, dict | list)):
                yield from _within(f"{about}/{_escaped(key)}", key, inner)


def _escaped(key: str) -> str:
    """RFC 6901, section 3."""
    return key.replace("~", "~0").replace("/", "~1")
