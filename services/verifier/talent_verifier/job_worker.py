"""What the processes do that work on verification jobs, besides verifying.

They step aside for all others. Opening a credential belongs here: it may be a picture.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from talent_vc import Check, CredentialError, Overall, open_envelope, summary
from talent_vc.worker import init_worker

from talent_verifier.wording import credential_name

NICENESS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A credential as it was sent, and what came out as of `at`; `today` as for `summary`."""

    content: bytes
    outcome: Overall
    checks: Sequence[Check]
    at: datetime
    today: bool


@dataclass(frozen=True, slots=True)
class Description:
    """What the credential calls itself, and its verdict in plain words."""

    name: str
    summary: str


def init_job_worker(contexts_folder: str) -> None:
    os.nice(NICENESS)
    init_worker(contexts_folder)


def describe_many(judged: Sequence[Judged]) -> list[Description]:
    return [describe(one) for one in judged]


def describe(one: Judged) -> Description:
    try:
        document = open_envelope(one.content).document
    except CredentialError:
        document = {}  # the verdict says so
    told = summary(one.outcome, one.checks, document, at=one.at, today=one.today)
    return Description(credential_name(document), told)
