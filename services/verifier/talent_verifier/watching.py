"""Documents of others that verdicts depend on: what is known of each, and what an answer of its
host means. Pure.

A row is kept for each URL. Its `revision` rises with whatever a verdict can see of it: another
content, its going away and coming back, an end of its own validity. `work` then names the
verdicts to make anew, and stays until all are made.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from talent_verifier.model import Patience
from talent_verifier.own_times import OwnTimes

# Clocks of replicas may differ by a second or two.
SKEW = timedelta(seconds=5)
# Longer than a verdict that was under way when the document changed takes to be stored.
SETTLED_AFTER = timedelta(seconds=60)
# A row is kept so long after a verdict asked for it, which may still be under way.
NEEDED_FOR = timedelta(hours=1)
# A new credential may ask a host that is away this often, however long the back-off.
DEMAND_EVERY = timedelta(seconds=60)
MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})")
NOT_KEPT = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b")
ANY = "*"
BUCKETS = 256


@dataclass(frozen=True)
class WatchTerms:
    """How long a document is good that does not say so itself, the bounds for what one says, and
    how old it may be while its host is away."""

    good: timedelta
    shortest: timedelta
    longest: timedelta
    stale: timedelta
    patience: Patience


@dataclass(frozen=True)
class Work:
    """Verdicts to make anew: those that depend on one of `indexes`, or all where that is None.

    `since`: when the document changed. They are gone through twice, the second time when what was
    under way at the change is stored; whatever was judged since then is left out.
    """

    since: datetime
    indexes: tuple[int, ...] | None
    look_at: datetime

    @property
    def judged_before(self) -> datetime:
        return self.since + SKEW

    def after_a_pass(self, began: datetime) -> "Work | None":
        """What is left after they were gone through from `began` on."""
        settled = self.since + SETTLED_AFTER
        return None if began >= settled else replace(self, look_at=settled)


@dataclass(frozen=True)
class Watched:
    """`writes` rises with every write, so that a writer notices that another one was faster.
    `available`: a verdict may use the content. `ask_at`: when to ask for it next."""

    url: str
    writes: int = 0
    revision: int = 0
    available: bool = False
    digest: str = ""
    etag: str = ""
    modified: str = ""
    ttl: timedelta | None = None
    turns: tuple[datetime, ...] = ()
    asked_at: datetime | None = None
    fresh_until: datetime | None = None
    usable_until: datetime | None = None
    ask_at: datetime | None = None
    failures: int = 0
    failure: str = ""
    work: Work | None = None
    needed_until: datetime | None = None

    @property
    def id(self) -> str:
        return document_id(self.url)

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def effect(self) -> int:
        """What a verdict that uses it now goes by; 0 where it could not be had."""
        return self.revision if self.available else 0

    @property
    def ends_at(self) -> datetime | None:
        """When it changes by itself, without another answer."""
        if not self.available or not self.usable_until:
            return None
        return min([self.usable_until, *self.turns])

    def is_needed(self, now: datetime) -> bool:
        """Whether it is needed for now, so that nobody has to see if anything depends on it."""
        return self.needed_until is not None and now < self.needed_until

    def needed(self, now: datetime) -> "Watched":
        return replace(self, needed_until=now + NEEDED_FOR)

    def wants_asking(self, now: datetime) -> bool:
        """Whether a verdict should wait for the host's word rather than go by what is known."""
        if self.failures:
            soon = self.asked_at + DEMAND_EVERY if self.asked_at else now
            return now >= min(soon, self.ask_at or now)
        ended = self.ends_at is not None and now >= self.ends_at
        return ended or self.fresh_until is None or now >= self.fresh_until


@lru_cache(maxsize=1024)
def document_id(url: str) -> str:
    """Short, however long a URL a stranger names."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()[:300]
    except ValueError:
        return ""


def keys(credential_id: str, depends_on: Mapping[str, Iterable[int]]) -> tuple[str, ...]:
    """By which a verdict is found when a document, or one index of it, changes: of the URLs it
    depends on and the indexes asked for in each."""
    found: list[str] = []
    bucket = zlib.crc32(credential_id.encode()) % BUCKETS
    for url, indexes in depends_on.items():
        document = document_id(url)
        found.append(bucket_key(document, bucket))
        found += index_keys(document, sorted(set(indexes)) or [ANY])
    return tuple(found)


def bucket_key(document: str, bucket: int) -> str:
    """A part of a document's dependents, which may be too many to take at once."""
    return f"{document}/{bucket:02x}"


def bucket_keys(document: str) -> list[str]:
    return [bucket_key(document, bucket) for bucket in range(BUCKETS)]


def index_keys(document: str, indexes: Iterable[int | str]) -> list[str]:
    """`ANY` has the dependents of which no index is known."""
    return [f"{document}:{index}" for index in indexes]


def confirmed(
    row: Watched, headers: Mapping[str, str], now: datetime, terms: WatchTerms, spread: float
) -> Watched:
    """Its host says that the content is still the same. `spread`, from 0 to 1, is random: what was
    fetched together is not asked for together for ever."""
    stated = _max_age(headers) if row.ttl is None else row.ttl
    good = terms.good if stated is None else max(terms.shortest, min(stated, terms.longest))
    fresh = good if stated is None else min(stated, terms.longest)
    stale = terms.stale if row.ttl is None else max(good, min(row.ttl, terms.stale))
    after = replace(
        row,
        asked_at=now,
        fresh_until=now + fresh,
        usable_until=now + stale,
        # Before its time is over, so that a host that is away for a moment does no harm.
        ask_at=now + good * (0.8 + 0.1 * spread),
        failures=0,
        failure="",
        etag=headers.get("etag", row.etag)[:500],
        modified=headers.get("last-modified", row.modified)[:100],
    )
    if not row.available:
        after = _seen(replace(after, available=True), now, None)
    return as_of(after, now, terms)


def changed(
    row: Watched,
    digest: str,
    times: OwnTimes,
    indexes: tuple[int, ...] | None,
    headers: Mapping[str, str],
    now: datetime,
    terms: WatchTerms,
    spread: float,
) -> Watched:
    """Another content. `indexes`: what of it differs, where that is all that differs."""
    after = replace(
        row, digest=digest, etag="", modified="", ttl=times.ttl, turns=times.turns, available=True
    )
    after = _seen(after, now, indexes if row.available else None)
    return confirmed(after, headers, now, terms, spread)


def failed(row: Watched, why: str, now: datetime, terms: WatchTerms, spread: float) -> Watched:
    """Its host gave no document. The content it had serves until `usable_until`."""
    wait = terms.patience.after(row.failures) * (0.9 + 0.2 * spread)
    after = replace(
        row,
        asked_at=now,
        ask_at=now + wait,
        failures=row.failures + 1,
        failure=why[:100],
    )
    return as_of(after, now, terms)


def as_of(row: Watched, now: datetime, terms: WatchTerms) -> Watched:
    """The row with what has ended by itself."""
    if row.available and row.usable_until and now >= row.usable_until:
        row = _seen(replace(row, available=False), now, None)
    if row.turns and now >= row.turns[0]:
        # Not more often than this: a document may name any number of instants.
        soonest = now + terms.shortest
        left = {max(turn, soonest) for turn in row.turns if turn > now}
        row = replace(row, turns=tuple(sorted(left)))
        row = _seen(row, now, None) if row.available else row
    if row.failures:
        return row
    return replace(row, ask_at=min([row.ask_at or now, *row.turns]))


def for_all(row: Watched) -> Watched:
    """More than bits turned out to have changed."""
    return replace(row, work=replace(row.work, indexes=None)) if row.work else row


def _seen(row: Watched, now: datetime, indexes: tuple[int, ...] | None) -> Watched:
    """A verdict can see the difference. What was not finished yet is done for all."""
    row = replace(row, revision=row.revision + 1)
    if not row.writes:
        return row  # new: nothing depends on it yet
    both = None if row.work else indexes
    return replace(row, work=Work(since=now, indexes=both, look_at=now))


def _max_age(headers: Mapping[str, str]) -> timedelta | None:
    """RFC 9111, section 5.2.2."""
    stated = headers.get("cache-control", "").lower()
    if NOT_KEPT.search(stated):
        return timedelta(0)
    found = MAX_AGE.search(stated)
    return timedelta(seconds=int(found[1])) if found else None
