"""A file as it comes in a request: what is asked of it is checked, then it is read in the thread
that knows words."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_proto.events.v1 import skills_pb2
from talent_proto.matcher.v1 import workforce_pb2 as pb

from talent_matcher.language import Language
from talent_matcher.network import Network
from talent_matcher.posting import Skills
from talent_matcher.workforce.columns import Holds
from talent_matcher.workforce.meanings import Meanings
from talent_matcher.workforce.reading import Understood, understand
from talent_matcher.workforce.rows import LONGEST_WORDS
from talent_matcher.workforce.spreadsheet import MOST_COLUMNS, SpreadsheetError
from talent_matcher.workforce.staff import Employee
from talent_matcher.workforce.titles import TitleHint, hints

MOST_MEANINGS = 500
T = TypeVar("T")
logger = logging.getLogger(__name__)


class Files:
    """Stores nothing."""

    def __init__(
        self, *, network: Network, skills: Skills, language: Language, clock: Clock
    ) -> None:
        self._network = network
        self._skills = skills
        self._language = language
        self._clock = clock

    async def understood(self, file: pb.WorkforceFile) -> tuple[Understood, Meanings]:
        """Raises Problem with the field, or the row and column, that it is about."""
        self._network.require_known()
        choices = _choices(file)
        accepted, titles = self._accepted(file), self._of_titles(file)
        labels = {one.label.casefold(): one for one in self._network.skills.values() if one.label}
        said = pb.WorkforceFile(meaning=file.meaning, title_skill=file.title_skill)

        def work() -> tuple[Understood, Meanings]:
            tagger = self._language.words().tagger if self._language.is_there else None
            meanings = Meanings(labels, accepted, tagger, titles)
            understood = understand(
                file.content,
                choices,
                meanings,
                as_said=said.SerializeToString(),
                new_id=uuid7,
                today=self._clock.today(),
            )
            return understood, meanings

        return await self._run(work)

    async def hints(self, staff: Sequence[Employee]) -> list[TitleHint]:
        """What people usually can do, by their job titles."""
        if not self._language.is_there:
            return []
        return await self._run(lambda: hints(staff, self._language.words().drafter))

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await self._language.run(work)
        except SpreadsheetError as error:
            raise Problem(Reason.INVALID_FIELD, field="file", mend=str(error)) from None
        except Exception as error:
            # Its text may tell of somebody's cell, so only its kind goes into the log.
            logger.error("a workforce could not be read: %s", type(error).__name__)
            raise Problem(Reason.INTERNAL) from None

    def _accepted(self, file: pb.WorkforceFile) -> Mapping[str, skills_pb2.SkillReference]:
        _few("file.meaning", len(file.meaning))
        return {
            _words(f"file.meaning[{number}].words", one.words): self._skill(
                f"file.meaning[{number}].skill_uri", one.skill_uri
            )
            for number, one in enumerate(file.meaning)
        }

    def _of_titles(
        self, file: pb.WorkforceFile
    ) -> Mapping[str, Sequence[skills_pb2.SkillReference]]:
        _few("file.title_skill", len(file.title_skill))
        found: dict[str, list[skills_pb2.SkillReference]] = {}
        for number, one in enumerate(file.title_skill):
            field = f"file.title_skill[{number}]"
            title = _words(f"{field}.title", one.title)
            found.setdefault(title, []).append(self._skill(f"{field}.skill_uri", one.skill_uri))
        return found

    def _skill(self, field: str, uri: str) -> skills_pb2.SkillReference:
        known = self._skills.get(uri[:2000])
        if known is None:
            mend = "use the address of a suggestion"
            raise Problem(Reason.INVALID_FIELD, field=field, mend=mend)
        return known


def _few(field: str, count: int) -> None:
    if count > MOST_MEANINGS:
        raise Problem(Reason.TOO_LARGE, field=field, limit=f"{MOST_MEANINGS} of them")


def _words(field: str, words: str) -> str:
    if not words or len(words) > LONGEST_WORDS:
        mend = f"use 1 to {LONGEST_WORDS} letters"
        raise Problem(Reason.INVALID_FIELD, field=field, mend=mend)
    return words


def _choices(file: pb.WorkforceFile) -> list[tuple[int, Holds]]:
    if len(file.mapping) > MOST_COLUMNS:
        raise Problem(Reason.TOO_LARGE, field="file.mapping", limit=f"{MOST_COLUMNS} columns")
    for number, one in enumerate(file.mapping):
        if one.holds not in {holds.value for holds in Holds if holds}:
            field = f"file.mapping[{number}].holds"
            raise Problem(Reason.INVALID_FIELD, field=field, mend="use a value of the contract")
    return [(one.column, Holds(one.holds)) for one in file.mapping]
