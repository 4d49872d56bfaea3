"""Which skills an employer's words name: as a person has said, as the catalog or the taxonomy calls
them, or as the tagger is sure of. What it only suggests is for a person to accept."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from talent_proto.events.v1 import skills_pb2

from talent_matcher.messages import skill
from talent_matcher.model import Skill, SkillUri

if TYPE_CHECKING:  # it loads a language model's libraries
    from talent_skills.tagger import Tagger

# Words whose meaning is looked for: some 10 ms each. Of others exact names alone are known.
MOST_BY_MEANING = 300


class Meanings:
    """Of one file. `labels`: skills by their label in lower case; `accepted`: skills by words, as
    a person has said; `titles`: the same by job title."""

    def __init__(
        self,
        labels: Mapping[str, skills_pb2.SkillReference],
        accepted: Mapping[str, skills_pb2.SkillReference],
        tagger: "Tagger | None",
        titles: Mapping[str, Sequence[skills_pb2.SkillReference]] = MappingProxyType({}),
    ) -> None:
        self._labels = labels
        self._accepted = {words.casefold(): one for words, one in accepted.items()}
        self._titles = {
            title.casefold(): [skill(one) for one in skills] for title, skills in titles.items()
        }
        self._tagger = tagger
        self._known: dict[str, Sequence[Skill]] = {}
        self._suggested: dict[str, Skill] = {}
        self._left = MOST_BY_MEANING

    def of(self, words: str) -> Sequence[Skill]:
        """The skills that some words name; none where nobody is sure."""
        key = words.casefold()
        if key not in self._known:
            self._known[key] = self._found(words, key)
        return self._known[key]

    def of_title(self, title: str) -> Sequence[Skill]:
        """What a person says that everybody with a job title can do."""
        return self._titles.get(title.casefold(), ())

    def suggestion(self, words: str) -> Skill | None:
        """What words may mean that name no skill for sure."""
        return self._suggested.get(words.casefold())

    def _found(self, words: str, key: str) -> Sequence[Skill]:
        stated = self._accepted.get(key) or self._labels.get(key)
        if stated is not None:
            return (skill(stated),)
        if self._tagger is None:
            return ()
        by_meaning = self._left > 0
        tags = self._tagger.tag(words, by_meaning=False).tags
        if by_meaning and not any(tag.asserted for tag in tags):
            self._left -= 1
            tags = self._tagger.tag(words).tags
        sure = {tag.uri: tag for tag in tags if tag.asserted}
        if not sure and tags:
            best = max(tags, key=lambda tag: (tag.score, tag.uri))
            self._suggested[key] = Skill(SkillUri(best.uri), best.label)
        return tuple(Skill(SkillUri(tag.uri), tag.label) for tag in sure.values())
