"""`talent job`: job descriptions, drafted and written on this machine alone, and posted."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from talent_jobs.documents import BINARY, Form, document
from talent_jobs.json_form import MAX_CHARACTERS, from_json, to_json

from talent_cli.network import CommandError, Network

job = typer.Typer(help="Write a job description, and what goes with it.", no_args_is_help=True)


@job.command()
def draft(
    title: Annotated[str, typer.Option(help="The name of the job.")] = "",
    occupation: Annotated[str, typer.Option(help="An O*NET code instead of a title.")] = "",
    posting: Annotated[
        Path | None, typer.Option("--from", help="An old posting as text; - reads the input.")
    ] = None,
    like: Annotated[
        list[str] | None,
        typer.Option(
            help='A skill of somebody who does the work now, with a level: "ADDRESS=3". Again for '
            "each skill; with --title.",
            metavar="SKILL",
        ),
    ] = None,
    employer: Annotated[str, typer.Option(help="Who hires.")] = "Your business",
    state: Annotated[str, typer.Option(help='The state, such as "US-CO".')] = "",
    zip_code: Annotated[
        str,
        typer.Option("--zip", help="Five digits, or the first three, which is all that is kept."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For talent job write.")] = False,
) -> None:
    """Draft a job description, with where each line comes from and what shuts people out."""
    # Here, because no other command should wait for a language model's libraries.
    from talent_cli.job_draft import drafted, show

    if sum(map(bool, (title and not posting, occupation, posting))) != 1:
        raise CommandError("Give a --title, an --occupation, or an old posting with --from.")
    if like and (occupation or posting):
        raise CommandError("Give --like with a --title alone.")
    text = _text(posting) if posting else ""
    made, found = drafted(
        title=title,
        occupation=occupation,
        text=text,
        like=[_like(one) for one in like or ()],
        employer=employer,
        state=state,
        zip_code=zip_code,
    )
    if as_json:
        print(to_json(made.job))
    else:
        show(made, found)


@job.command()
def write(
    draft: Annotated[Path, typer.Argument(help="The job as JSON; - reads it from the input.")],
    form: Annotated[Form, typer.Option("--as", help="What to write.")] = Form.HTML,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Into this file; without it, to the output.")
    ] = None,
) -> None:
    """Write a posting, an interview guide, or data for job boards and HR systems. What shuts
    people out is told on the error output."""
    from talent_cli.job_flags import tell_flags

    if not out and form in BINARY and sys.stdout.isatty():
        raise CommandError(f"A {form} file is not for a terminal. Say where to write it: -o FILE.")
    described = from_json(_read(draft))
    written = document(described, form)
    tell_flags(described)
    if not out:
        sys.stdout.buffer.write(written)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None


@job.command()
def post(
    draft: Annotated[Path, typer.Argument(help="The job as JSON; - reads it from the input.")],
    org: Annotated[str, typer.Option(help="The employer's id.")],
    posting: Annotated[
        Path | None,
        typer.Option("--from", help="The old posting that the job was drafted from, as text."),
    ] = None,
) -> None:
    """Post a job. With --from, what you kept and took out of its skills is recorded. What shuts
    people out is told on the error output."""
    from talent_cli.job_flags import tell_flags
    from talent_cli.job_post import post as posted

    described, text = from_json(_read(draft)), _text(posting) if posting else ""
    tell_flags(described)
    print(asyncio.run(posted(Network.find(), org, described, text)))


def _text(posting: Path) -> str:
    text = _read(posting).decode(errors="replace")
    if not text.strip():
        raise CommandError(f"{posting} is empty. Give a file with an old posting as text.")
    return text


def _like(said: str) -> tuple[str, int]:
    """An address may hold "=" itself; the level is what stands behind the last one."""
    uri, _, level = said.rpartition("=")
    if not uri or level not in "12345" or len(level) != 1:
        raise CommandError(f'--like {said}: write the address, "=", and a level from 1 to 5.')
    return uri, int(level)


def _read(path: Path) -> bytes:
    """No more than what is surely too much: `from_json` says so."""
    most = 4 * MAX_CHARACTERS + 1
    if str(path) == "-":
        return sys.stdin.buffer.read(most)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
