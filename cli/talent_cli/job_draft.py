"""What `talent job draft` does, apart: it loads a language model."""

import os
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from talent_jobs.description import Flag, JobDescription, Source
from talent_jobs.drafting import Draft, Drafter
from talent_jobs.flags import all_flags
from talent_jobs.occupations import OccupationFinder
from talent_jobs.words import (
    JOB_TYPES,
    WORK_PLACES,
    driving_in_words,
    hours_in_words,
    pay_in_words,
    shifts_in_words,
)
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.occupation_vectors import OccupationVectors
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy

from talent_cli.job_flags import flag_in_words


def drafted(
    *,
    title: str,
    occupation: str,
    text: str,
    like: Sequence[tuple[str, int]],
    employer: str,
    state: str,
    zip_code: str,
) -> tuple[Draft, list[Flag]]:
    """A draft, and what it is flagged for. Raises DescriptionError."""
    home = Home.find()
    folder = home.skills
    taxonomy = Taxonomy.open(folder)
    embedder = Embedder(home.language_model, threads=os.cpu_count() or 1)
    finder = OccupationFinder(taxonomy, OccupationVectors.open(folder, taxonomy), embedder)
    tagger = Tagger.open(folder, home.language_model, threads=os.cpu_count() or 1)
    drafter = Drafter(taxonomy, finder, tagger, embedder)
    place = (employer, state)
    if text:
        made = drafter.from_posting(text, *place, title, zip_code)
    elif occupation:
        made = drafter.from_occupation(occupation, *place, zip_code)
    elif like:
        made = drafter.from_skills(title, like, *place, zip_code)
    else:
        made = drafter.from_title(title, *place, zip_code)
    return made, all_flags(made.job, text or title, taxonomy)


def show(made: Draft, found: Sequence[Flag]) -> None:
    """As somebody at a terminal reads it."""
    console, job = Console(), made.job
    console.print(f"[bold]{escape(job.title)}[/bold]  {escape(job.employer)}")
    for part in job.occupations:
        console.print(f"  {part.share} % {escape(part.title)} (O*NET {part.code})")
    if job.summary:
        console.print(f"\n{escape(job.summary)}  [dim]{_source(job.summary_source)}[/dim]")
    if job.pay:
        console.print(f"\n[bold]Pay[/bold]  {escape(_pay(job))}")
    for name, said in _conditions(job):
        console.print(f"[bold]{name}[/bold]  {escape(said)}")
    console.print("\n[bold]What you will do[/bold]")
    for duty in job.duties:
        console.print(f"- {escape(duty.text)}  [dim]{_source(duty.source)}[/dim]")
    _show_needs(console, job)
    for note in made.notes:
        console.print(f"\n[yellow]{escape(note)}[/yellow]")
    if found:
        console.print("\n[bold]Look at this again[/bold]")
    for flag in found:
        console.print(f"- {escape(flag_in_words(flag))}")
    console.print("")
    for words in job.attributions:
        console.print(f"[dim]{escape(words)}[/dim]")


def _show_needs(console: Console, job: JobDescription) -> None:
    console.print("\n[bold]What it takes[/bold]")
    for skill in job.skills:
        wish = "needed" if skill.required else "a plus"
        level = f", level {skill.level}: {skill.looks_like}" if skill.level else ""
        how = f" {skill.observe}" if skill.durable else ""
        console.print(
            f"- {escape(skill.label)} ({wish}{escape(level)}){escape(how)}"
            f"  [dim]{_source(skill.source)}[/dim]"
        )
    for one in job.licenses:
        console.print(f"- License: {escape(one.type)} ({one.jurisdiction})")
    for heading, stated in (("Also needed", job.also_needed), ("What we offer", job.benefits)):
        if stated:
            console.print(f"\n[bold]{heading}[/bold]")
        for line in stated:
            console.print(f"- {escape(line.text)}  [dim]{_source(line.source)}[/dim]")


def _pay(job: JobDescription) -> str:
    pay = job.pay
    if pay is None:
        return ""
    said = pay_in_words(pay)
    return f"{said} (the middle half in {pay.area}, {pay.year})" if pay.year else said


def _conditions(job: JobDescription) -> Iterator[tuple[str, str]]:
    said = job.conditions
    yield "Type of job", JOB_TYPES[said.job_type]
    if hours := hours_in_words(said.hours):
        yield "Hours", hours
    if shifts := shifts_in_words(said):
        yield "Schedule", "; ".join(shifts)
    yield "Where", WORK_PLACES[said.work_place]
    if said.transport:
        yield "Getting there", said.transport
    if driving := driving_in_words(said.driving):
        yield "Driving", driving


def _source(source: Source) -> str:
    parts = [source.kind.value, source.id, source.version]
    return escape(" ".join(part for part in parts if part))
