"""A first draft of a job description: from a title, an occupation, a pasted posting, or the skills
of somebody who does the work now. Every line says where it comes from; nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from talent_skills.ranking import Embeds
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy

from talent_jobs.asked import job_name, job_place
from talent_jobs.bounds import MAX_LEVEL, MAX_LIST, DescriptionError
from talent_jobs.chosen_skills import FEW, SKILLS, SkillChooser, Wanted
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
from talent_jobs.levels import is_beginner, usual_level
from talent_jobs.likeness import in_charge
from talent_jobs.local_pay import local_pay, pay_notes
from talent_jobs.occupations import OccupationFinder, Way
from talent_jobs.posting_text import PostingText, read_posting
from talent_jobs.rewording import Rewords, in_other_words
from talent_jobs.stated import (
    MONEY,
    POSTING,
    as_wish,
    stated_conditions,
    stated_licenses,
    stated_lines,
    stated_pay,
)

DUTIES = 8
LEAST_DUTIES = 2  # of the smallest part of a role
LEAST_SKILLS = 2
_OVER_STAFF = re.compile(
    r"\b(?:supervise|train|direct|instruct|hire|oversee)\b.{0,60}"
    r"\b(?:staff|workers?|employees|personnel|helpers|trainees|apprentices|crews?)\b",
    re.I,
)
_NOT_YET = re.compile(r"^(?:plan|direct|estimate|advise|supervise)\b|\blicen[sc]es?\b", re.I)
_EDUCATION = re.compile(
    r"(?<!limited )\bdegree\b(?! of\b)|\b(?:diploma|bachelor|baccalaureate|master['’]?s|majors? in"
    r"|ph\.?d(?! (?:fellow|student))|accredited|matriculat\w+|semester credits?"
    r"|(?:course of )?study in|field of study)\b",
    re.I,
)
# Where a line that speaks of schooling goes on to what one must know.
_BESIDE_EDUCATION = re.compile(
    r"[.;]\s|,?\s(?=(?:and|with|plus|or)\s(?:[\w'’]+\s){0,4}"
    r"(?:experience|knowledge|skills?|proficien\w+|familiar\w*|understanding)\b)",
    re.I,
)
SUMMARY_LENGTH = 600
_SENTENCE = re.compile(r"(?=.*[a-z])(?:\S+\s+){3}.*[.!?]$")
NO_TASKS = "O*NET has no list of tasks for this occupation. Write what the person will do."


@dataclass(frozen=True, slots=True)
class Draft:
    """`notes`: what the person who writes the job should know, as sentences."""

    job: JobDescription
    notes: tuple[str, ...] = ()


class Drafter:
    """All that it reads is handed to it; a call reads nothing else. `state`: ISO 3166-2, such as
    "US-CO"; `zip_code`: five digits, or the first three, which is all that is kept. `rewords`: for
    the summary and the duties, once all else is decided; None leaves them as they are."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        finder: OccupationFinder,
        tagger: Tagger,
        embedder: Embeds,
        rewords: Rewords | None = None,
    ) -> None:
        self._rewords = rewords
        self._taxonomy = taxonomy
        self._finder = finder
        self._chooser = SkillChooser(taxonomy, tagger, embedder)
        self._durable = durable_skills(taxonomy)
        self._attributions = tuple(one.attribution for one in taxonomy.frameworks())
        self._versions = {one.uri: one.version for one in taxonomy.frameworks()}

    def from_title(self, title: str, employer: str, state: str = "", zip_code: str = "") -> Draft:
        """Raises DescriptionError for an empty title and one that is too long."""
        name = job_name(title)
        place = job_place(state, zip_code)
        return self._worded(self._draft(name, employer, place, self._finder.parts(name)))

    def from_occupation(
        self, code: str, employer: str, state: str = "", zip_code: str = ""
    ) -> Draft:
        """An O*NET-SOC code, such as "51-4121.00". Raises DescriptionError for an unknown one."""
        found = self._taxonomy.occupation(code)
        if found is None:
            mend = 'Use an O*NET code, such as "51-4121.00".'
            raise DescriptionError("occupation", mend)
        parts = [OccupationPart(code, found.title)]
        place = job_place(state, zip_code)
        return self._worded(self._draft(found.title, employer, place, parts))

    def from_posting(
        self, text: str, employer: str, state: str = "", title: str = "", zip_code: str = ""
    ) -> Draft:
        """A posting that was pasted: its own lines stay, skills are those that its words name.
        Raises DescriptionError."""
        read = read_posting(text, self._finder.names_work)
        name = title.strip() or read.title
        if not name and self._finder.find(read.sought, 1):
            name = read.sought[:1].upper() + read.sought[1:]
        if not name:
            guess = f' Is it "{read.sought}"?' if read.sought else ""
            raise DescriptionError("title", f"We see none at the top of the text. Type it.{guess}")
        name, place = job_name(name), job_place(state, zip_code)
        draft = self._draft(name, employer, place, self._finder.parts(name), read)
        duties = tuple(Duty(line, POSTING) for line in read.duties)
        named = self._named_by(read, draft.job)
        uris = {one.uri for one in named}
        usual = [one for one in draft.job.skills if not one.durable and one.uri not in uris]
        has_need = any(one.required for one in named)
        usual.sort(key=lambda one: not one.required)
        usual = usual[: max(FEW - len(named), 0 if has_need else LEAST_SKILLS)]
        summary = _beginning(read.about)
        needed = text
        for wish in read.wishes:
            needed = needed.replace(wish, "")
        job = replace(
            draft.job,
            summary=summary or draft.job.summary,
            summary_source=POSTING if summary else draft.job.summary_source,
            duties=duties or draft.job.duties,
            skills=(*named, *usual, *self._durable),
            licenses=stated_licenses(needed, state),
            pay=stated_pay(text) or draft.job.pay,
            conditions=stated_conditions(text, draft.job.conditions),
            also_needed=stated_lines([*read.requirements, *map(as_wish, read.wishes)]),
            benefits=stated_lines([one for one in read.benefits if not MONEY.match(one)]),
        )
        notes = [note for note in draft.notes if not (duties and note == NO_TASKS)]
        if usual:
            notes.append("The text names few skills that we know. The first of the work are added.")
        elif not named:
            notes.append("The text names no skill that we know. Add what the work takes.")
        if read.left_out:
            notes.append(f"The text is long: its last {read.left_out} duties are left out.")
        return self._worded(Draft(job, tuple(notes)))

    def _worded(self, draft: Draft) -> Draft:
        if self._rewords is None:
            return draft
        return replace(draft, job=in_other_words(draft.job, self._rewords))

    def _named_by(self, read: PostingText, job: JobDescription) -> tuple[NeededSkill, ...]:
        """What an employer's own words name. What stands among the requirements is required, unless
        it is said to be preferred; of what only follows by its meaning what is at the core of the
        duties."""
        durable = frozenset(one.uri for one in self._durable)
        wanted = Wanted(
            f"{job.title}. {job.summary}", level=usual_level(job.title), without=durable, own=True
        )
        found: list[NeededSkill] = []
        for lines, required in (
            (read.requirements, True),
            (read.duties, None),
            (read.wishes, False),
        ):
            told = [("", said) for one in lines if (said := _without_education(one))]
            seen = wanted.without | {one.uri for one in found}
            found += self._chooser.choose(told, replace(wanted, without=seen, required=required))
        found.sort(key=lambda one: not one.required)
        return tuple(found[:SKILLS])

    def from_skills(
        self,
        title: str,
        skills: Iterable[tuple[str, int]],
        employer: str,
        state: str = "",
        zip_code: str = "",
        *,
        labels: Mapping[str, str] = MappingProxyType({}),
        required: int = MAX_LIST,
    ) -> Draft:
        """Like somebody who does the work now: their skills by address, with their levels, 0 where
        one is not known. `labels`: of skills that are in no taxonomy. `required`: how many are at
        most, the first; others are a wish. Durable ones stay for the talk. Raises
        DescriptionError."""
        levels = dict(skills)
        most = MAX_LIST - len(self._durable)
        if not 1 <= len(levels) <= most:
            raise DescriptionError("skills", f"Give 1 to {most} skills.")
        draft = self.from_title(title, employer, state, zip_code)
        durable = {one.uri for one in self._durable}
        own: list[NeededSkill] = []
        for uri, level in levels.items():
            skill = self._taxonomy.skill(uri)
            label = skill.label if skill else labels.get(uri)
            if label is None:
                raise DescriptionError("skills", f"There is no skill {uri} in the taxonomy.")
            if not 0 <= level <= MAX_LEVEL:
                raise DescriptionError("skills", f"Give {uri} a level from 0 to {MAX_LEVEL}.")
            if uri not in durable:
                needed = len(own) < required
                own.append(self._chooser.needed(uri, label, "", required=needed, level=level))
        return replace(draft, job=replace(draft.job, skills=(*own, *self._durable)))

    def _draft(
        self,
        title: str,
        employer: str,
        place: Conditions,
        parts: Sequence[OccupationPart],
        read: PostingText | None = None,
    ) -> Draft:
        notes: list[str] = []
        if not parts:
            notes.append(self._no_occupation(title, read))
        notes += self._read_as(title, parts)
        duties = [duty for part in parts for duty in self._duties(part, title)]
        if parts and not duties:
            notes.append(NO_TASKS)
        pay = local_pay(self._taxonomy, parts[0].code, place.state) if parts else None
        if parts:
            notes += pay_notes(self._taxonomy, parts[0].code, place.state, pay)
        if len(parts) > 1 and pay:
            notes.append(f"The pay is that of the largest part: {parts[0].title}.")
        if pay and is_beginner(title) and not parts[0].title.startswith("Helpers"):
            notes.append("The pay is of all who do this work. Beginners earn less than most.")
        summary = self._summary(parts)
        job = JobDescription(
            title=title,
            employer=employer,
            summary=summary,
            occupations=tuple(parts),
            duties=tuple(duties),
            skills=(*self._skills_of(title, summary, parts), *self._durable),
            pay=pay,
            conditions=place,
            taxonomy=self._taxonomy.version,
            attributions=self._attributions,
            summary_source=self._summary_source(parts),
        )
        return Draft(job, tuple(notes))

    def _no_occupation(self, title: str, read: PostingText | None) -> str:
        told = (*read.duties, *read.requirements) if read else ()
        names = [f"{one.title} ({one.code})" for one in self._finder.choices(title, told)]
        if names:
            instead = (
                "We are not sure which occupation this is. If it is one of these, type its name as "
                f"the title: {'; '.join(names)}."
            )
        else:
            instead = "We know no occupation for this title."
        return instead if read else f"{instead} Or paste an old posting."

    def _read_as(self, title: str, parts: Sequence[OccupationPart]) -> list[str]:
        """What the person should check where only the meaning of a title led to an occupation."""
        hits = self._finder.find(title, 1)
        if len(parts) != 1 or not hits or hits[0].way is not Way.MEANING:
            return []
        if hits[0].title.casefold() == title.casefold():
            return []
        return [f'We read "{title}" as this occupation: {hits[0].title}. Is that the work?']

    def _skills_of(
        self, title: str, summary: str, parts: Sequence[OccupationPart]
    ) -> tuple[NeededSkill, ...]:
        """Those that the tasks of its occupations name: of each part of a role by its share."""
        durable = frozenset(one.uri for one in self._durable)
        found: list[NeededSkill] = []
        for part in parts:
            about = f"{title if len(parts) == 1 else part.title}. {summary}"
            wanted = Wanted(
                about,
                level=usual_level(title),
                in_charge=in_charge(part.title),
                without=durable | {one.uri for one in found},
            )
            told = [(part.code, line) for line in (*self._tasks(part.code), self._about(part.code))]
            most = max(LEAST_SKILLS, SKILLS * part.share // 100)
            found += self._chooser.choose(told, wanted)[:most]
        return tuple(found)

    def _summary(self, parts: Sequence[OccupationPart]) -> str:
        return " ".join(self._about(part.code) for part in parts)

    def _summary_source(self, parts: Sequence[OccupationPart]) -> Source:
        found = self._taxonomy.occupation(parts[0].code) if parts else None
        if found is None:
            return Source(SourceKind.EMPLOYER)
        version = self._versions.get(found.framework, "")
        return Source(SourceKind.ONET_OCCUPATION, found.code, version, found.code)

    def _about(self, code: str) -> str:
        """The first sentence that O*NET says of it."""
        found = self._taxonomy.occupation(code)
        return found.description.partition(". ")[0].strip(" .") + "." if found else ""

    def _tasks(self, code: str) -> list[str]:
        found = self._taxonomy.occupation(code)
        return [task.text for task in found.tasks] if found else []

    def _duties(self, part: OccupationPart, title: str) -> list[Duty]:
        """The first tasks are the most important; of each part of a role by its share. Some people
        of an occupation are over others or work alone; who is hired as none of them is not."""
        found = self._taxonomy.occupation(part.code)
        if found is None:
            return []
        count = max(LEAST_DUTIES, DUTIES * part.share // 100)
        version = self._versions.get(found.framework, "")
        return [
            Duty(task.text, Source(SourceKind.ONET_TASK, task.task_id, version, part.code))
            for task in [
                task
                for task in found.tasks
                if (in_charge(part.title) or not _OVER_STAFF.search(task.text))
                and not (is_beginner(title) and _NOT_YET.search(task.text))
            ][:count]
        ]


def _without_education(line: str) -> str:
    """What is said of a degree names subjects, not skills."""
    pieces = _BESIDE_EDUCATION.split(line)
    return " ".join(piece for piece in pieces if not _EDUCATION.search(piece))


def _beginning(about: Sequence[str]) -> str:
    """The first sentences, as many as a summary holds; names and addresses on top are none."""
    summary = ""
    for line in about:
        if _SENTENCE.search(line) and len(summary) + 1 + len(line) <= SUMMARY_LENGTH:
            summary = f"{summary} {line}".strip()
    return summary
