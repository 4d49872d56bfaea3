"""Other words for the summary and the duties of a draft, such as those of a language model.

What a rewording may not do is checked here: it neither loses a number nor brings one, is not empty,
and stays within twice the length. Else the line stays as it was.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from talent_jobs.bounds import MAX_LINE, MAX_TEXT
from talent_jobs.description import JobDescription
from talent_jobs.paper import clean

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


class Rewords(Protocol):
    def reworded(self, text: str) -> str:
        """The same in other words."""
        ...


def in_other_words(job: JobDescription, rewords: Rewords) -> JobDescription:
    """Each line keeps its source. Skills, pay, licenses and names stay as they are."""
    duties = tuple(replace(one, text=_reworded(one.text, rewords, MAX_LINE)) for one in job.duties)
    return replace(job, summary=_reworded(job.summary, rewords, MAX_TEXT), duties=duties)


def _reworded(text: str, rewords: Rewords, most: int) -> str:
    if not text:
        return text
    found = clean(rewords.reworded(text))
    is_fine = 0 < len(found) <= min(2 * len(text), most) and sorted(
        _NUMBER.findall(found)
    ) == sorted(_NUMBER.findall(text))
    return found if is_fine else text
