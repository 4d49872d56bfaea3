"""`talent skills`: tagging text with skills, on this machine alone."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from talent_local.home import Home
from talent_skills.errors import TextTooLong
from talent_skills.languages import ENGLISH, NAMES
from talent_skills.taxonomy import Taxonomy

from talent_cli.network import CommandError

BEST = 20
skills = typer.Typer(help="Find the skills that a text is about.", no_args_is_help=True)


@skills.command()
def rank(
    labels: Annotated[
        Path | None, typer.Option(help="A label a line; without it, those of the taxonomy.")
    ] = None,
) -> None:
    """For each line of the input, print its 20 best labels, best first, as a JSON list."""
    # Here, because no other command should wait for a language model's libraries.
    from talent_skills.embedding import Embedder
    from talent_skills.label_vectors import LabelVectors
    from talent_skills.ranking import Ranker
    from talent_skills.remembering import Remembering

    home = Home.find()
    folder = home.skills
    with closing(Taxonomy.open(folder)) as taxonomy:
        known = LabelVectors.open(folder, taxonomy)
    names = distinct(_lines(labels) if labels else known.labels)
    if not names:
        raise CommandError(f"There is no label in {labels}.")
    embedder = Remembering(Embedder(home.language_model, threads=os.cpu_count() or 1))
    ranker = Ranker(names, known.of(names, embedder), embedder)
    for line in sys.stdin:
        best = ranker.rank(line.strip(), BEST)
        print(json.dumps([names[number] for number, _ in best], ensure_ascii=False), flush=True)


@skills.command()
def tag(as_json: Annotated[bool, typer.Option("--json", help="A tag a line.")] = False) -> None:
    """Find the skills that the text of the input names, and where."""
    from talent_skills.tagger import Tagger

    home = Home.find()
    tagger = Tagger.open(home.skills, home.language_model, threads=os.cpu_count() or 1)
    try:
        text = sys.stdin.buffer.read().decode()
        found = tagger.tag(text)
    except UnicodeDecodeError:
        raise CommandError("The input cannot be read as text. Give it in UTF-8.") from None
    except TextTooLong as error:
        raise CommandError(str(error)) from None
    if as_json:
        for one in found.tags:
            written = text[one.start : one.end]
            print(json.dumps({**asdict(one), "text": written}, ensure_ascii=False))
        return
    if found.language != ENGLISH:
        print(
            f"This text is in {NAMES[found.language]}. Only names of skills that are the same in "
            "English are found in it.",
            file=sys.stderr,
        )
    table = Table("text", "skill", "score", "found by", "sure")
    for one in found.tags:
        written = " ".join(text[one.start : one.end].split())
        sure = "yes" if one.asserted else "suggested"
        table.add_row(*map(escape, (written, one.label, f"{one.score:.2f}", one.method, sure)))
    Console().print(table)


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
