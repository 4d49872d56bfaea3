"""`talent job`: job descriptions, on this machine alone."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from talent_jobs.documents import BINARY, Form, document
from talent_jobs.json_form import MAX_CHARACTERS, from_json

from talent_cli.network import CommandError

job = typer.Typer(help="Write a job description, and what goes with it.", no_args_is_help=True)


@job.command()
def write(
    draft: Annotated[Path, typer.Argument(help="The job as JSON; - reads it from the input.")],
    form: Annotated[Form, typer.Option("--as", help="What to write.")] = Form.HTML,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Into this file; without it, to the output.")
    ] = None,
) -> None:
    """Write a posting, an interview guide, or data for job boards and HR systems."""
    if not out and form in BINARY and sys.stdout.isatty():
        raise CommandError(f"A {form} file is not for a terminal. Say where to write it: -o FILE.")
    written = document(from_json(_read(draft)), form)
    if not out:
        sys.stdout.buffer.write(written)
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None


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
