"""What an employer's form says of licenses, and of when and where the work is."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import jobs_pb2

from talent_portal.visitor import text
from talent_portal.wording import LOCATION, _

KEEP_LICENSE = {"needed": _("Needed"), "out": _("Leave out")}
JOB_TYPES = {
    "full-time": _("full time"),
    "part-time": _("part time"),
    "temporary": _("temporary"),
    "apprenticeship": _("apprenticeship"),
}
WORK_PLACES = {
    "on-site": LOCATION[jobs_pb2.JOB_LOCATION_TYPE_ON_SITE],
    "hybrid": LOCATION[jobs_pb2.JOB_LOCATION_TYPE_HYBRID],
    "remote": LOCATION[jobs_pb2.JOB_LOCATION_TYPE_REMOTE],
}
DRIVING = {"": _("Not stated"), "yes": _("Yes"), "no": _("No")}
DRIVING_VALUE = {"yes": True, "no": False}
DAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
# What a description may leave out.
CONDITIONS: dict[str, Any] = {
    "job_type": "full-time",
    "hours": [0, 0],
    "shifts": [],
    "work_place": "on-site",
    "zip3": "",
    "transport": "",
    "driving": None,
}
_ZIP = re.compile(r"\d{3}(?:\d{2}(?:-\d{4})?)?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def content(job: dict[str, Any]) -> dict[str, Any]:
    """For the page."""
    conditions = CONDITIONS | job.get("conditions", {})
    rows = shift_rows(conditions["shifts"])
    return {
        "licenses": [{"accept_pending": False} | one for one in job.get("licenses", ())],
        "keep_license": KEEP_LICENSE,
        "conditions": conditions,
        "job_types": JOB_TYPES,
        "work_places": WORK_PLACES,
        "driving": DRIVING,
        "is_driving": {True: "yes", False: "no"}.get(conditions["driving"], ""),
        "shift_rows": [
            (DAYS[row["day"]], clock(row.get("start")), clock(row.get("end"))) for row in rows
        ],
    }


def kept_licenses(licenses: list[dict[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Without what the person left out. A check may be pending only where they say so."""
    kept: list[dict[str, Any]] = []
    for number, license_ in enumerate(licenses):
        wish = text(form, f"license-{number}")
        pending = f"pending-{number}" in form
        if wish in KEEP_LICENSE and pending != license_.get("accept_pending", False):
            license_["accept_pending"] = pending
        if wish != "out":
            kept.append(license_)
    return kept


def zip3(given: str) -> str:
    """The start of a ZIP code, which is all that is kept. Raises Problem for what is none."""
    if given and not _ZIP.fullmatch(given):
        mend = _("use five digits, or the first three")
        raise Problem(Reason.INVALID_FIELD, field=_("the ZIP code"), mend=mend)
    return given[:3]


def set_conditions(job: dict[str, Any], form: FormData) -> None:
    """Raises Problem for hours and times that are none."""
    if "job_type" not in form:
        return
    was = CONDITIONS | job.get("conditions", {})
    now = was | {name: text(form, name) for name in ("job_type", "work_place", "transport")}
    now["hours"] = [_hours(text(form, name)) for name in ("hours-least", "hours-most")]
    now["driving"] = DRIVING_VALUE.get(text(form, "driving"))
    now["zip3"] = zip3(text(form, "zip"))
    rows = [_shift(row, form, number) for number, row in enumerate(shift_rows(was["shifts"]))]
    shifts = [one for one in rows if one]
    # Their order says nothing.
    now["shifts"] = was["shifts"] if _in_order(was["shifts"]) == shifts else shifts
    if now != was:
        job["conditions"] = now


def shift_rows(shifts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The week by days, each with its shifts, or empty."""
    return [row for day in DAYS for row in _of_day(shifts, day) or [{"day": day}]]


def clock(minutes: int | None) -> str:
    """As a field for times has it, such as 06:30."""
    return "" if minutes is None else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _shift(row: dict[str, Any], form: FormData, number: int) -> dict[str, Any] | None:
    given = [text(form, f"shift-{number}-{name}") for name in ("start", "end")]
    if not any(given):
        return None
    if given == [clock(row.get(name)) for name in ("start", "end")]:
        return row
    start, end = map(_minutes, given)
    return {"day": row["day"], "start": start, "end": end}


def _minutes(given: str) -> int:
    found = _CLOCK.fullmatch(given)
    if found is None:
        mend = _("give a start and an end for each day, such as 08:00 and 16:30")
        raise Problem(Reason.INVALID_FIELD, field=_("the days and times"), mend=mend)
    return int(found[1]) * 60 + int(found[2])


def _hours(given: str) -> int:
    """0 is not stated."""
    if given and not re.fullmatch(r"\d{1,3}", given, re.ASCII):
        mend = _("use a whole number, such as 40")
        raise Problem(Reason.INVALID_FIELD, field=_("the hours a week"), mend=mend)
    return int(given or 0)


def _in_order(shifts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in shift_rows(shifts) if "start" in row]


def _of_day(shifts: Sequence[dict[str, Any]], day: int) -> list[dict[str, Any]]:
    return [one for one in shifts if one["day"] == day]
