"""Which of the skills that lines of work name, or mean, are put into a draft: those that mean most
what the job is about, the most telling first, and none twice in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from talent_skills import LEVELS
from talent_skills.frameworks import Kind
from talent_skills.ranking import Embeds
from talent_skills.tagger import Method, Tagger
from talent_skills.taxonomy import Taxonomy

from talent_jobs.american import american
from talent_jobs.description import NeededSkill, Source, SourceKind
from talent_jobs.named_skills import CORE, NEAR, OFTEN, Named, Words

Vectors = NDArray[np.float32]
SKILLS = 7
# The first are required where they are near enough, others at the core of the job; no more than
# this, since everything that is required keeps somebody away.
FIRST, MOST_REQUIRED = 3, 4
FEW = 4  # with fewer, also what is less near is shown, as a wish
# Of what no line names: how much it means the name of the job, and the two lines nearest to it.
MEANT_NAME, MEANT_LINES = 0.4, 0.58
FEW_NAME, FEW_LINES = 0.33, 0.53
# Two labels so alike say the same: "use welding equipment", "operate welding equipment". What no
# line names must add more.
ALIKE, ALIKE_MEANT = 0.81, 0.72
LINES_READ = 900  # characters of the lines that say what the job is about; the model reads no more


@dataclass(frozen=True, slots=True)
class Wanted:
    """`about`: the job in a sentence. `level`: of what is required. `without`: addresses of skills
    that are not wanted. `in_charge`: whether the job is over others. `own`: the lines are an
    employer's own words. `required`: of all skills; None for those nearest to what the job is
    about."""

    about: str
    level: int
    without: frozenset[str] = frozenset()
    in_charge: bool = True
    own: bool = False
    required: bool | None = None


class SkillChooser:
    def __init__(self, taxonomy: Taxonomy, tagger: Tagger, embedder: Embeds) -> None:
        self._taxonomy = taxonomy
        self._tagger = tagger
        self._embedder = embedder
        self._versions = {one.uri: one.version for one in taxonomy.frameworks()}

    def choose(self, told: Sequence[tuple[str, str]], wanted: Wanted) -> tuple[NeededSkill, ...]:
        """`told`: lines, each with the occupation that it is from."""
        if not told:
            return ()
        lines = [line for _, line in told]
        about = self._embedder.embed([wanted.about, " ".join(lines)[:LINES_READ]])
        words = Words.of([wanted.about, *lines])
        sure, less = self._meant(told, about[0]) if not wanted.own else ([], [])
        chosen = self._distinct([], [*self._named(told, wanted), *sure], wanted, about, words)
        enough = len(chosen)
        if enough < FEW:
            chosen = self._distinct(chosen, less, wanted, about, words)[:FEW]
        return tuple(
            self.needed(
                *(one.uri, one.label, one.occupation),
                required=number < enough and _is_required(one, number, wanted),
                level=wanted.level,
            )
            for number, one in enumerate(chosen[:SKILLS])
        )

    def needed(
        self, uri: str, label: str, occupation: str, *, required: bool, level: int
    ) -> NeededSkill:
        skill = self._taxonomy.skill(uri)
        framework = skill.framework if skill else ""
        kind = SourceKind.ESCO_SKILL if "esco" in framework else SourceKind.FRAMEWORK_SKILL
        return NeededSkill(
            uri=uri,
            label=american(label),
            source=Source(kind, uri, self._versions.get(framework, ""), occupation),
            required=required,
            level=level if required else 0,
            looks_like=LEVELS[level - 1].description if required and level else "",
        )

    def _distinct(
        self,
        before: Sequence[Named],
        found: Iterable[Named],
        wanted: Wanted,
        about: Vectors,
        words: Words,
    ) -> list[Named]:
        """Those before, then of those found what counts and says something new, by rank."""
        fitting = [one for one in found if _fits(one, wanted)]
        labels = [one.label for one in (*before, *fitting)]
        vectors = dict(zip(labels, self._embedder.embed(labels), strict=True)) if labels else {}
        for one in fitting:
            one.like = float((about @ vectors[one.label]).mean())
        chosen = list(before)
        for one in sorted(fitting, key=lambda one: (-one.rank, one.uri)):
            alike = ALIKE_MEANT if one.meant else ALIKE
            is_new = not any(
                vectors[one.label] @ vectors[other.label] > alike or one.says_what(other)
                for other in chosen
            )
            if is_new and one.counts(words, own=wanted.own):
                chosen.append(one)
        return chosen

    def _named(self, told: Sequence[tuple[str, str]], wanted: Wanted) -> list[Named]:
        is_asked = wanted.required is not None
        named: dict[str, Named] = {}
        for occupation, line in told:
            for tag in self._tagger.tag(line).tags:
                is_name = tag.label != tag.label.lower()
                is_language = is_name and self._is_for_all_work(tag.uri)
                if is_language and not is_asked and " " not in tag.label:
                    continue  # "in the Danish market" asks for no Danish
                is_sure = tag.asserted or (is_language and tag.method is Method.LABEL)
                if is_sure or tag.method is Method.MEANING:
                    one = named.setdefault(tag.uri, Named(tag.uri, tag.label, occupation))
                    one.score = max(one.score, tag.score)
                    one.count += 1
                    one.asserted |= is_sure
                    one.is_name = is_name
        return list(named.values())

    def _is_for_all_work(self, uri: str) -> bool:
        """Of such skills only languages are written with a capital."""
        skill = self._taxonomy.skill(uri)
        return skill is not None and skill.kind is Kind.TRANSVERSAL

    def _meant(
        self, told: Sequence[tuple[str, str]], name: Vectors
    ) -> tuple[list[Named], list[Named]]:
        """Labels that the job as a whole means; and those that it means less surely."""
        known = self._tagger.known
        lines = self._embedder.embed([line for _, line in told])
        near = np.flatnonzero(known.vectors @ name.astype(np.float16) >= FEW_NAME)
        vectors = known.vectors[near].astype(np.float32)
        of_name = vectors @ name
        of_lines = np.sort(vectors @ lines.T, axis=1)[:, -OFTEN:].mean(axis=1)
        sure: list[Named] = []
        less: list[Named] = []
        for row, by_name, by_lines in zip(near.tolist(), of_name, of_lines, strict=True):
            if by_lines < FEW_LINES:
                continue
            is_sure = by_name >= MEANT_NAME and by_lines >= MEANT_LINES
            (sure if is_sure else less).append(
                Named(
                    *(known.uris[row], known.labels[row], told[0][0]),
                    score=float(by_lines),
                    count=OFTEN,
                    meant=True,
                )
            )
        return sure, less


def _fits(one: Named, wanted: Wanted) -> bool:
    if one.uri in wanted.without:
        return False
    if wanted.own and one.asserted:
        return True
    is_over = one.is_for_those_in_charge
    return not is_over or (wanted.in_charge and not one.meant)


def _is_required(one: Named, number: int, wanted: Wanted) -> bool:
    is_sure = one.asserted or not wanted.own
    if wanted.required is not None:
        return wanted.required and is_sure
    if number == 0 and not wanted.own:  # a job that asks for nothing fits nobody
        return True
    least = NEAR if number < FIRST and is_sure else CORE
    return number < MOST_REQUIRED and one.like >= least
