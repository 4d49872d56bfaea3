"""Which programs in the registry teach a skill: those whose achievement aligns to it, or whose
words name it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from talent_proto.events.v1 import catalog_pb2, tagging_pb2

from talent_matcher.curriculum import Curriculum, InWords, curriculum, in_words


@dataclass(frozen=True, slots=True)
class Program:
    """An achievement that somebody can earn; of several versions the one published last."""

    achievement_id: str
    version: str
    name: str
    org_id: str


class Programs:
    """Fed with the catalog in its order."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}  # by achievement id
        self._aligned: dict[str, frozenset[str]] = {}  # the skills of each, two ways
        self._tagged: dict[str, frozenset[str]] = {}
        self._teaching: defaultdict[str, set[str]] = defaultdict(set)
        self._curricula: dict[str, Curriculum] = {}
        self._in_words: dict[str, tuple[InWords, ...]] = {}

    def published(self, achievement: catalog_pb2.Achievement, org_id: str) -> None:
        known = achievement.id
        self._programs[known] = Program(known, achievement.version, achievement.name, org_id)
        alignments = [
            *achievement.alignment,
            *(one for result in achievement.result_description for one in result.alignment),
        ]
        self._curricula[known] = curriculum(achievement)
        self._set(self._aligned, known, (one.target_url for one in alignments))

    def tagged(self, event: tagging_pb2.AchievementTagged) -> None:
        found = in_words(event)
        self._in_words[event.achievement_id] = found
        self._set(self._tagged, event.achievement_id, (one.uri for one in found))

    def all(self) -> list[Program]:
        """By id."""
        return [self._programs[known] for known in sorted(self._programs)]

    def get(self, achievement_id: str) -> Program | None:
        return self._programs.get(achievement_id)

    def curriculum(self, program: Program) -> tuple[Curriculum, tuple[InWords, ...]]:
        """What it says that it teaches, and what else its words name."""
        known = program.achievement_id
        return self._curricula[known], self._in_words.get(known, ())

    def teaching(self, skill: str) -> list[Program]:
        """By name."""
        found = (self._programs.get(one) for one in self._teaching.get(skill, ()))
        return sorted(
            (one for one in found if one is not None),
            key=lambda one: (one.name, one.achievement_id),
        )

    def _set(self, skills: dict[str, frozenset[str]], known: str, now: Iterable[str]) -> None:
        before = self._skills(known)
        skills[known] = frozenset(now)
        for uri in before - self._skills(known):
            self._teaching[uri].discard(known)
        for uri in self._skills(known) - before:
            self._teaching[uri].add(known)

    def _skills(self, known: str) -> frozenset[str]:
        return self._aligned.get(known, frozenset()) | self._tagged.get(known, frozenset())
