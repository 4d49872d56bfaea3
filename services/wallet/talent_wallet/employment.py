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

from talent_wallet.json_ld import Document, all_in, first_in, text_in
from talent_wallet.work import Work, with_digest

LONGEST, LONGEST_DESCRIPTION = 200, 5000
SOC_CODE = re.compile(r"\d{2}-\d{4}(\.\d{2})?")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2}(T.*)?)?)?")


def read_work(subject: Document) -> Iterator[Work]:
    for history in all_in(subject.get("employmentHistories")):
        organization = first_in(history.get("organization")) or first_in(history.get("employer"))
        employer = text_in(organization.get("name")) or text_in(history.get("organization"))
        for position in all_in(history.get("positionHistories")) or [history]:
            title = text_in(position.get("title"))
            if title:
                yield with_digest(_work(position, history, title[:LONGEST], employer[:LONGEST]))


def _work(position: Document, history: Document, title: str, employer: str) -> Work:
    def said(*names: str) -> Any:
        places = (position, history)
        return next((one[name] for one in places for name in names if one.get(name)), None)

    told = said("descriptions", "description")
    parts = cast(list[Any], told) if isinstance(told, list) else [told]
    code = text_in(said("socCode", "occupationCode"))
    return Work(
        employer=employer,
        title=title,
        soc_code=code if SOC_CODE.fullmatch(code) else "",
        start=_day(said("start", "startDate")),
        end=_day(said("end", "endDate")),
        description="\n".join(text_in(part) for part in parts).strip()[:LONGEST_DESCRIPTION],
    )


def _day(value: Any) -> date | None:
    text = text_in(value)
    if DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat((text[:10] + "-01-01")[:10])
    return None
