"""What `talent job draft` does, apart: it loads a language model."""

import os
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from talent_jobs.description import Flag, JobDescription, PayPeriod, Source
from talent_jobs.drafting import Draft, Drafter
from talent_jobs.flags import flags, pay_flag
from talent_jobs.occupations import OccupationFinder
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.occupation_vectors import OccupationVectors
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy

PER = {
    PayPeriod.HOUR: "an hour",
    PayPeriod.WEEK: "a week",
    PayPeriod.MONTH: "a month",
    PayPeriod.YEAR: "a year",
}


def drafted(
    *, title: str, occupation: str, text: str, employer: str, state: str
) -> tuple[Draft, list[Flag]]:
    """A draft, and what its text is flagged for. Raises DescriptionError."""
    home = Home.find()
    folder = home.skills
    taxonomy = Taxonomy.open(folder)
    embedder = Embedder(home.language_model, threads=os.cpu_count() or 1)
    finder = OccupationFinder(taxonomy, OccupationVectors.open(folder, taxonomy), embedder)
    tagger = Tagger.open(folder, home.language_model, threads=os.cpu_count() or 1)
    drafter = Drafter(taxonomy, finder, tagger, embedder)
    if text:
        made = drafter.from_posting(text, employer, state, title)
    elif occupation:
        made = drafter.from_occupation(occupation, employer, state)
    else:
        made = drafter.from_title(title, employer, state)
    found = flags(text or title)
    pay = pay_flag(made.job, taxonomy)
    return made, [*found, pay] if pay else found


def show(made: Draft, found: Sequence[Flag]) -> None:
    """As somebody at a terminal reads it."""
    console, job = Console(), made.job
    console.print(f"[bold]{escape(job.title)}[/bold]  {escape(job.employer)}")
    for part in job.occupations:
        console.print(f"  {part.share} % {escape(part.title)} (O*NET {part.code})")
    if job.summary:
        console.print(f"\n{escape(job.summary)}")
    if job.pay:
        console.print(f"\n[bold]Pay[/bold]  {_pay(job)}")
    console.print("\n[bold]What you will do[/bold]")
    for duty in job.duties:
        console.print(f"- {escape(duty.text)}  [dim]{_source(duty.source)}[/dim]")
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
    for note in made.notes:
        console.print(f"\n[yellow]{escape(note)}[/yellow]")
    if found:
        console.print("\n[bold]Look at this again[/bold]")
    for flag in found:
        words = f'"{escape(flag.words)}": ' if flag.words else ""
        console.print(f"- {words}{escape(flag.why)} {escape(flag.instead)}")
    console.print("")
    for words in job.attributions:
        console.print(f"[dim]{escape(words)}[/dim]")


def _pay(job: JobDescription) -> str:
    pay = job.pay
    if pay is None:
        return ""
    said = f"${pay.least / 100:,.2f} to ${pay.most / 100:,.2f} {PER[pay.period]}"
    return f"{said} (the middle half in {pay.area}, {pay.year})" if pay.year else said


def _source(source: Source) -> str:
    parts = [source.kind.value, source.id, source.version]
    return escape(" ".join(part for part in parts if part))
