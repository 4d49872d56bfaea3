"""Skills that the words of an achievement name: what the tagger found, and what people said of it.

Pure. Tags are about one published version of an achievement, whose words never change; a new
version of the taxonomy finds others in them, and what a person decided stays decided.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from talent_kit.errors import Problem, Reason
from talent_kit.versions import Version

from talent_registry.catalog import Achievement, Terms

if TYPE_CHECKING:  # it loads a language model's libraries
    from talent_skills.tagger import Tag

FIELDS = ("name", "description", "criteria.narrative")


class TagState(StrEnum):
    """Suggested ones count for nothing until a person accepts them."""

    ASSERTED = "asserted"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


DECIDED = frozenset({TagState.ACCEPTED, TagState.REJECTED})


@dataclass(frozen=True)
class SkillTag:
    """One skill. `field`, `start`, `end`: the place of the words that name it, in characters.
    `score`: 0 to 1."""

    uri: str
    label: str
    field: str
    start: int
    end: int
    score: float
    method: str
    state: TagState
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class SkillTags:
    """All tags of one version of an achievement, by address of the skill."""

    achievement_id: str
    achievement_version: str
    org_id: str
    tags: tuple[SkillTag, ...]
    taxonomy: str
    version: Version

    @property
    def key(self) -> str:
        return f"{self.achievement_id}@{self.achievement_version}"


def found(tags_of: Callable[[str], Iterable["Tag"]], terms: Terms) -> list[SkillTag]:
    """The skills that its words name, each once: its best place. Those that it says itself that
    it aligns to are left out."""
    aligned = {row.get("targetUrl") for row in terms.get("alignment", ())}
    texts = {field: _text(terms, field) for field in FIELDS}
    return [one for one in in_texts(tags_of, texts) if one.uri not in aligned]


def in_texts(tags_of: Callable[[str], Iterable["Tag"]], texts: Mapping[str, str]) -> list[SkillTag]:
    """The skills that some texts name, each once: its best place. `texts`: by field."""
    best: dict[str, SkillTag] = {}
    for field, text in texts.items():
        for tag in tags_of(text):
            state = TagState.ASSERTED if tag.asserted else TagState.SUGGESTED
            one = SkillTag(
                *(tag.uri, tag.label, field, tag.start, tag.end, tag.score),
                method=tag.method.value,
                state=state,
            )
            if _goodness(one) > _goodness(best.get(tag.uri)):
                best[tag.uri] = one
    return sorted(best.values(), key=lambda one: one.uri)


def merged(earlier: Iterable[SkillTag], now: Iterable[SkillTag]) -> tuple[SkillTag, ...]:
    """What is found now, with what people decided before, whether it is found again or not."""
    tags = {one.uri: one for one in now}
    for one in earlier:
        if one.state in DECIDED:
            again = tags.get(one.uri, one)
            tags[one.uri] = replace(
                again, state=one.state, decided_by=one.decided_by, decided_at=one.decided_at
            )
    return tuple(sorted(tags.values(), key=lambda one: one.uri))


def decided(
    tags: SkillTags, decisions: Sequence[tuple[str, bool]], by: str, at: datetime
) -> SkillTags:
    """With some accepted (True) or rejected. Raises Problem for a skill that is not tagged."""
    known = {one.uri: one for one in tags.tags}
    for index, (uri, accepted) in enumerate(decisions):
        if uri not in known:
            mend = "name a skill that GetSkillTags lists for this achievement"
            raise Problem(Reason.INVALID_FIELD, field=f"decision[{index}].skill_uri", mend=mend)
        state = TagState.ACCEPTED if accepted else TagState.REJECTED
        if known[uri].state is not state:
            known[uri] = replace(known[uri], state=state, decided_by=by, decided_at=at)
    return replace(tags, tags=tuple(known.values()))


def tagged(
    achievement: Achievement, earlier: SkillTags | None, now: Sequence[SkillTag], taxonomy: str
) -> SkillTags:
    """The tags of an achievement under this version of the taxonomy."""
    return SkillTags(
        achievement_id=achievement.achievement_id,
        achievement_version=achievement.achievement_version,
        org_id=achievement.org_id,
        tags=merged(earlier.tags if earlier else (), now),
        taxonomy=taxonomy,
        version=earlier.version if earlier else Version(0, 0),
    )


def _goodness(one: SkillTag | None) -> tuple[bool, float]:
    return (one.state is TagState.ASSERTED, one.score) if one else (False, -1.0)


def _text(terms: Terms, field: str) -> str:
    if field == "criteria.narrative":
        return str(terms.get("criteria", {}).get("narrative", ""))
    return str(terms.get(field, ""))
