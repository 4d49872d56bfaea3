"""What a command may end with, each in one sentence."""

import grpc
import httpx
from pydantic import ValidationError
from talent_jobs.bounds import DescriptionError
from talent_kit.settings import PREFIX, CommonSettings, UnknownSetting
from talent_local.home import NotSetUp
from talent_local.parts import PartError
from talent_skills.errors import TaxonomyError

from talent_cli.network import CommandError, refusal

EXPECTED = (
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


def sentence(error: Exception) -> str | None:
    """None for an error that nobody expects. Of tasks that failed side by side, the first tells
    enough."""
    if isinstance(error, ExceptionGroup):
        expected, others = error.split(EXPECTED)
        return None if others or expected is None else sentence(expected.exceptions[0])
    return _sentence(error) if isinstance(error, EXPECTED) else None


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
