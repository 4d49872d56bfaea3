"""The command `talent`."""

import sys

import grpc
import typer
from talent_local.parts import PartError

from talent_cli import credentials, demo, employers, local, operators
from talent_cli.network import CommandError, refusal

app = typer.Typer(
    name="talent",
    help="Run and use a state talent network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
local.add_to(app)
for command in (
    credentials.publish,
    credentials.verify,
    employers.jobs,
    employers.matches,
    operators.republish,
    demo.demo,
):
    app.command()(command)
app.add_typer(operators.dlq, name="dlq")


def main() -> None:
    """Run the command; an expected error is one sentence, not a traceback."""
    try:
        app()
    except (PartError, CommandError) as error:
        sys.exit(str(error))
    except grpc.RpcError as error:
        sys.exit(refusal(error))


if __name__ == "__main__":
    main()
