"""The command `talent`."""

import sys

import typer
from talent_local.parts import PartError

from talent_cli import local

app = typer.Typer(
    name="talent",
    help="Run and use a state talent network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
local.add_to(app)


def main() -> None:
    """Run the command; an expected error is one sentence, not a traceback."""
    try:
        app()
    except PartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
