"""The command `talent`."""

import sys

import grpc
import httpx
import typer
from pydantic import ValidationError
from talent_jobs.bounds import DescriptionError
from talent_kit.settings import PREFIX, CommonSettings, UnknownSetting
from talent_local.home import NotSetUp
from talent_local.parts import PartError
from talent_skills.errors import TaxonomyError

from talent_cli import (
    credentials,
    decisions,
    demo,
    employers,
    fairness,
    job,
    local,
    operators,
    skills,
    taxonomy,
    weights,
)
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
    fairness.fairness,
    decisions.explain,
    demo.demo,
):
    app.command()(command)
app.add_typer(operators.dlq, name="dlq")
app.add_typer(job.job, name="job")
app.add_typer(skills.skills, name="skills")
app.add_typer(taxonomy.taxonomy, name="taxonomy")
app.add_typer(weights.weights, name="weights")


_EXPECTED = (
    PartError,
    DescriptionError,
    TaxonomyError,
    CommandError,
    NotSetUp,
    UnknownSetting,
    ValidationError,
    grpc.RpcError,
    TimeoutError,
    httpx.HTTPError,
)


def main() -> None:
    """Run the command; an expected error is one sentence, not a traceback."""
    try:
        app()
    except _EXPECTED as error:
        sys.exit(_sentence(error))
    except ExceptionGroup as group:
        expected, others = group.split(_EXPECTED)
        if others or expected is None:
            raise
        sys.exit(_sentence(_first(expected)))


def _first(error: Exception) -> Exception:
    """Of tasks that failed side by side, the first tells enough."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _sentence(error: Exception) -> str:
    match error:
        case grpc.RpcError():
            return refusal(error)
        case TimeoutError():
            return "The network did not do this in time. See `talent status`."
        case httpx.HTTPError():
            told = str(error) or type(error).__name__
            return f"No answer: {told}. Is the network up? See `talent status`."
        case ValidationError():
            return _wrong_settings(error)
        case _:
            return str(error)


def _wrong_settings(error: ValidationError) -> str:
    """Only settings are validated here; their values may be secrets, so they are not shown."""
    own = f"{PREFIX}{error.title.removesuffix('Settings').upper()}_"
    fields = [str(one["loc"][0]) for one in error.errors()]
    names = [(PREFIX if f in CommonSettings.model_fields else own) + f.upper() for f in fields]
    return f"The value of {', '.join(names)} cannot be used. Check it."


if __name__ == "__main__":
    main()
