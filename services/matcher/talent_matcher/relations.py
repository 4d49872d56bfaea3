"""Which skills are near another: from the taxonomy, and from frameworks that the catalog publishes.

One step only. What is broader than something broader counts for nothing: each step away is a
guess, and two are too many.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from talent_skills.frameworks import LinkKind
from talent_skills.taxonomy import Taxonomy

from talent_matcher.model import Relation, SkillUri

# What another skill is, told from the one that links to it.
LINKS = {
    LinkKind.SAME: Relation.EXACT,
    LinkKind.NARROWER: Relation.NARROWER,
    LinkKind.BROADER: Relation.BROADER,
    LinkKind.RELATED: Relation.RELATED,
    LinkKind.ESSENTIAL_FOR: Relation.RELATED,
    LinkKind.OPTIONAL_FOR: Relation.RELATED,
}
REVERSED = {Relation.NARROWER: Relation.BROADER, Relation.BROADER: Relation.NARROWER}


@dataclass(frozen=True, slots=True)
class Links:
    """What is near what depends on these alone. `above`: what the catalog says is right above a
    skill."""

    taxonomy: str
    above: Mapping[str, frozenset[str]]


class Relations:
    """Without a taxonomy only the catalog's frameworks count."""

    def __init__(self, taxonomy: Taxonomy | None = None) -> None:
        self._taxonomy = taxonomy
        self.version = taxonomy.version if taxonomy else ""
        # Links that lead to a skill, by its address: the taxonomy finds only those from it.
        self._linked: defaultdict[str, list[tuple[str, Relation]]] = defaultdict(list)
        for skill, kind, other in taxonomy.links() if taxonomy else ():
            relation = LINKS[kind]
            self._linked[other].append((skill, REVERSED.get(relation, relation)))
        self._above: dict[str, frozenset[str]] = {}  # as the catalog says
        self._below: defaultdict[str, set[str]] = defaultdict(set)
        self._near: dict[SkillUri, dict[SkillUri, Relation]] = {}

    @classmethod
    def open(cls, folder: Path) -> "Relations":
        """Raises TaxonomyError where there is no taxonomy that can be read."""
        return cls(Taxonomy.open(folder))

    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]:
        """Of each other skill that counts for this one, the closest that it is to it."""
        if skill not in self._near:
            found: dict[SkillUri, Relation] = {}
            for other, relation in self._told(skill):
                if other != skill:
                    name = SkillUri(other)
                    found[name] = min(relation, found.get(name, relation))
            self._near[skill] = dict(sorted(found.items()))
        return self._near[skill]

    def put(self, skill: str, broader: Iterable[str]) -> frozenset[SkillUri]:
        """What the catalog says is right above a skill. The skills to which others are near now."""
        before, now = self._above.get(skill, frozenset()), frozenset(broader) - {skill}
        if before == now:
            return frozenset()
        self._above[skill] = now
        for above in before - now:
            self._below[above].discard(skill)
        for above in now - before:
            self._below[above].add(skill)
        changed = frozenset(SkillUri(one) for one in {skill, *(before ^ now)})
        for one in changed:
            self._near.pop(one, None)
        return changed

    def under(self, taxonomy: Taxonomy) -> "Relations":
        """With another taxonomy, and the same catalog. Only until either is told something."""
        other = Relations(taxonomy)
        other._above, other._below = self._above, self._below
        return other

    @property
    def asked(self) -> tuple[SkillUri, ...]:
        """The skills that somebody asked about since they last changed."""
        return tuple(self._near)

    def become(self, other: "Relations") -> frozenset[SkillUri]:
        """The skills, of those asked about, to which others are near now."""
        changed = {skill for skill, near in self._near.items() if other.near(skill) != near}
        if self._taxonomy is not None:
            self._taxonomy.close()
        vars(self).update(vars(other))
        return frozenset(changed)

    @property
    def links(self) -> Links:
        return Links(self.version, dict(self._above))

    def changed_since(self, links: Links) -> frozenset[SkillUri] | None:
        """The skills to which others are near now than by these `links`; None where that may be
        any, by another taxonomy."""
        if links.taxonomy != self.version:
            return None
        differ = {skill for skill, _ in self._above.items() ^ links.above.items()}
        found = set(differ)
        for skill in differ:
            found |= self._above.get(skill, frozenset()) ^ links.above.get(skill, frozenset())
        return frozenset(SkillUri(one) for one in found)

    def _told(self, skill: str) -> Iterator[tuple[str, Relation]]:
        for above in self._above.get(skill, ()):
            yield above, Relation.BROADER
        for below in self._below.get(skill, ()):
            yield below, Relation.NARROWER
        yield from self._linked.get(skill, ())
        there = self._taxonomy.skill(skill) if self._taxonomy else None
        if there is None or self._taxonomy is None:
            return
        for above in there.broader:
            yield above, Relation.BROADER
        for below in self._taxonomy.narrower(skill):
            yield below, Relation.NARROWER
        for link in there.links:
            yield link.skill, LINKS[link.kind]


def open_relations(folder: Path) -> Relations:
    """Of the taxonomy in a folder; of the catalog alone where there is none. Raises TaxonomyError
    for one that cannot be read."""
    if not folder.is_dir():
        return Relations()
    return Relations.open(folder)
