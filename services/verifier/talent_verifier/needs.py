"""What is needed to judge a credential, as far as it shows from the credential itself."""

from dataclasses import dataclass

from talent_vc import (
    CredentialError,
    Document,
    Options,
    issuers_within,
    needed_documents,
    open_envelope,
)
from talent_vc.envelope import is_picture

DOCUMENTS_AT_MOST = 50  # for one credential in all: it must not make us flood others


@dataclass(frozen=True, slots=True)
class Needs:
    """URLs of documents, and the issuers that the registry is asked about."""

    urls: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()


def read_needs(content: bytes, options: Options) -> Needs:
    document = _parsed(content)
    if document is None:
        return Needs()
    return Needs(_urls(document, options), tuple(issuers_within(document)))


def read_urls(content: bytes, options: Options) -> tuple[str, ...]:
    """Those of a document, such as a status list, that is a credential too."""
    document = _parsed(content)
    return _urls(document, options) if document else ()


def _urls(document: Document, options: Options) -> tuple[str, ...]:
    return tuple(needed_documents(document, options)[:DOCUMENTS_AT_MOST])


def _parsed(content: bytes) -> Document | None:
    if is_picture(content):
        return None  # whoever judges it says what it needs
    try:
        return open_envelope(content).document
    except CredentialError:
        return None  # the verdict will say so
