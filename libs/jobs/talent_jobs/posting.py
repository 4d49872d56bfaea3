"""A job description as a paper that people read: what they see first is what they ask first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_skills.scale import LEVELS

from talent_jobs.bounds import check
from talent_jobs.description import (
    Conditions,
    JobDescription,
    NeededLicense,
    NeededSkill,
    PayRange,
    Source,
    SourceKind,
)
from talent_jobs.paper import (
    Block,
    Bullets,
    Facts,
    Heading,
    Line,
    Paper,
    Paragraph,
    Run,
    clean,
    line,
    paragraphs,
)
from talent_jobs.states import state_name
from talent_jobs.words import (
    EVIDENCE,
    JOB_TYPES,
    WORK_PLACES,
    day_in_words,
    driving_in_words,
    hours_in_words,
    listed,
    pay_in_words,
    shifts_in_words,
)

_SOURCES = {
    SourceKind.ONET_OCCUPATION: "O*NET occupations",
    SourceKind.ONET_TASK: "O*NET tasks",
    SourceKind.ONET_SKILL: "O*NET skills",
    SourceKind.ESCO_SKILL: "ESCO skills",
    SourceKind.FRAMEWORK_SKILL: "a skill framework",
    SourceKind.WAGE_SURVEY: "a survey of wages",
    SourceKind.POSTING: "an earlier posting",
    SourceKind.EMPLOYER: "the employer",
}


def posting(job: JobDescription) -> Paper:
    """Raises DescriptionError for a description that is out of bounds."""
    check(job)
    return Paper(
        title=clean(job.title),
        author=clean(job.employer),
        subject=f"Job posting: {clean(job.title)}",
        blocks=tuple(_blocks(job)),
    )


def _blocks(job: JobDescription) -> Iterator[Block]:
    yield Facts(tuple(_facts(job)))
    if about := paragraphs(job.summary):
        yield Heading(2, "About this job")
        for one in about:
            yield Paragraph(line(one))
    if job.duties:
        yield Heading(2, "What you will do")
        yield Bullets(tuple(line(clean(one.text)) for one in job.duties))
    for title, skills in (
        ("Skills you need", [one for one in job.skills if one.required and not one.durable]),
        ("How you work with others", [one for one in job.skills if one.required and one.durable]),
        ("Skills that are a plus", [one for one in job.skills if not one.required]),
    ):
        if skills:
            yield Heading(2, title)
            yield Bullets(tuple(map(_skill, skills)))
    if job.licenses:
        yield Heading(2, "Licenses you need")
        yield Bullets(tuple(map(_license, job.licenses)))
    for title, stated in (("Also needed", job.also_needed), ("What we offer", job.benefits)):
        if stated:
            yield Heading(2, title)
            yield Bullets(tuple(line(clean(one.text)) for one in stated))
    if sources := list(_sources(job)):
        yield Heading(2, "Where this comes from")
        for one in sources:
            yield Paragraph(line(one), small=True)


def _facts(job: JobDescription) -> Iterator[tuple[str, Line]]:
    conditions = job.conditions
    if job.pay:
        yield "Pay", line(pay_in_words(job.pay))
    yield "Type of job", line(JOB_TYPES[conditions.job_type])
    if hours := hours_in_words(conditions.hours):
        yield "Hours", line(hours)
    if shifts := shifts_in_words(conditions):
        zone = clean(conditions.time_zone)
        note = f" (time zone {zone})" if zone else ""
        yield "Schedule", line("; ".join(shifts) + note)
    yield "Where", line(_where(conditions))
    if transport := clean(conditions.transport):
        yield "Getting there", line(transport)
    if driving := driving_in_words(conditions.driving):
        yield "Driving", line(driving)
    if job.openings > 1:
        yield "Openings", line(f"{job.openings:,}")
    if job.posted:
        yield "Posted", line(day_in_words(job.posted))
    if job.open_until:
        yield "Apply by", line(day_in_words(job.open_until))


def _where(conditions: Conditions) -> str:
    place = WORK_PLACES[conditions.work_place]
    if conditions.state:
        place += f" in {state_name(conditions.state)}"
    if conditions.zip3:
        place += f" (ZIP codes that begin with {conditions.zip3})"
    return place


def _skill(skill: NeededSkill) -> Line:
    said = skill_said(skill)
    return line(skill_run(skill), f". {said}" if said else ".")


def skill_said(skill: NeededSkill) -> str:
    """All that is asked of it, as sentences; "" for no more than its name."""
    said: list[str] = []
    looks_like = clean(skill.looks_like)
    if skill.level:
        level = LEVELS[skill.level - 1]
        meant = ended(looks_like or level.description)
        said.append(f"Level {level.number} of {len(LEVELS)}, {level.name}: {meant}")
    elif looks_like:
        said.append(ended(looks_like))
    if observe := clean(skill.observe):
        said.append(f"How it shows: {ended(observe)}")
    if skill.gate and skill.required and not skill.durable:
        said.append("Nobody is considered without it.")
    if skill.trainable:
        said.append("You can learn this on the job.")
    if skill.evidence:
        said.append(f"Proof that counts: {listed([EVIDENCE[e] for e in skill.evidence], 'or')}.")
    return " ".join(said)


def skill_run(skill: NeededSkill) -> Run:
    """Its name, linked to its address where that can be opened, with what programs want to know."""
    marks = [("skill", skill.uri)] if skill.uri else []
    marks.append(("required", "true" if skill.required else "false"))
    if skill.level:
        marks.append(("level", str(skill.level)))
    link = skill.uri if skill.uri.startswith(("http://", "https://")) else ""
    return Run(clean(skill.label), link=link, strong=True, marks=tuple(marks))


def _license(license_: NeededLicense) -> Line:
    return line(Run(clean(license_.type), strong=True), license_said(license_))


def license_said(license_: NeededLicense) -> str:
    """Where it must be from and whether its check may still be under way, after its name."""
    place = f" ({state_name(license_.jurisdiction)})" if license_.jurisdiction else ""
    pending = " You may apply while the check of your license is under way."
    return f"{place}.{pending if license_.accept_pending else ''}"


def _sources(job: JobDescription) -> Iterator[str]:
    if len(job.occupations) == 1:
        part = job.occupations[0]
        yield f"Occupation: {clean(part.title)} (O*NET-SOC {clean(part.code)})."
    elif job.occupations:
        parts = [
            f"{one.share}% {clean(one.title)} (O*NET-SOC {clean(one.code)})"
            for one in job.occupations
        ]
        yield f"This job joins several occupations: {listed(parts)}."
    if clean(job.summary):
        yield f"About this job: {_from([job.summary_source])}."
    if job.duties:
        yield f"Duties: {_from([one.source for one in job.duties])}."
    if job.skills:
        yield f"Skills: {_from([one.source for one in job.skills])}."
    if job.pay:
        yield f"Pay: {_pay_source(job.pay)}."
    for one in job.attributions:
        if attribution := clean(one):
            yield ended(attribution)


def _pay_source(pay: PayRange) -> str:
    version = clean(pay.source.version)
    year = str(pay.year or "")
    about = [clean(pay.area), version, year if year not in version else ""]
    known = ", ".join(one for one in about if one)
    return _SOURCES[pay.source.kind] + (f" ({known})" if known else "")


def _from(sources: Sequence[Source]) -> str:
    """Each kind and version once, in order of appearance, with the ids that are short."""
    ids: dict[str, list[str]] = {}
    for one in sources:
        version = clean(one.version)
        named = _SOURCES[one.kind] + (f", version {version}" if version else "")
        found = ids.setdefault(named, [])
        name = clean(one.id)
        if name and one.kind is SourceKind.ONET_TASK and name not in found:
            found.append(name)
    return "; ".join(
        name + (f", numbers {', '.join(found)}" if found else "") for name, found in ids.items()
    )


def ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
