"""JSON-LD contexts on file, pinned by digest. Nothing here reaches the network.

Publishers edit contexts in place, so one URL can have several editions, newest first. The folder
(made by `build_contexts`) holds `index.json`: URL -> [{"file", "sha256"}, …].
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from talent_vc.errors import ContextError, CredentialError


class ContextLoader:
    """The known contexts. Made once and passed around; it is read-only and safe to share."""

    def __init__(
        self,
        editions: Mapping[str, Sequence[tuple[str, dict[str, Any]]]],
        sources: Mapping[str, bytes] | None = None,
    ) -> None:
        """`editions`: URL -> (sha256, document) of each edition, newest first. `sources`: the bytes
        that some of them were read from, by the sha256."""
        self._editions = {url: tuple(found) for url, found in editions.items() if found}
        self._sources = sources or {}
        self._older: dict[str, ContextLoader] = {}

    @classmethod
    def from_folder(cls, folder: Path | str) -> ContextLoader:
        """Read the folder that `build_contexts` wrote; a file with another digest is an error."""
        folder = Path(folder)
        index = json.loads((folder / "index.json").read_bytes())
        editions: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        sources: dict[str, bytes] = {}
        for url, entries in index.items():
            for entry in entries:
                data = (folder / entry["file"]).read_bytes()
                digest = hashlib.sha256(data).hexdigest()
                if digest != entry["sha256"]:
                    raise CredentialError(
                        f"Rebuild the contexts: {entry['file']} is not what the index pins."
                    )
                editions.setdefault(url, []).append((digest, json.loads(data)))
                sources[digest] = data
        return cls(editions, sources)

    @property
    def urls(self) -> frozenset[str]:
        return frozenset(self._editions)

    def document(self, url: str) -> dict[str, Any]:
        """The newest edition of the context; `ContextError` names one that is not on file."""
        return self._edition(url)[0][1]

    def digest(self, url: str) -> str:
        """The sha256 of the edition that `document` gives."""
        return self._edition(url)[0][0]

    def copies(self, url: str) -> dict[str, bytes]:
        """sha256 -> bytes of each edition that was read from a file."""
        digests = [digest for digest, _ in self._edition(url)]
        return {digest: self._sources[digest] for digest in digests if digest in self._sources}

    def editions(self, document: Mapping[str, Any]) -> Iterator[tuple[str, ContextLoader]]:
        """This loader, and for each older edition of a context that `document` names: its digest,
        and a loader with that one instead."""
        yield "", self
        for url in dict.fromkeys(context_urls(document)):
            for edition in self._editions.get(url, ())[1:]:
                if edition[0] not in self._older:
                    self._older[edition[0]] = ContextLoader(
                        {**self._editions, url: [edition]}, self._sources
                    )
                yield edition[0], self._older[edition[0]]

    def with_documents(self, documents: Mapping[str, dict[str, Any]]) -> ContextLoader:
        """These contexts and the given ones; of a URL that is on file, as one more edition, the
        oldest: what the caller hands over is trusted as what is on file is."""
        editions = dict(self._editions)
        for url, document in documents.items():
            own = editions.get(url, ())
            if all(document != edition for _, edition in own):
                digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
                editions[url] = (*own, (digest, document))
        # The same loader has all that is kept for it.
        return ContextLoader(editions, self._sources) if editions != self._editions else self

    def _edition(self, url: str) -> tuple[tuple[str, dict[str, Any]], ...]:
        if url not in self._editions:
            raise ContextError(url)
        return self._editions[url]


def context_urls(document: Mapping[str, Any]) -> list[str]:
    """The context URLs at the top of a document."""
    context: Any = document.get("@context")
    entries = cast("list[Any]", context) if isinstance(context, list) else [context]
    return [entry for entry in entries if isinstance(entry, str)]
