"""An interview guide with a scorecard for a job: structured, so that everybody gets the same chance
and answers can be compared. It scores answers, never people, and has no total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_skills.scale import LEVELS

from talent_jobs.bounds import check
from talent_jobs.description import Duty, JobDescription, NeededLicense, NeededSkill
from talent_jobs.fair_asking import fair_asking, how_to_use
from talent_jobs.paper import (
    Blank,
    Block,
    Bullets,
    Heading,
    Line,
    Paper,
    Paragraph,
    Run,
    Table,
    clean,
    line,
)
from talent_jobs.posting import ended
from talent_jobs.questions import anchors, past_question, share_out, skill_sample, work_sample
from talent_jobs.states import state_name
from talent_jobs.words import EVIDENCE, listed

_SCORES = ("Score", "What you heard or saw")
_TOLD = "It says what the person did, step by step, and how they knew that it worked."


def guide(job: JobDescription) -> Paper:
    """Raises DescriptionError for a description that is out of bounds."""
    check(job)
    title = clean(job.title)
    return Paper(
        title=f"Interview guide: {title}",
        author=clean(job.employer),
        subject=f"Interview guide and scorecard: {title}",
        blocks=tuple(_blocks(job)),
    )


def _blocks(job: JobDescription) -> Iterator[Block]:
    yield from how_to_use()
    yield from fair_asking(job)
    yield Heading(2, "This interview")
    for label in ("Person (a number is enough)", "Interviewer", "Date"):
        yield Blank(label)
    asked = [one for one in job.skills if one.required and not one.durable]
    durable = [one for one in job.skills if one.durable]
    chosen, left = share_out(asked, job.duties)
    for number, (skill, duty) in enumerate(zip(asked, chosen, strict=True), 1):
        yield from _skill(number, skill, duty)
    if left:
        yield from _work_samples(len(asked) + 1, left)
    if durable:
        yield from _durable(durable)
    if job.licenses:
        yield Heading(2, "Licenses")
        yield Paragraph(line("Ask to see each license, or look up whether its check is done."))
        yield Bullets(tuple(map(_license, job.licenses)))
    topics = [*(clean(one.label) for one in asked), *(["Work samples"] if left else [])]
    if topics:
        yield from _scorecard(topics, job.skills)


def _license(license_: NeededLicense) -> Line:
    place = f" ({state_name(license_.jurisdiction)})" if license_.jurisdiction else ""
    pending = " A check that is still under way is enough." if license_.accept_pending else ""
    return line(Run(clean(license_.type), strong=True), f"{place}.{pending}")


def _skill(number: int, skill: NeededSkill, duty: Duty | None) -> Iterator[Block]:
    yield Heading(2, f"Question {number}: {clean(skill.label)}")
    yield Paragraph(line(Run("Ask: ", strong=True), past_question(skill, duty)))
    sample = work_sample(duty) if duty else skill_sample(skill)
    yield Paragraph(line(Run("Then ask: ", strong=True), sample))
    yield Paragraph(
        line(Run("If the person has not done it yet: ", strong=True), "How would you go about it?")
    )
    yield Paragraph(line(Run("A good answer: ", strong=True), _good_answer(skill)))
    yield Paragraph(line(Run("Proof to ask for: ", strong=True), _proof(skill)))
    if skill.trainable:
        yield Paragraph(
            line("People learn this on the job, so a low score here is no reason to say no.")
        )
    yield _anchored(f"Score for question {number}: circle one", skill)
    yield Blank("Notes", 3)


def _good_answer(skill: NeededSkill) -> str:
    looks_like = clean(skill.looks_like)
    if skill.level:
        level = LEVELS[skill.level - 1]
        meant = ended(looks_like or level.description)
        return f"It shows level {level.number} of {len(LEVELS)}, {level.name}: {meant} {_TOLD}"
    return f"{ended(looks_like)} {_TOLD}" if looks_like else _TOLD


def _proof(skill: NeededSkill) -> str:
    if skill.evidence:
        return f"{listed([EVIDENCE[one] for one in skill.evidence], 'or')}.".replace(
            "your", "their"
        )
    return "anything that shows it, such as work they made, a certificate, or a past employer."


def _work_samples(number: int, duties: Sequence[Duty]) -> Iterator[Block]:
    yield Heading(2, f"Question {number}: work samples")
    yield Paragraph(
        line("Choose two or three of these before the first interview, the same for everybody.")
    )
    yield Bullets(tuple(line(work_sample(one)) for one in duties))
    yield _anchored(f"Score for question {number}: circle one", None)
    yield Blank("Notes", 3)


def _anchored(caption: str, skill: NeededSkill | None) -> Table:
    rows = tuple(
        (line(str(score)), line(ended(meaning))) for score, meaning in enumerate(anchors(skill), 1)
    )
    return Table(caption, _SCORES, rows, widths=(1, 9))


def _durable(skills: Sequence[NeededSkill]) -> Iterator[Block]:
    yield Heading(2, "How the person works with others")
    yield Paragraph(
        line("Watch for these all through the talk. Write down what you see, and do not score it.")
    )
    for skill in skills:
        yield Heading(3, clean(skill.label))
        if observe := clean(skill.observe):
            yield Paragraph(line(Run("Look for: ", strong=True), ended(observe)))
        yield Paragraph(line(Run("Ask: ", strong=True), past_question(skill, None)))
        yield Blank("What I saw or heard", 2)


def _scorecard(topics: Sequence[str], skills: Sequence[NeededSkill]) -> Iterator[Block]:
    yield Heading(2, "Scorecard")
    yield Paragraph(
        line("Copy your scores. Do not add them up: one high score does not make up for a low one.")
    )
    rows = tuple(
        (line(f"{number}. {topic}"), line(), line()) for number, topic in enumerate(topics, 1)
    )
    head = ("Question", "Score", "What led to this score")
    yield Table("Scores of this interview", head, rows, widths=(8, 3, 12))
    plus = [clean(one.label) for one in skills if not one.required and not one.durable]
    if plus:
        yield Paragraph(line(f"Look at these only after all of the above: {listed(plus)}."))
    yield Blank("What I advise, and which answers led me to it", 3)
