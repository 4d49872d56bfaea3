"""`talent weights`: the table that matches are scored by, read by anybody and set by the agency."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from talent_kit.ids import uuid7
from talent_proto.events.v1.scoring_pb2 import WeightsTable
from talent_proto.matcher.v1.scoring_pb2 import (
    GetWeightsRequest,
    GetWeightsResponse,
    ListWeightsRequest,
    SetWeightsRequest,
    WeightsVersion,
)
from talent_proto.matcher.v1.scoring_pb2_grpc import ScoringServiceAsyncStub, ScoringServiceStub

from talent_cli.network import CommandError, Metadata, Network

weights = typer.Typer(help="The weights that matches are scored by.", no_args_is_help=True)


@weights.command()
def show(
    version: Annotated[str, typer.Argument(help="An earlier version; else the one in force.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Print a table of weights, with what each one means."""
    answer = asyncio.run(_get(Network.find(), version))
    table = answer.table
    if as_json:
        print(json.dumps({"version": table.version, "weight": dict(sorted(table.weight.items()))}))
        return
    print(f"{table.version}{', in force' if answer.in_force else ''}")
    _print(answer)


@weights.command("list")
def list_versions() -> None:
    """Print every version that was in force, the last one first."""
    for one in asyncio.run(_list(Network.find())):
        at = one.adopted_at.ToDatetime().isoformat(" ", "seconds")
        print(f"{one.version}  {f'{at} UTC' if one.HasField('adopted_at') else 'from the start'}")


@weights.command("set")
def set_weights(
    version: Annotated[str, typer.Argument(help='A new name, such as "2027-01".')],
    changes: Annotated[list[str], typer.Argument(help="NAME=NUMBER, as `show` names them.")],
) -> None:
    """Score by other weights from now on: those in force, with these changes."""
    asyncio.run(_set(Network.find(), version, dict(map(_change, changes))))
    print(f"{version} is in force. Matches are scored again in the background.")


def _change(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not name or not number.isdecimal() or len(number) > 9:
        raise CommandError(f"{text!r} is not NAME=NUMBER, such as validator.COLLEGE=900.")
    return name, int(number)


async def _get(network: Network, version: str) -> GetWeightsResponse:
    async with network.channel("matcher") as channel:
        stub: ScoringServiceAsyncStub = ScoringServiceStub(channel)
        return await stub.GetWeights(GetWeightsRequest(version=version), metadata=_agency(network))


async def _list(network: Network) -> list[WeightsVersion]:
    found: list[WeightsVersion] = []
    async with network.channel("matcher") as channel:
        stub: ScoringServiceAsyncStub = ScoringServiceStub(channel)
        request = ListWeightsRequest()
        while True:
            page = await stub.ListWeights(request, metadata=_agency(network))
            found += page.weights
            if not page.next_page_token:
                return found
            request = ListWeightsRequest(page_token=page.next_page_token)


async def _set(network: Network, version: str, changes: dict[str, int]) -> None:
    before = (await _get(network, "")).table
    table = WeightsTable(version=version, weight={**before.weight, **changes})
    request = SetWeightsRequest(request_id=uuid7(), table=table, replaces=before.version)
    async with network.channel("matcher") as channel:
        stub: ScoringServiceAsyncStub = ScoringServiceStub(channel)
        await stub.SetWeights(request, metadata=_agency(network))


def _print(answer: GetWeightsResponse) -> None:
    table = Table(Column("name", no_wrap=True), "value", "from", "to", "meaning")
    for row in answer.row:
        table.add_row(row.name, str(row.value), str(row.min), str(row.max), row.meaning)
    Console().print(table)


def _agency(network: Network) -> Metadata:
    return network.metadata("weights", ["agency"], org_id="agency")
