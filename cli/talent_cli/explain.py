"""`talent explain`: why somebody is, was or was not announced for a job."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

from talent_cli import decisions, points
from talent_cli.network import CommandError, Network

HOW = (
    "Name a candidate and your organization (--candidate and --org), or, as an auditor, a holder "
    "and a day (--holder and --on)."
)


def explain(
    job: Annotated[str, typer.Option(help="The job's id.")],
    holder: Annotated[
        str, typer.Option(help="For an auditor: the holder's id inside the network.")
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="For an auditor: a day, as 2026-11-25."),
    ] = None,
    candidate: Annotated[
        str, typer.Option(help="For an employer: the candidate's id, as `matches` shows it.")
    ] = "",
    org: Annotated[str, typer.Option(help="For an employer: the employer's id.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Tell an auditor why a person was, or was not, announced for a job on a day; tell an employer
    every point of a candidate."""
    network = Network.find()
    if holder and on and not (candidate or org):
        decision = asyncio.run(decisions.ask(network, job, holder, on))
        _json(decision) if as_json else decisions.tell(decision)
    elif candidate and org and not (holder or on):
        explained = asyncio.run(points.ask(network, job, candidate, org))
        _json(explained) if as_json else points.tell(explained)
    else:
        raise CommandError(HOW)


def _json(answer: Message) -> None:
    told = MessageToJson(
        answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    print(told)
