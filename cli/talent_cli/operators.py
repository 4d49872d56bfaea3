"""`talent dlq` and `talent republish`: for those who run a network."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from talent_proto.operations.v1.operations_pb2 import (
    DeadLetterState,
    GetDeadLetterRequest,
    ListDeadLettersRequest,
    ReplayDeadLetterRequest,
    RepublishRequest,
)
from talent_proto.operations.v1.operations_pb2_grpc import (
    OperationsServiceAsyncStub,
    OperationsServiceStub,
)

from talent_cli.network import CommandError, Metadata, Network

# A republish walks a whole database.
REPUBLISH_SECONDS = 3600


class Service(StrEnum):
    REGISTRY = "registry"
    VERIFIER = "verifier"
    WALLET = "wallet"
    MATCHER = "matcher"


dlq = typer.Typer(help="Records that a service could not handle.", no_args_is_help=True)


def republish(service: Annotated[Service, typer.Argument(help="Whose events.")]) -> None:
    """Announce everything a service knows again, so that others can rebuild from it."""
    asyncio.run(_republish(Network.find(), service))


async def _republish(network: Network, service: Service) -> None:
    async with network.channel(service) as channel:
        answer = await OperationsServiceStub(channel).Republish(
            RepublishRequest(), metadata=_operator(network), timeout=REPUBLISH_SECONDS
        )
    print(f"{service}: {answer.republished} republished")


@dlq.command("list")
def list_letters() -> None:
    """List the dead letters of all services."""
    asyncio.run(_list(Network.find()))


async def _list(network: Network) -> None:
    table = Table("id", "type", "reason", "field", "replayed")
    for service in Service:
        async with network.channel(service) as channel:
            for state in await _all(OperationsServiceStub(channel), _operator(network)):
                letter = state.dead_letter
                replayed = ""
                if state.HasField("replayed_at"):
                    replayed = state.replayed_at.ToDatetime().isoformat(" ", "seconds")
                table.add_row(
                    state.dead_letter_id, letter.type, letter.reason, letter.field, replayed
                )
    Console().print(table)


@dlq.command()
def show(letter: Annotated[str, typer.Argument(help="The id that `list` printed.")]) -> None:
    """Show one dead letter. Its content is not kept, only where the record is."""
    asyncio.run(_show(Network.find(), letter))


async def _show(network: Network, letter: str) -> None:
    async with network.channel(_service(letter)) as channel:
        answer = await OperationsServiceStub(channel).GetDeadLetter(
            GetDeadLetterRequest(dead_letter_id=letter), metadata=_operator(network)
        )
    print(answer.dead_letter)
    print(f"the record is {'still there' if answer.record_available else 'gone: republish it'}")


@dlq.command()
def replay(letter: Annotated[str, typer.Argument(help="The id that `list` printed.")]) -> None:
    """Let the failed service handle the original record again."""
    asyncio.run(_replay(Network.find(), letter))


async def _replay(network: Network, letter: str) -> None:
    async with network.channel(_service(letter)) as channel:
        await OperationsServiceStub(channel).ReplayDeadLetter(
            ReplayDeadLetterRequest(dead_letter_id=letter), metadata=_operator(network)
        )
    print(f"{letter} replayed")


async def _all(stub: OperationsServiceAsyncStub, metadata: Metadata) -> list[DeadLetterState]:
    found: list[DeadLetterState] = []
    request = ListDeadLettersRequest(page_size=100)
    while True:
        page = await stub.ListDeadLetters(request, metadata=metadata)
        found += page.dead_letter
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def _service(letter: str) -> Service:
    """The service that failed: its consumer group ends the letter's id."""
    group = letter.rpartition("/")[2].rpartition(".")[2]
    for service in Service:
        if group == service or group.startswith(f"{service}-"):
            return service
    raise CommandError(f"{letter} is not the id of a dead letter: take one from talent dlq list.")


def _operator(network: Network) -> Metadata:
    return network.metadata("talent-operator", ["operator"])
