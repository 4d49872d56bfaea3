"""`talent fairness`: whether groups of people fare alike in matching and in employers' choices."""

import asyncio
import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from talent_cli.network import Network


class Format(StrEnum):
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def fairness(
    employer: Annotated[
        str, typer.Option(help="Only this employer's jobs, by organization id.")
    ] = "",
    least: Annotated[
        int, typer.Option(min=1, help="People that a group must have to be shown.")
    ] = 10,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
) -> None:
    """Check whether groups of people fare alike in matching and in employers' choices."""
    # Here, because no other command should wait for a library of statistics.
    from talent_fairness.report import as_csv

    from talent_cli.equity_audit import read_audits, show, source

    network = Network.find()
    audits = asyncio.run(read_audits(network, employer, least))
    match form:
        case Format.CSV:
            print(as_csv(audits, audited_on=network.today, source=source(employer)), end="")
        case Format.JSON:
            print(json.dumps([asdict(one) for one in audits]))
        case Format.TEXT:
            for one in audits:
                show(one)
