"""Checks a job as an employer states it. Each refusal names the field and what to do."""

import re
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo, available_timezones

from google.protobuf.message import Message
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import common_pb2, jobs_pb2, skills_pb2

from talent_matcher.messages import civil_date, date_message


class Skills(Protocol):
    """The skills that a job may ask for."""

    def get(self, uri: str, /) -> skills_pb2.SkillReference | None: ...


MOST_BYTES = 256 * 1024
MOST_ITEMS = 100
TITLE, DESCRIPTION, CODE = 200, 20_000, 200
JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def checked(stated: jobs_pb2.Job, *, skills: Skills, today: date) -> jobs_pb2.Job:
    """The job, with each skill as the network knows it. Raises Problem."""
    job = jobs_pb2.Job()
    job.CopyFrom(stated)
    if job.ByteSize() > MOST_BYTES:
        raise Problem(Reason.TOO_LARGE, field="job", limit=f"{MOST_BYTES} bytes")
    _enums(job, "job")
    _lists(job)
    _words(job)
    _occupations(job)
    _requirements(job, skills)
    _licenses(job)
    _time(job)
    _place(job.place)
    _pay(job.base_salary)
    _dates(job, today)
    _numbers(job)
    return job


def _words(job: jobs_pb2.Job) -> None:
    if not job.title.strip():
        raise Problem(Reason.MISSING_FIELD, field="job.title")
    _short("job.title", job.title, TITLE)
    _short("job.description", job.description, DESCRIPTION)
    for index, one in enumerate(job.external_id):
        _short(f"job.external_id[{index}].system", one.system, CODE)
        _short(f"job.external_id[{index}].id", one.id, CODE)


def _lists(job: jobs_pb2.Job) -> None:
    for field, value in job.ListFields():
        if field.is_repeated and len(value) > MOST_ITEMS:
            raise Problem(Reason.TOO_LARGE, field=f"job.{field.name}", limit=f"{MOST_ITEMS} items")


def _occupations(job: jobs_pb2.Job) -> None:
    for index, one in enumerate(job.soc):
        if not one.code:
            raise Problem(Reason.MISSING_FIELD, field=f"job.soc[{index}].code")
        _short(f"job.soc[{index}].code", one.code, CODE)
        _between(f"job.soc[{index}].share_percent", one.share_percent, 1, 100)
    if job.soc and sum(one.share_percent for one in job.soc) != 100:
        raise _invalid("job.soc", "make the shares of all occupations sum to 100")


def _requirements(job: jobs_pb2.Job, skills: Skills) -> None:
    seen: set[str] = set()
    for index, one in enumerate(job.requirement):
        field = f"job.requirement[{index}]"
        if not one.skill.uri:
            raise Problem(Reason.MISSING_FIELD, field=f"{field}.skill.uri")
        _short(f"{field}.skill.uri", one.skill.uri, 2000)
        known = skills.get(one.skill.uri)
        if known is None:
            raise Problem(Reason.UNKNOWN_SKILL, field=f"{field}.skill.uri", skill=one.skill.uri)
        if one.skill.uri in seen:
            raise _invalid(f"{field}.skill.uri", "name each skill only once")
        seen.add(one.skill.uri)
        one.skill.CopyFrom(known)
        _between(f"{field}.required_level", one.required_level, 0, 5)
        if not all(one.evidence_accepted):
            mend = "name each basis, or leave the list empty for any"
            raise _invalid(f"{field}.evidence_accepted", mend)
        _short(f"{field}.source", one.source, CODE)


def _licenses(job: jobs_pb2.Job) -> None:
    for index, one in enumerate(job.license_requirement):
        field = f"job.license_requirement[{index}]"
        if not one.type:
            raise Problem(Reason.MISSING_FIELD, field=f"{field}.type")
        _short(f"{field}.type", one.type, CODE)
        if not JURISDICTION.fullmatch(one.jurisdiction):
            raise _invalid(f"{field}.jurisdiction", 'use a code such as "US-CO"')


def _time(job: jobs_pb2.Job) -> None:
    hours = job.weekly_hours
    _between("job.weekly_hours.min", hours.min, 0, 168)
    _between("job.weekly_hours.max", hours.max, 0, 168)
    if hours.max and hours.min > hours.max:
        raise _invalid("job.weekly_hours", "make the minimum no more than the maximum")
    for index, window in enumerate(job.shift_window):
        field = f"job.shift_window[{index}]"
        _between(f"{field}.day", window.day, 1, 7)
        _between(f"{field}.start_minute", window.start_minute, 0, 1439)
        _between(f"{field}.end_minute", window.end_minute, 0, 1439)
    if job.shift_window and not job.time_zone:
        raise Problem(Reason.MISSING_FIELD, field="job.time_zone")
    if job.time_zone and not _is_zone(job.time_zone):
        raise _invalid("job.time_zone", 'use a name such as "America/Denver"')


def _is_zone(name: str) -> bool:
    try:
        return name in available_timezones() or bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


def _place(place: common_pb2.CoarsePlace) -> None:
    if place.state and not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", place.state):
        raise _invalid("job.place.state", 'use a code such as "US-CO"')
    if place.county_fips and not re.fullmatch(r"\d{5}", place.county_fips):
        raise _invalid("job.place.county_fips", "use the five digits of the county")
    if place.zip3 and not re.fullmatch(r"\d{3}", place.zip3):
        raise _invalid("job.place.zip3", "use the first three digits of the ZIP code")
    if (place.county_fips or place.zip3) and not place.state:
        raise Problem(Reason.MISSING_FIELD, field="job.place.state")


def _pay(salary: jobs_pb2.BaseSalary) -> None:
    ends = (("min", salary.min), ("max", salary.max))
    for name, money in ends:
        field = f"job.base_salary.{name}"
        if money.minor_units < 0:
            raise _invalid(f"{field}.minor_units", "use zero or more")
        if money.minor_units > 10**12:
            raise _invalid(f"{field}.minor_units", "state the pay in cents")
        if money.minor_units and not re.fullmatch(r"[A-Z]{3}", money.currency):
            raise _invalid(f"{field}.currency", 'use a code such as "USD"')
    stated = [money for _, money in ends if money.minor_units]
    if stated and not salary.unit:
        raise Problem(Reason.MISSING_FIELD, field="job.base_salary.unit")
    if len(stated) == 2 and salary.min.currency != salary.max.currency:
        raise _invalid("job.base_salary.max.currency", "use one currency for both")
    if len(stated) == 2 and salary.min.minor_units > salary.max.minor_units:
        raise _invalid("job.base_salary", "make the minimum no more than the maximum")


def _dates(job: jobs_pb2.Job, today: date) -> None:
    _date("job.date_posted", job.date_posted)
    last = _date("job.valid_through", job.valid_through)
    if last is not None and last < today:
        raise _invalid("job.valid_through", "use today or a later day")
    if not job.date_posted.year:
        job.date_posted.CopyFrom(date_message(today))


def _date(field: str, stated: common_pb2.CivilDate) -> date | None:
    try:
        return civil_date(stated)
    except (ValueError, OverflowError):
        raise _invalid(field, "use a day that is in the calendar") from None


def _numbers(job: jobs_pb2.Job) -> None:
    _between("job.total_job_openings", job.total_job_openings, 0, 10_000)
    _between("job.threshold", job.threshold, 0, 1000)
    _between("job.match_cap", job.match_cap, 0, 10_000)


def _between(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise _invalid(field, f"use a number from {least} to {most}")


def _enums(message: Message, path: str) -> None:
    """Every enum value must be one of the contract's: proto3 itself lets any number pass."""
    for field, value in message.ListFields():
        name = f"{path}.{field.name}"
        items: list[Any] = list(value) if field.is_repeated else [value]
        for index, item in enumerate(items):
            place = f"{name}[{index}]" if field.is_repeated else name
            if field.message_type is not None:
                _enums(item, place)
            elif field.enum_type is not None and item not in field.enum_type.values_by_number:
                raise _invalid(place, "use a value of the contract")


def _short(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Problem(Reason.TOO_LARGE, field=field, limit=f"{most} characters")


def _invalid(field: str, mend: str) -> Problem:
    return Problem(Reason.INVALID_FIELD, field=field, mend=mend)
