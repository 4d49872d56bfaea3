"""A first draft of a job description: from a title, an occupation, a pasted posting, or the skills
of somebody who does the work now. Every line says where it comes from; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from talent_skills import LEVELS
from talent_skills.ranking import Embeds
from talent_skills.tagger import Method, Tagger
from talent_skills.taxonomy import Taxonomy

from talent_jobs.bounds import DescriptionError
from talent_jobs.description import (
    Conditions,
    Duty,
    JobDescription,
    NeededSkill,
    OccupationPart,
    Source,
    SourceKind,
)
from talent_jobs.durable import durable_skills
from talent_jobs.local_pay import local_pay
from talent_jobs.occupations import OccupationFinder, Way
from talent_jobs.posting_text import (
    read_posting,
    stated_conditions,
    stated_licenses,
    stated_pay,
)

DUTIES, SKILLS = 8, 7
LEAST_DUTIES = 2  # of the smallest part of a role
USUAL_LEVEL = 3
# A skill that the words of tasks only suggest is put into a draft when it is this sure, or when
# several tasks suggest it.
SURE, OFTEN = 0.68, 2
# By how much the label means what the job is about: less is left out, more is required.
LEAST_LIKE, CORE = 0.25, 0.42
FIRST = 3  # so many are required in any case
NO_TASKS = "O*NET has no list of tasks for this occupation. Write what the person will do."


@dataclass(frozen=True, slots=True)
class Draft:
    """`notes`: what the person who writes the job should know, as sentences."""

    job: JobDescription
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Named:
    """A skill that lines name. `like`: how much its label means what the job is about."""

    uri: str
    label: str
    occupation: str
    score: float = 0.0
    count: int = 0
    asserted: bool = False
    like: float = 0.0

    @property
    def rank(self) -> float:
        return self.like + 0.2 * self.score + 0.05 * min(self.count, 4)


class Drafter:
    """All that it reads is handed to it; a call reads nothing else."""

    def __init__(
        self, taxonomy: Taxonomy, finder: OccupationFinder, tagger: Tagger, embedder: Embeds
    ) -> None:
        self._taxonomy = taxonomy
        self._embedder = embedder
        self._finder = finder
        self._tagger = tagger
        self._durable = durable_skills(taxonomy)
        self._attributions = tuple(one.attribution for one in taxonomy.frameworks())
        self._versions = {one.uri: one.version for one in taxonomy.frameworks()}

    def from_title(self, title: str, employer: str, state: str = "") -> Draft:
        """Raises DescriptionError for an empty title."""
        if not title.strip():
            raise DescriptionError("title", "It is empty. Type the name of the job.")
        name = title.strip()
        return self._draft(name, employer, state, self._finder.parts(name))

    def from_occupation(self, code: str, employer: str, state: str = "") -> Draft:
        """An O*NET-SOC code, such as "51-4121.00". Raises DescriptionError for an unknown one."""
        found = self._taxonomy.occupation(code)
        if found is None:
            mend = 'Use an O*NET code, such as "51-4121.00".'
            raise DescriptionError("occupation", mend)
        return self._draft(found.title, employer, state, [OccupationPart(code, found.title)])

    def from_posting(self, text: str, employer: str, state: str = "", title: str = "") -> Draft:
        """A posting that was pasted: its own lines stay, skills are those that its words name.
        Raises DescriptionError."""
        read = read_posting(text)
        name = title.strip() or read.title
        if not name:
            raise DescriptionError("title", "The text does not begin with one. Type it.")
        draft = self._draft(name, employer, state, self._finder.parts(name))
        duties = tuple(Duty(line, Source(SourceKind.POSTING)) for line in read.duties if line)
        told = [("", one) for one in (*read.duties, *read.requirements)]
        named = self._named(told, f"{name}. {draft.job.summary}", sure=True)
        job = replace(
            draft.job,
            duties=duties[:40] or draft.job.duties,
            skills=(*named, *self._durable) if named else draft.job.skills,
            licenses=stated_licenses(text, state),
            pay=stated_pay(text) or draft.job.pay,
            conditions=stated_conditions(text, state),
        )
        notes = [] if duties else list(draft.notes)
        if not named:
            notes.append("The text names no skill that we know. Those of the occupation are shown.")
        return Draft(job, tuple(notes))

    def from_skills(
        self, title: str, skills: Iterable[tuple[str, int]], employer: str, state: str = ""
    ) -> Draft:
        """Like somebody who does the work now: their skills by address, with their levels."""
        draft = self.from_title(title, employer, state)
        own: list[NeededSkill] = []
        for uri, level in skills:
            skill = self._taxonomy.skill(uri)
            if skill is None:
                raise DescriptionError("skills", f"There is no skill {uri} in the taxonomy.")
            own.append(self._skill(uri, skill.label, "", required=True, level=level))
        return replace(draft, job=replace(draft.job, skills=(*own, *self._durable)))

    def _draft(
        self, title: str, employer: str, state: str, parts: Sequence[OccupationPart]
    ) -> Draft:
        notes: list[str] = []
        if not parts:
            notes.append(self._no_occupation(title))
        notes += self._read_as(title, parts)
        duties = [duty for part in parts for duty in self._duties(part)]
        if parts and not duties:
            notes.append(NO_TASKS)
        told = [(part.code, task) for part in parts for task in self._tasks(part.code)]
        pay = local_pay(self._taxonomy, parts[0].code, state) if parts else None
        if parts and pay is None:
            notes.append("No wages are published for this occupation.")
        summary = self._summary(parts)
        job = JobDescription(
            title=title,
            employer=employer,
            summary=summary,
            occupations=tuple(parts),
            duties=tuple(duties),
            skills=(*self._named(told, f"{title}. {summary}", sure=False), *self._durable),
            pay=pay,
            conditions=Conditions(state=state),
            taxonomy=self._taxonomy.version,
            attributions=self._attributions,
        )
        return Draft(job, tuple(notes))

    def _no_occupation(self, title: str) -> str:
        names = [f"{one.title} ({one.code})" for one in self._finder.choices(title)]
        if not names:
            return "We know no occupation for this title. Paste an old posting instead."
        return (
            "We are not sure which occupation this is. If it is one of these, type its name as the "
            f"title: {'; '.join(names)}. Or paste an old posting."
        )

    def _read_as(self, title: str, parts: Sequence[OccupationPart]) -> list[str]:
        """What the person should check where only the meaning of a title led to an occupation."""
        hits = self._finder.find(title, 1)
        if len(parts) != 1 or not hits or hits[0].way is not Way.MEANING:
            return []
        if hits[0].title.casefold() == title.casefold():
            return []
        return [f'We read "{title}" as this occupation: {hits[0].title}. Is that the work?']

    def _summary(self, parts: Sequence[OccupationPart]) -> str:
        if not parts:
            return ""
        found = self._taxonomy.occupation(parts[0].code)
        return found.description.partition(".")[0].strip() + "." if found else ""

    def _tasks(self, code: str) -> list[str]:
        found = self._taxonomy.occupation(code)
        return [task.text for task in found.tasks] if found else []

    def _duties(self, part: OccupationPart) -> list[Duty]:
        """The first tasks are the most important; of each part of a role by its share."""
        found = self._taxonomy.occupation(part.code)
        if found is None:
            return []
        count = max(LEAST_DUTIES, DUTIES * part.share // 100)
        version = self._versions.get(found.framework, "")
        return [
            Duty(task.text, Source(SourceKind.ONET_TASK, task.task_id, version, part.code))
            for task in found.tasks[:count]
        ]

    def _named(
        self, told: Sequence[tuple[str, str]], about: str, *, sure: bool
    ) -> tuple[NeededSkill, ...]:
        """The skills that lines name, those that are most about the job first. `told`: lines, each
        with the occupation that it is from. `sure`: an employer's own words count only where the
        tagger asserts a skill."""
        named: dict[str, _Named] = {}
        for occupation, line in told:
            for tag in self._tagger.tag(line).tags:
                if tag.asserted or tag.method is Method.MEANING:
                    one = named.setdefault(tag.uri, _Named(tag.uri, tag.label, occupation))
                    one.score = max(one.score, tag.score)
                    one.count += 1
                    one.asserted |= tag.asserted
        durable = {one.uri for one in self._durable}
        found = [
            one
            for one in named.values()
            if one.uri not in durable
            and (one.asserted or (not sure and (one.score >= SURE or one.count >= OFTEN)))
        ]
        if not found:
            return ()
        vectors = self._embedder.embed([about, *(one.label for one in found)])
        for one, like in zip(found, vectors[1:] @ vectors[0], strict=True):
            one.like = float(like)
        chosen = sorted(
            (one for one in found if one.like >= LEAST_LIKE), key=lambda one: (-one.rank, one.uri)
        )[:SKILLS]
        return tuple(
            self._skill(
                *(one.uri, one.label, one.occupation),
                required=one.like >= CORE or number < FIRST,
                level=USUAL_LEVEL,
            )
            for number, one in enumerate(chosen)
        )

    def _skill(
        self, uri: str, label: str, occupation: str, *, required: bool, level: int
    ) -> NeededSkill:
        skill = self._taxonomy.skill(uri)
        framework = skill.framework if skill else ""
        is_esco = "esco" in framework
        kind = SourceKind.ESCO_SKILL if is_esco else SourceKind.FRAMEWORK_SKILL
        return NeededSkill(
            uri=uri,
            label=label,
            source=Source(kind, uri, self._versions.get(framework, ""), occupation),
            required=required,
            level=level if required else 0,
            looks_like=LEVELS[level - 1].description if required and level else "",
        )
