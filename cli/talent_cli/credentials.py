"""`talent publish` and `talent verify`."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from talent_local.home import Home
from talent_proto.registry.v1.registry_pb2 import (
    PublishCredentialsRequest,
    PublishItem,
    SignedCredential,
)
from talent_proto.registry.v1.registry_pb2_grpc import RegistryServiceStub
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Loader,
    Options,
    Outcome,
    ParseError,
    Policy,
    sentence,
)
from talent_vc.files import contexts_among, manifest_documents, verify_named
from talent_vc.rule_sentences import field_in_words
from talent_vc.trust import Registry, read_registries

from talent_cli.network import CommandError, Network
from talent_cli.public import PublicLoader

BATCH = 100


def publish(
    file: Annotated[Path, typer.Argument(help="One credential, a JSON array, or one a line.")],
    org: Annotated[str, typer.Option(help="The organization that signed them.")],
    email: Annotated[str, typer.Option(help="The holder's address, for salted ones.")] = "",
) -> None:
    """Publish signed credentials. Prints one line for each; exits with 1 if one was rejected."""
    items = [_item(raw, email) for raw in _credentials(file)]
    if not asyncio.run(_publish(Network.find(), org, items)):
        raise typer.Exit(1)


async def _publish(network: Network, org: str, items: list[PublishItem]) -> bool:
    async def batches() -> AsyncIterator[PublishCredentialsRequest]:
        for start in range(0, len(items), BATCH):
            yield PublishCredentialsRequest(item=items[start : start + BATCH])

    metadata = network.metadata("talent-publish", ["provider"], org_id=org)
    all_accepted = True
    async with network.channel("registry") as channel:
        stub = RegistryServiceStub(channel)
        async for response in stub.PublishCredentials(batches(), metadata=metadata):
            for result in response.result:
                if result.HasField("accepted"):
                    again = " (published before)" if result.accepted.repeated_request else ""
                    print(f"accepted {result.accepted.credential_id}{again}")
                else:
                    all_accepted = False
                    print(f"rejected {result.rejected.field}: {result.rejected.detail}")
    return all_accepted


def _credentials(file: Path) -> Iterator[bytes]:
    """The credentials in a file, each with its bytes as they are when it stands alone or a line."""
    data = _read(file)
    try:
        found = json.loads(data)
    except ValueError:
        yield from (line for line in data.splitlines() if line.strip())
        return
    if isinstance(found, list):
        yield from (json.dumps(one).encode() for one in found)
    else:
        yield data


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None


def _item(raw: bytes, email: str) -> PublishItem:
    # The same bytes are the same request, so that publishing a file twice stores nothing twice.
    request_id = f"file-{hashlib.sha256(raw).hexdigest()}"
    signed = SignedCredential(credential=raw, recipient_email=email)
    return PublishItem(request_id=request_id, signed=signed)


def verify(
    files: Annotated[
        list[str],
        typer.Argument(help="Credentials: JSON, tokens, pictures with one in them, or addresses."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a file.")] = False,
    at: Annotated[str, typer.Option(help="Judge as of this date or time.")] = "",
    documents: Annotated[
        Path | None, typer.Option(help="A manifest of documents to read; then none is fetched.")
    ] = None,
    structure: Annotated[
        bool, typer.Option("--structure", help="Judge the data model alone.")
    ] = False,
    registries: Annotated[
        Path | None, typer.Option(help="A list of registries to ask about issuers.")
    ] = None,
    policy: Annotated[Policy, typer.Option(help="What the checks add up to.")] = Policy.USUAL,
) -> None:
    """Check credentials. Exits with 1 if one is not valid.

    What a credential names, such as a status list, is fetched over public https.
    """
    instant = _instant(at)
    contexts = ContextLoader.from_folder(Home.find().contexts)
    # One that is missing is told before the first is judged.
    held = [(file, _held(file)) for file in files]
    loader: Loader = PublicLoader()
    if documents:
        _read(documents)
        known = manifest_documents(documents)
        contexts, loader = contexts.with_documents(contexts_among(known)), DictLoader(known)
    # A status list tells how things are now, whatever the date to judge by.
    status_at = datetime.now(UTC) if policy is Policy.ARCHIVE else None
    asked = _registries(registries)
    options = Options(policy=policy, status_at=status_at, registries=asked)
    all_valid = True
    for name, data in held:
        result = verify_named(
            name,
            data,
            at=instant,
            contexts=contexts,
            loader=loader,
            structure=structure,
            options=options,
        )
        all_valid = all_valid and result["outcome"] == "valid"
        if as_json:
            print(json.dumps(result))
        else:
            _show(result)
    if not all_valid:
        raise typer.Exit(1)


def _registries(file: Path | None) -> tuple[Registry, ...]:
    try:
        return read_registries(_read(file)) if file else ()
    except ParseError as error:
        raise CommandError(f"{file}: {error.mend}") from None


def _held(file: str) -> bytes:
    """The content of a file. An address is what a QR code may hold as well."""
    return file.encode() if file.startswith("https://") else _read(Path(file))


def _instant(at: str) -> datetime:
    if not at:
        return datetime.now(UTC)
    try:
        if len(at) == len("2026-11-23"):
            return datetime.combine(date.fromisoformat(at), time.min, UTC)
        instant = datetime.fromisoformat(at)
    except ValueError:
        raise CommandError(f"--at {at}: write a date such as 2026-11-23, or a time.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


_MARKS = {"passed": "[green]✓", "failed": "[red]✗", "not-checked": "[yellow]?"}


def _show(result: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(result['file'])}: {result['outcome']}")
    console.print(f"  {escape(result['summary'])}")
    _show_checks(console, result, "  ")


def _show_checks(console: Console, result: dict[str, Any], indent: str) -> None:
    for check in result["checks"]:
        mark = _MARKS.get(check["outcome"])
        if mark:
            found = Check(**{**check, "outcome": Outcome(check["outcome"])})
            console.print(f"{indent}{mark}[/] {escape(sentence(found))}")
    for part in result.get("parts", []):
        name = field_in_words(part["about"])
        console.print(f"{indent}[bold]{escape(name[0].upper() + name[1:])}: {part['outcome']}")
        _show_checks(console, part, indent + "  ")
