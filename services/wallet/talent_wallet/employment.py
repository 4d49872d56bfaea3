"""Reading the employment that a credential attests.

After the learning and employment record resume standard of HR Open (LER-RS): `employmentHistories`
of the subject, each with an organization and a title or `positionHistories`. Lenient, as all
reading here: what is not understood is left out, never guessed. A date names a day, or a month or
year of which it is the first day.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, cast

from talent_wallet.work import Work, with_digest

Document = dict[str, Any]
LONGEST, LONGEST_DESCRIPTION = 200, 5000
SOC_CODE = re.compile(r"\d{2}-\d{4}(\.\d{2})?")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2}(T.*)?)?)?")


def read_work(subject: Document) -> Iterator[Work]:
    for history in _all(subject.get("employmentHistories")):
        organization = _first(history.get("organization")) or _first(history.get("employer"))
        employer = _text(organization.get("name")) or _text(history.get("organization"))
        for position in _all(history.get("positionHistories")) or [history]:
            title = _text(position.get("title"))
            if title:
                yield with_digest(_work(position, history, title[:LONGEST], employer[:LONGEST]))


def _work(position: Document, history: Document, title: str, employer: str) -> Work:
    def said(*names: str) -> Any:
        places = (position, history)
        return next((one[name] for one in places for name in names if one.get(name)), None)

    told = said("descriptions", "description")
    parts = cast(list[Any], told) if isinstance(told, list) else [told]
    code = _text(said("socCode", "occupationCode"))
    return Work(
        employer=employer,
        title=title,
        soc_code=code if SOC_CODE.fullmatch(code) else "",
        start=_day(said("start", "startDate")),
        end=_day(said("end", "endDate")),
        description="\n".join(_text(part) for part in parts).strip()[:LONGEST_DESCRIPTION],
    )


def _day(value: Any) -> date | None:
    text = _text(value)
    if DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat((text[:10] + "-01-01")[:10])
    return None


def _all(value: Any) -> list[Document]:
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    return [cast(Document, item) for item in items if isinstance(item, dict)]


def _first(value: Any) -> Document:
    items = _all(value)
    return items[0] if items else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
