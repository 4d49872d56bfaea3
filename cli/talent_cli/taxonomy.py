"""`talent taxonomy`: which skills and occupations this machine knows, and importing others."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from talent_local.home import Home
from talent_skills.errors import printable
from talent_skills.frameworks import Contents, Framework, Kind
from talent_skills.importing import Change, Difference
from talent_skills.taxonomy import Taxonomy

from talent_cli.network import CommandError

_SHOWN = 10
taxonomy = typer.Typer(help="The skills and occupations that are known.", no_args_is_help=True)


@taxonomy.command()
def show() -> None:
    """Print the version, each framework with what it holds, and whom to name as its source."""
    # Here, because no other command should wait for a language model's libraries.
    from talent_local.imported_taxonomy import built_on, is_imported, sources

    home = Home.find()
    with closing(Taxonomy.open(home.skills)) as known:
        contents = known.contents()
        print(f"Taxonomy version {known.version}")
    for framework in contents.frameworks:
        _show_framework(framework, contents)
    print(f"Wages: {len(contents.wages):,} in {len(contents.areas)} areas")
    for source in sources(home):
        print(f"Imported {source.imported_at} from {source.path}, sha256 {source.sha256[:16]}")
    if is_imported(home):
        with closing(Taxonomy.open(home.built_skills)) as own:
            if own.version != built_on(home):
                print(
                    f"Set-up has built version {own.version} since. To take over what is new in "
                    "it: talent taxonomy import --reset, then import again."
                )


@taxonomy.command("import")
def import_(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="A folder or ZIP of O*NET or ESCO, or a JSON file of CTDL-ASN or CASE.",
            show_default=False,
        ),
    ] = None,
    release: Annotated[
        str, typer.Option(help="The number of an O*NET or ESCO release that does not say it.")
    ] = "",
    dry_run: Annotated[bool, typer.Option(help="Print what would change, and stop.")] = False,
    back: Annotated[bool, typer.Option("--reset", help="Go back to set-up's taxonomy.")] = False,
) -> None:
    """Put frameworks in place of those of the same address, or beside the others."""
    from talent_local.imported_taxonomy import alone, plan, put_in_use, reset

    home = Home.find()
    if back == bool(paths) or (back and dry_run):
        raise CommandError("Give what is to be imported, or --reset alone.")
    if release and len(paths or ()) > 1:
        raise CommandError("--release goes with one path. Import one after the other.")
    with alone(home):
        if back:
            reset(home)
            print("The taxonomy of set-up is in use.")
            return
        planned = plan(home, paths or (), release)
        for change in planned.changes:
            _show_change(change)
        if dry_run:
            print(f"It would be version {planned.version}. Nothing was written.")
            return
        put_in_use(home, planned)
    print(f"Taxonomy version {planned.version} is in use.")


def _show_framework(framework: Framework, contents: Contents) -> None:
    kinds = Counter(one.kind for one in contents.skills if one.framework == framework.uri)
    groups = kinds.pop(Kind.GROUP, 0)
    occupations = [one for one in contents.occupations if one.framework == framework.uri]
    idle = sum(not one.tasks for one in occupations)
    parts = [_counted(kinds.total(), "skill"), _counted(groups, "group")] if kinds else []
    if occupations:
        parts.append(f"{_counted(len(occupations), 'occupation')} ({idle:,} without tasks)")
    print(f"{_named(framework.name, framework.version)}: {', '.join(parts) or 'wages'}")
    print(f"  {printable(framework.uri)}\n  {printable(framework.attribution)}")


def _show_change(change: Change) -> None:
    if change.before and change.before != change.after:
        versions = f"{change.before} becomes {change.after or 'a new version'}"
        print(printable(f"{change.name}: {versions}"))
    elif change.known:
        print(f"{_named(change.name, change.after)}: it is read again")
    else:
        print(f"{_named(change.name, change.after)}: it is new")
    _show_difference("skill", change.skills)
    _show_difference("occupation", change.occupations)


def _show_difference(what: str, difference: Difference) -> None:
    renamed = [f"{before} → {after}" for before, after in difference.renamed]
    for sign, done, names in (
        ("+", "added", difference.added),
        ("-", "removed", difference.removed),
        ("~", "renamed", renamed),
    ):
        _show_names(f"{_counted(len(names), what)} {done}", sign, names)


def _show_names(headline: str, sign: str, names: Sequence[str]) -> None:
    if not names:
        return
    print(f"  {headline}")
    for name in names[:_SHOWN]:
        print(f"    {sign} {printable(name)}")
    if len(names) > _SHOWN:
        print(f"    {sign} … and {len(names) - _SHOWN:,} more")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _named(name: str, version: str) -> str:
    return printable(f"{name} {version}".rstrip())
