"""The commands of one machine's network: up, down, status, logs, migrate, token, secrets."""

import os
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table
from talent_local import stack
from talent_local.home import Home
from talent_local.issuer import Issuer
from talent_local.migrations import migrate as run_migrations
from talent_local.parts import PartError
from talent_local.secret_files import ensure_secrets
from talent_local.settings import SERVICES, LocalSettings
from talent_local.state import read_state

secrets = typer.Typer(help="The key files of this machine's network.", no_args_is_help=True)


def up(
    port_base: Annotated[
        int | None, typer.Option(help="The first port of the stack (TALENT_LOCAL_PORT_BASE).")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Start this part only; may be given several times.")
    ] = None,
) -> None:
    """Start Kafka, the database, the issuer and the services on this machine."""
    if port_base is not None:
        os.environ["TALENT_LOCAL_PORT_BASE"] = str(port_base)
    stack.up(Home.find(), LocalSettings(), only=only or [], say=print)


def down() -> None:
    """Stop what `talent up` started, and only that."""
    stack.down(Home.find(), say=print)


def status() -> None:
    """Show each part of the stack. The exit status is 0 when all are ready."""
    state = read_state(Home.find())
    if state is None or state.doing == "stopped":
        print("Nothing is up. Start it with: talent up")
        raise typer.Exit(1)
    table = Table("part", "state", "process", "ports", "restarts", "ready after")
    all_ready = True
    for name, part in state.parts.items():
        alive = part.identity is not None and part.identity.process() is not None
        shown = part.state if alive or part.state != "ready" else "gone"
        all_ready = all_ready and shown == "ready"
        table.add_row(
            name,
            shown,
            str(part.identity.pid) if part.identity and alive else "",
            ", ".join(str(port) for port in part.ports.values()),
            str(part.restarts),
            f"{part.seconds:.1f} s" if part.seconds else "",
        )
    Console().print(table)
    for name, part in state.parts.items():
        if part.reason:
            print(f"{name}: {part.reason}")
    if not state.supervisor.process():
        print("The supervisor is gone: nothing is restarted. Run talent down, then talent up.")
    if not all_ready:
        raise typer.Exit(1)


def logs(
    parts: Annotated[list[str] | None, typer.Argument(help="Parts; all when left out.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show new lines too.")] = False,
) -> None:
    """Show the last lines of the parts' logs."""
    known = (*stack.PARTS, "migrate", "stack")
    for name in parts or ():
        if name not in known:
            raise PartError(f"There is no log named {name}. The logs are {', '.join(known)}.")
    home = Home.find()
    names = parts or [name for name in known if (home.logs / f"{name}.log").exists()]
    try:
        for line in stack.log_lines(home, names, follow=follow):
            print(line, flush=True)
    except KeyboardInterrupt:
        return


def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="All when left out.")] = None,
) -> None:
    """Bring the services' databases to the present version."""
    home = Home.find()
    ensure_secrets(home)
    names = services or list(SERVICES)
    for name in names:
        if name not in SERVICES:
            raise PartError(f"There is no service {name}. The services are {', '.join(SERVICES)}.")
    run_migrations(names, home, LocalSettings())
    print(f"Migrated: {', '.join(names)}.")


def token(
    subject: Annotated[str, typer.Argument(help="Whose token it is.")],
    role: Annotated[
        list[str] | None, typer.Option(help="holder, employer, provider, agency, operator.")
    ] = None,
    org: Annotated[str, typer.Option(help="The organization's id.")] = "",
    email: Annotated[str, typer.Option(help="A verified e-mail address.")] = "",
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    on_behalf_of: Annotated[str, typer.Option(help="For whom the person acts.")] = "",
    hours: Annotated[float, typer.Option(help="How long the token is good.")] = 8,
) -> None:
    """Print a token of this machine's issuer; it works only here."""
    url = LocalSettings().issuer_address
    try:
        made = Issuer(url).token(
            subject=subject,
            roles=role or [],
            org_id=org,
            email=email,
            name=name,
            on_behalf_of=on_behalf_of,
            seconds=int(hours * 3600),
        )
    except httpx.HTTPError as error:
        raise PartError(
            f"The issuer at {url} gave no token: {error}. Only the issuer that talent up starts "
            "does; of another issuer, sign in there."
        ) from error
    print(made)


@secrets.command()
def init() -> None:
    """Make the key files that are missing. A key that exists is never replaced."""
    home = Home.find()
    made = ensure_secrets(home)
    print("\n".join(f"made {path}" for path in made) or f"All keys are in {home.secrets}.")
