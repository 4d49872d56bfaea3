"""`talent skills`: tagging text with skills, on this machine alone."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.label_vectors import LabelVectors
from talent_skills.ranking import Ranker
from talent_skills.taxonomy import Taxonomy

from talent_cli.network import CommandError

BEST = 20
skills = typer.Typer(help="Find the skills that a text is about.", no_args_is_help=True)


@skills.callback()
def _group() -> None:
    """So that the group stays one while it has a single command."""


@skills.command()
def rank(
    labels: Annotated[
        Path | None, typer.Option(help="A label a line; without it, those of the taxonomy.")
    ] = None,
) -> None:
    """For each line of the input, print its 20 best labels, best first, as a JSON list."""
    home = Home.find()
    folder = home.skills
    with closing(Taxonomy.open(folder)) as taxonomy:
        known = LabelVectors.open(folder, taxonomy)
    names = distinct(_lines(labels) if labels else known.labels)
    if not names:
        raise CommandError(f"There is no label in {labels}.")
    embedder = Embedder(home.language_model, threads=os.cpu_count() or 1)
    ranker = Ranker(names, known.of(names, embedder), embedder)
    for line in sys.stdin:
        best = ranker.rank(line.strip(), BEST)
        print(json.dumps([names[number] for number, _ in best], ensure_ascii=False), flush=True)


def distinct(labels: Sequence[str]) -> list[str]:
    """Each once, whichever way its letters are written."""
    found: dict[str, str] = {}
    for label in labels:
        if label.strip():
            found.setdefault(label.strip().lower(), label.strip())
    return list(found.values())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{path} cannot be read as text. Give one label a line.") from None
