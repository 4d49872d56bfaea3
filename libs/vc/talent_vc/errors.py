"""Every error of this package: one hierarchy, each with the field at fault and how to mend it."""

from __future__ import annotations


class CredentialError(Exception):
    """Something is wrong with a credential or a document it depends on.

    `field` is a JSON pointer into the document ("" is the whole document);
    `mend` says in plain words what would put it right.
    """

    def __init__(self, mend: str, *, field: str = "") -> None:
        super().__init__(mend)
        self.mend = mend
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel back from worker processes; pickling by arguments alone loses keywords.
        return (_rebuild, (type(self), self.args, self.__dict__))


class ParseError(CredentialError):
    """The bytes are no credential: broken JSON, too large, too deep, of the wrong shape."""


class TooLargeError(ParseError):
    """Larger than the limit."""


class TooDeepError(ParseError):
    """Nested deeper than the limit."""


class UnsupportedFormatError(CredentialError):
    """A format that carries credentials and is not covered: no judgment is possible."""

    def __init__(self, format: str) -> None:
        super().__init__(f"Send the credential in another form than {format}.")
        self.format = format


class ElsewhereError(ParseError):
    """Only an https address of a credential: whoever asked loads `url` and opens that, once."""

    def __init__(self, url: str) -> None:
        super().__init__("Send the credential itself: this is only its address.")
        self.url = url


class ContextError(CredentialError):
    """A JSON-LD context that is not on file. Contexts are never fetched."""

    def __init__(self, context: str, *, field: str = "/@context") -> None:
        super().__init__(f"Use a context that is on file; this one is not: {context}", field=field)
        self.context = context


class LinkedDataError(CredentialError):
    """The document cannot be turned into statements without dropping some of its data."""


class ProofError(CredentialError):
    """A proof, or the key it names, is wrong."""


class UnsupportedKeyError(CredentialError):
    """A DID method or kind of key that is not covered: no judgment is possible."""


class DidError(CredentialError):
    """A DID or its document is malformed."""


class StatusError(CredentialError):
    """A status list, or the entry that names it, says nothing that can be relied on; `reason` is a
    short code such as "list-range" (the codes stand in `reasons.py`)."""

    def __init__(self, mend: str, *, field: str = "", reason: str = "list-malformed") -> None:
        super().__init__(mend, field=field)
        self.reason = reason


class LoadError(CredentialError):
    """A document could not be had; `reason` is a short code such as "unreachable"."""

    def __init__(self, reason: str, *, url: str = "") -> None:
        super().__init__(f"The document could not be loaded: {reason}")
        self.reason = reason
        self.url = url


def _rebuild(
    kind: type[CredentialError], args: tuple[object, ...], state: dict[str, object]
) -> CredentialError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
