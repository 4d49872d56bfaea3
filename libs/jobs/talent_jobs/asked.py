"""The name and the place of a job, as somebody who asks for a draft gives them."""

from __future__ import annotations

import re

from talent_jobs.bounds import MAX_LINE, DescriptionError
from talent_jobs.description import Conditions
from talent_jobs.states import state_name, time_zone


def job_name(title: str) -> str:
    """Raises DescriptionError for an empty one and one that is too long."""
    name = " ".join(title.split())
    if not name:
        raise DescriptionError("title", "It is empty. Type the name of the job.")
    if len(name) > MAX_LINE:
        raise DescriptionError("title", f"It is too long. Use up to {MAX_LINE:,} characters.")
    return name


def job_place(state: str, zip_code: str) -> Conditions:
    """Nobody outside sees more of a place than three digits. Raises DescriptionError."""
    if state and state_name(state) == state:
        raise DescriptionError("state", "Give the code of a state, such as US-CO.")
    if zip_code and not re.fullmatch(r"[0-9]{3}(?:[0-9]{2}(?:-[0-9]{4})?)?", zip_code):
        raise DescriptionError("zip", "Give five digits, such as 80203, or the first three.")
    return Conditions(state=state, zip3=zip_code[:3], time_zone=time_zone(state))
