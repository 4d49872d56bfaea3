"""What an achievement of the catalog says of the skills that come with it, kept small.

Read as a wallet reads a credential: a result speaks of the skills that it or the rubric level it
asks for align to; a single one that aligns to none speaks of all the achievement's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from talent_proto.events.v1 import catalog_pb2, tagging_pb2
from talent_skills import CROSSWALK, Proficiency

TAGS_THAT_COUNT = (
    tagging_pb2.SKILL_TAG_STATE_ASSERTED,
    tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
)


@dataclass(frozen=True, slots=True)
class Taught:
    """A skill. `has_result`: a result will say how it went. `rubric`, `named`: of which there are a
    rubric and the name of the assessment. `graded`: by one of the five levels; `level`: the one
    asked for, 0 where none is."""

    uri: str
    label: str
    has_result: bool = False
    rubric: bool = False
    named: bool = False
    graded: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class InWords:
    """A skill that was found in the words. `accepted`: a person says that it is right."""

    uri: str
    label: str
    accepted: bool
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Curriculum:
    achievement_type: str
    license_type: str  # as a license of it would be called
    jurisdictions: tuple[str, ...]
    has_criteria: bool
    skills: tuple[Taught, ...]


def curriculum(achievement: catalog_pb2.Achievement) -> Curriculum:
    return Curriculum(
        achievement_type=achievement.achievement_type,
        license_type=achievement.human_code or achievement.name,
        jurisdictions=tuple(achievement.jurisdiction),
        has_criteria=bool(achievement.criteria.id or achievement.criteria.narrative),
        skills=tuple(_skills(achievement)),
    )


def in_words(event: tagging_pb2.AchievementTagged) -> tuple[InWords, ...]:
    return tuple(
        InWords(
            one.skill.uri,
            one.skill.label,
            one.state == tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
            event.taxonomy_version,
        )
        for one in event.tag
        if one.state in TAGS_THAT_COUNT
    )


def _skills(achievement: catalog_pb2.Achievement) -> Iterator[Taught]:
    named = dict(_aligned(achievement.alignment))
    own = list(named)
    results: dict[str, catalog_pb2.ResultDescription] = {}
    general: list[catalog_pb2.ResultDescription] = []
    for result in achievement.result_description:
        wanted = _wanted(result)
        spoken = dict(_aligned([*(wanted.alignment if wanted else ()), *result.alignment]))
        for uri, label in spoken.items():
            named.setdefault(uri, label)
            results.setdefault(uri, result)
        if not spoken:
            general.append(result)
    for uri, label in named.items():
        result = results.get(uri)
        if result is None and uri in own and len(general) == 1:
            result = general[0]
        if result is None:
            yield Taught(uri, label)
            continue
        wanted = _wanted(result)
        graded = any(_level(one) for one in result.rubric_criterion_level)
        yield Taught(
            *(uri, label),
            has_result=True,
            rubric=bool(result.id and result.rubric_criterion_level),
            named=bool(result.name),
            graded=graded,
            level=_level(wanted) if wanted else 0,
        )


def _wanted(result: catalog_pb2.ResultDescription) -> catalog_pb2.RubricCriterionLevel | None:
    """The rubric level that has to be reached."""
    for one in result.rubric_criterion_level:
        if result.required_level and one.id == result.required_level:
            return one
    return None


def _level(one: catalog_pb2.RubricCriterionLevel) -> int:
    """On the common scale; 0 where nobody said how."""
    for uri in (one.id, *(each.target_url for each in one.alignment)):
        step = CROSSWALK.step(uri)
        if step is not None:
            return CROSSWALK.normalize(Proficiency(step[0], level_code=step[1]))
    return 0


def _aligned(some: Sequence[catalog_pb2.Alignment]) -> Iterable[tuple[str, str]]:
    """Skills by address; a scale or its step is no skill."""
    for one in some:
        uri = one.target_url
        if uri and not CROSSWALK.step(uri) and uri not in CROSSWALK.scales:
            yield uri, one.target_name
