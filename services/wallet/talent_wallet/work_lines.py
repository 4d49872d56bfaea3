"""The lines of a holder's work history: their own, and those that credentials carry."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from talent_wallet.model import Employment, Holder, IssuerType, Record
from talent_wallet.work import WorkSource, line_of_record

# Who knows for whom somebody worked, and by what. What others say of it is as good as own word.
SOURCES = {
    IssuerType.EMPLOYER: WorkSource.EMPLOYER,
    IssuerType.GOVERNMENT: WorkSource.WAGE_RECORDS,
}


@dataclass(frozen=True)
class Line:
    """`record`: the credential that it stands in, if any."""

    line_id: str
    shown: Employment
    record: Record | None = None


def own_lines(holder: Holder, covered: Collection[str] = ()) -> Iterator[Line]:
    """`covered`: lines and records that a consent names; none where it is to all."""
    for one in holder.own_work:
        if not covered or one.line_id in covered:
            yield Line(one.line_id, Employment(one.work, WorkSource.SELF))


def record_lines(record: Record) -> Iterator[Line]:
    claims, verdict = record.claims, record.judged
    for number, work in enumerate(claims.work if claims else ()):
        to_self = claims is not None and claims.issuer_did == claims.subject_did
        kind = verdict.issuer_type if verdict else IssuerType.UNSPECIFIED
        source = WorkSource.SELF if to_self else SOURCES.get(kind, WorkSource.SELF)
        attested_by = (verdict.issuer_org_id or verdict.issuer_did) if verdict else ""
        line_id = line_of_record(record.credential_id, number)
        yield Line(line_id, Employment(work, source, attested_by), record)


def all_lines(holder: Holder, records: Iterable[Record]) -> list[Line]:
    """Of a holder, among whose records may be others'."""
    own = [one for one in records if one.holder_id == holder.holder_id]
    return [*own_lines(holder), *(line for one in own for line in record_lines(one))]


def noon(day: date | None) -> datetime | None:
    """A civil date as an instant that is on it in every zone of the country."""
    return datetime.combine(day, time(19), UTC) if day else None
