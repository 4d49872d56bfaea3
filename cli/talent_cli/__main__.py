"""The command `talent`."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# Most would need longer to be imported than to run, so each is imported when it is called.
COMMANDS = {
    "up": "local:up",
    "down": "local:down",
    "status": "local:status",
    "logs": "local:logs",
    "migrate": "local:migrate",
    "token": "local:token",
    "secrets": "local:secrets",
    "publish": "credentials:publish",
    "verify": "credentials:verify",
    "jobs": "employers:jobs",
    "matches": "employers:matches",
    "republish": "operators:republish",
    "fairness": "fairness:fairness",
    "explain": "explain:explain",
    "demo": "demo:demo",
    "dlq": "operators:dlq",
    "job": "job:job",
    "skills": "skills:skills",
    "taxonomy": "taxonomy:taxonomy",
    "weights": "weights:weights",
}


class Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"talent_cli.{module}"), name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(cmd_name)(found)
        return typer.main.get_command(alone)


app = typer.Typer(name="talent", cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def talent() -> None:
    """Run and use a state talent network."""


def main() -> None:
    """Run the command; an expected error is one sentence, not a traceback."""
    try:
        app()
    except Exception as error:
        from talent_cli.refusals import sentence

        told = sentence(error)
        if told is None:
            raise
        sys.exit(told)


if __name__ == "__main__":
    main()
