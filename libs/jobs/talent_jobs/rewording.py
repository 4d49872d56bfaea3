"""Other words for the summary and the duties of a draft, such as those of a language model.

What a rewording may not do is checked here: it neither loses a number nor brings one, is not empty,
and stays within twice the length. Else the line stays as it was.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Protocol

from talent_jobs.bounds import MAX_LINE, MAX_TEXT
from talent_jobs.description import JobDescription
from talent_jobs.paper import clean

logger = logging.getLogger(__name__)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


class Rewords(Protocol):
    def reworded(self, text: str) -> str:
        """The same in other words."""
        ...


def in_other_words(job: JobDescription, rewords: Rewords) -> JobDescription:
    """Each line keeps its source. Skills, pay, licenses and names stay as they are, and everything
    does where no other words can be had."""
    try:
        summary = _reworded(job.summary, rewords, MAX_TEXT)
        duties = [_reworded(one.text, rewords, MAX_LINE) for one in job.duties]
    except Exception as error:  # whatever is plugged in may be out of reach
        logger.warning("a draft keeps its words: %s", type(error).__name__)
        return job
    worded = zip(job.duties, duties, strict=True)
    return replace(job, summary=summary, duties=tuple(replace(one, text=to) for one, to in worded))


def _reworded(text: str, rewords: Rewords, most: int) -> str:
    if not text:
        return text
    found = clean(rewords.reworded(text))
    is_fine = 0 < len(found) <= min(2 * len(text), most) and sorted(
        _NUMBER.findall(found)
    ) == sorted(_NUMBER.findall(text))
    return found if is_fine else text
