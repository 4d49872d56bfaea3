"""The tagger, in a worker process: it takes 200 MB, which end with the process.

`start` runs once in it; the others are its work.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from talent_skills.errors import TaxonomyError

from talent_registry.catalog import Terms
from talent_registry.tags import SkillTag, found, in_texts

if TYPE_CHECKING:
    from talent_skills.tagger import Tag, Tagger


class _Process:
    tagger: "Tagger"


def start(taxonomy: Path, model: Path, version: str) -> None:
    """Raises TaxonomyError, also where there is another version by now."""
    # Here: the service itself needs no language model's libraries.
    from talent_skills.tagger import Tagger

    tagger = Tagger.open(taxonomy, model)
    if tagger.version != version:
        raise TaxonomyError(str(taxonomy), "it has another taxonomy by now")
    # What starts a process can only leave its work in the process itself.
    _Process.tagger = tagger


def of_terms(terms: Terms) -> list[SkillTag]:
    """The skills that the words of an achievement name."""
    return found(_tags, terms)


def of_text(text: str) -> list[SkillTag]:
    return in_texts(_tags, {"text": text})


def _tags(text: str) -> "Iterable[Tag]":
    from talent_skills.tagger import LONGEST_TEXT

    return _Process.tagger.tag(text[:LONGEST_TEXT]).tags
