"""Resources that a credential names with a digest (VCDM 2.0, section 5.3).

One that is not what the issuer saw makes the credential say something else than was signed. What
cannot be had is only reported: nothing here makes use of it.
"""

from __future__ import annotations

from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.digests import has_multihash, has_sri
from talent_vc.document import Document
from talent_vc.errors import LoadError
from talent_vc.loading import Loader
from talent_vc.verdict import Check, Outcome

MAX_RESOURCES = 8
_CODE = "related.resource"
# SHA-256 of contexts whose specifications say that they never change (VCDM 2.0, section B.1;
# Data Integrity 1.0, section 2.4.1). Of others on file there may be another edition, or the same
# one may have been written down with other spaces, which means the same.
_NEVER_CHANGE = frozenset(
    {
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    }
)


def check_related(document: Document, contexts: ContextLoader, loader: Loader) -> list[Check]:
    """One check for each; whether they are put down properly is a matter of structure."""
    value: Any = document.get("relatedResource") or []
    entries = cast("list[Any]", value) if isinstance(value, list) else [value]
    checks: list[Check] = []
    for position, entry in enumerate(entries[:MAX_RESOURCES]):
        fields = cast("Document", entry) if isinstance(entry, dict) else {}
        checks.append(_check(fields, contexts, loader, f"/relatedResource/{position}"))
    if len(entries) > MAX_RESOURCES:
        arguments = {"reason": "too-many"}
        checks.append(_elsewhere(arguments, "/relatedResource"))
    return checks


def _check(entry: Document, contexts: ContextLoader, loader: Loader, about: str) -> Check:
    url: Any = entry.get("id")
    if not isinstance(url, str):
        return Check(_CODE, Outcome.FAILED, {}, about)
    arguments = {"url": url}
    try:
        if url in contexts.urls and (copies := contexts.copies(url)):
            right = any(_fits(data, entry) for data in copies.values())
            if not right and _NEVER_CHANGE.isdisjoint(copies):
                return Check(_CODE, Outcome.NOT_CHECKED, {**arguments, "reason": "edition"}, about)
        else:
            right = _fits(loader.load(url), entry)
    except LoadError as error:
        return _elsewhere({**arguments, "reason": error.reason}, about)
    except ValueError:
        return _elsewhere({**arguments, "reason": "unsupported"}, about)
    return Check(_CODE, Outcome.PASSED if right else Outcome.FAILED, arguments, about)


def _fits(data: bytes, entry: Document) -> bool:
    tests = {"digestSRI": has_sri, "digestMultibase": has_multihash}
    given = [(entry[name], test) for name, test in tests.items() if name in entry]
    return bool(given) and all(isinstance(text, str) and test(data, text) for text, test in given)


def _elsewhere(arguments: dict[str, str], about: str) -> Check:
    return Check("related.elsewhere", Outcome.NOT_CHECKED, arguments, about)
