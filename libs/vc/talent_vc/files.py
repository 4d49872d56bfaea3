"""Verifying files without a network: the core of `talent verify`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from talent_vc.contexts import ContextLoader
from talent_vc.loading import Loader


def manifest_documents(manifest: Path) -> dict[str, bytes]:
    """URL -> bytes of the `documents` of a manifest, files relative to its folder."""
    raise NotImplementedError


def verify_file(
    path: Path,
    *,
    at: datetime,
    contexts: ContextLoader,
    documents: Mapping[str, bytes] | None = None,
    loader: Loader | None = None,
    structure: bool = False,
) -> dict[str, Any]:
    """{"file", "outcome", "checks": [{"code", "outcome", "arguments", "about"}]}, JSON-able.

    With `structure` the data model alone is judged (unsigned documents).
    """
    raise NotImplementedError
