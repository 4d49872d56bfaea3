"""Results as others take them: NDJSON for programs, CSV for spreadsheets."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from talent_vc import Check, Outcome, sentence

from talent_verifier.http import answer
from talent_verifier.jobs import Result
from talent_verifier.model import IssuerTrust
from talent_verifier.wording import shown

COLUMNS = (
    "line",
    "file",
    "outcome",
    "summary",
    "credential",
    "issuer",
    "issuer proven",
    "issuer approved",
    "problems",
    "checked as of",
)
# What makes a cell a formula in one spreadsheet or another; the last four are the wide forms.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 2000
# Excel takes a file for UTF-8 only where it begins so.
MARK = "\ufeff"
APPROVED = {
    IssuerTrust.TRUSTED: "yes",
    IssuerTrust.UNKNOWN: "no",
    IssuerTrust.SUSPENDED: "suspended",
}


def record(result: Result) -> dict[str, Any]:
    """The answer that a check by hand gets, with the line that it is for."""
    return {
        "line": result.line,
        "file": result.file,
        "name": result.name,
        "checked_at": _instant(result.told.verdict.verified_at),
        **answer(result.told).model_dump(mode="json"),
        "whole": result.whole,
    }


def as_ndjson(results: Iterable[Result]) -> str:
    lines = (json.dumps(record(result), ensure_ascii=False) for result in results)
    return "".join(f"{line}\n" for line in lines)


def csv_head() -> str:
    return MARK + _rows([COLUMNS])


def as_csv(results: Iterable[Result]) -> str:
    return _rows(map(_row, results))


def _row(result: Result) -> list[str]:
    verdict = result.told.verdict
    issuer = verdict.issuer
    cells = [
        str(result.line),
        result.file,
        verdict.outcome.value,
        result.told.summary,
        result.name,
        issuer.name or issuer.did,
        "yes" if verdict.issuer_is_proven else "no",
        APPROVED[issuer.trust],
        " ".join(_problems(verdict.checks)),
        _instant(verdict.verified_at),
    ]
    return [_safe(cell) for cell in cells]


def _problems(checks: Sequence[Check]) -> list[str]:
    """A sentence for each check that did not pass, each once."""
    wanted = (Outcome.FAILED, Outcome.NOT_CHECKED)
    told = (sentence(check) for check in checks if check.outcome in wanted)
    return list(dict.fromkeys(told))


def _safe(cell: str) -> str:
    """Text, whatever a spreadsheet makes of text (OWASP, CSV injection)."""
    text = shown(cell, LONGEST_CELL)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def _rows(rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180, every cell in quotes."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
