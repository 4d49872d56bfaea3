"""What the next credential of an organization will need, going by those before it: most have the
same keys, status lists and issuer.

It only saves reading a credential here, which the worker that judges it does anyway. One that needs
anything else is read and judged again (`fits` tells).
"""

from collections import OrderedDict
from collections.abc import Iterable

from talent_vc import Verdict

from talent_verifier.needs import DOCUMENTS_AT_MOST, Needs

SOURCES = 1_000  # organizations of which something is expected


class Expectations:
    """By source: whoever published the credentials."""

    def __init__(self) -> None:
        self._needs: OrderedDict[str, Needs] = OrderedDict()

    def of(self, source: str) -> Needs | None:
        return self._needs.get(source)

    def learn(self, verdicts: Iterable[tuple[str, Verdict]]) -> None:
        """From the verdicts of one round, with the source of each; "" is nobody."""
        urls: dict[str, dict[str, None]] = {}
        issuers: dict[str, dict[str, None]] = {}
        nested: set[str] = set()
        for source, verdict in verdicts:
            urls.setdefault(source, {}).update(dict.fromkeys(verdict.asked))
            issuers.setdefault(source, {})[verdict.issuer] = None
            if verdict.parts:
                nested.add(source)
        for source in urls.keys() - {""}:
            self._needs.pop(source, None)
            if source not in nested and len(urls[source]) <= DOCUMENTS_AT_MOST:
                self._needs[source] = Needs(tuple(urls[source]), tuple(issuers[source]))
        while len(self._needs) > SOURCES:
            self._needs.popitem(last=False)


def fits(needs: Needs, verdict: Verdict) -> bool:
    """Whether the verdict is what it would be had the credential been read before."""
    missing = any(url not in needs.urls for url in verdict.missing)
    known = not verdict.issuer or verdict.issuer in needs.issuers
    return known and not missing and not verdict.parts
