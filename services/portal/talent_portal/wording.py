"""The words for codes. US English now; the marker `_` is what a translator's tools look for."""

import gettext
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.numbers import format_currency
from google.protobuf.timestamp_pb2 import Timestamp
from talent_proto.events.v1 import (
    common_pb2,
    jobs_pb2,
    matches_pb2,
    profiles_pb2,
    skills_pb2,
)

LOCALE = "en_US"
LOCALES = Path(__file__).parent / "locale"
translation = gettext.translation("talent_portal", LOCALES, [LOCALE], fallback=True)
_ = translation.gettext

# What stands behind a claim. Never mixed with whether its document is genuine.
BASIS = {
    skills_pb2.ASSERTION_BASIS_SELF_ASSERTED: _("Their own word"),
    skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED: _("An employer confirms it"),
    skills_pb2.ASSERTION_BASIS_COMPLETED: _("Finished a program"),
    skills_pb2.ASSERTION_BASIS_ASSESSED: _("Tested against set criteria"),
    skills_pb2.ASSERTION_BASIS_LICENSED: _("Holds a license"),
}
VERIFICATION = {
    skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT: _("No document"),
    skills_pb2.VERIFICATION_OUTCOME_VALID: _("Genuine and current"),
    skills_pb2.VERIFICATION_OUTCOME_UNDETERMINED: _("Genuine, but not every check could be done"),
    skills_pb2.VERIFICATION_OUTCOME_INVALID: _("Not genuine"),
    skills_pb2.VERIFICATION_OUTCOME_REVOKED: _("Taken back by its issuer"),
    skills_pb2.VERIFICATION_OUTCOME_SUSPENDED: _("On hold by its issuer"),
    skills_pb2.VERIFICATION_OUTCOME_EXPIRED: _("Expired"),
    skills_pb2.VERIFICATION_OUTCOME_NOT_YET_VALID: _("Not valid yet"),
    skills_pb2.VERIFICATION_OUTCOME_UNPARSEABLE: _("Cannot be read"),
}
GATE = {
    "skill": _("Needed skill"),
    "license": _("License"),
    "place": _("Place"),
    "shift": _("Work times"),
    "hours": _("Hours a week"),
    "pay": _("Pay"),
}
GATE_OUTCOME = {
    matches_pb2.GATE_OUTCOME_OPEN: _("fits"),
    matches_pb2.GATE_OUTCOME_CLOSED: _("does not fit"),
    matches_pb2.GATE_OUTCOME_OPEN_PENDING: _("claimed; the official check is not done yet"),
    matches_pb2.GATE_OUTCOME_NOT_STATED: _("not stated, so it was not compared"),
}
# Where the distance is known.
MILES = {
    matches_pb2.GATE_OUTCOME_OPEN: _("fits, about {miles} miles from the job"),
    matches_pb2.GATE_OUTCOME_NOT_STATED: _(
        "about {miles} miles from the job; ask whether that works for them"
    ),
}
EMPLOYMENT = {
    profiles_pb2.EMPLOYMENT_TYPE_FULL_TIME: _("full time"),
    profiles_pb2.EMPLOYMENT_TYPE_PART_TIME: _("part time"),
    profiles_pb2.EMPLOYMENT_TYPE_CONTRACTOR: _("contract"),
    profiles_pb2.EMPLOYMENT_TYPE_TEMPORARY: _("temporary"),
    profiles_pb2.EMPLOYMENT_TYPE_SEASONAL: _("for a season"),
    profiles_pb2.EMPLOYMENT_TYPE_APPRENTICE: _("apprenticeship"),
    profiles_pb2.EMPLOYMENT_TYPE_INTERN: _("internship"),
    profiles_pb2.EMPLOYMENT_TYPE_PER_DIEM: _("by the day"),
    profiles_pb2.EMPLOYMENT_TYPE_VOLUNTEER: _("volunteer"),
}
LOCATION = {
    jobs_pb2.JOB_LOCATION_TYPE_ON_SITE: _("on site"),
    jobs_pb2.JOB_LOCATION_TYPE_HYBRID: _("partly from home"),
    jobs_pb2.JOB_LOCATION_TYPE_REMOTE: _("from home"),
}
PERIOD = {
    common_pb2.PAY_PERIOD_HOUR: _("an hour"),
    common_pb2.PAY_PERIOD_WEEK: _("a week"),
    common_pb2.PAY_PERIOD_MONTH: _("a month"),
    common_pb2.PAY_PERIOD_YEAR: _("a year"),
}
PASS_REASONS = {
    "skills": _("Other skills are needed"),
    "experience": _("More experience is needed"),
    "schedule": _("The work times do not fit"),
    "location": _("The place does not fit"),
    "pay": _("The pay does not fit"),
    "no_answer": _("They did not answer"),
    "filled": _("The job is filled"),
    "other": _("Another reason"),
}


def civil_date(day: common_pb2.CivilDate) -> str:
    """Such as "Jan 5, 2026"; empty when not stated."""
    if not day.year:
        return ""
    return format_date(date(day.year, day.month or 1, day.day or 1), "medium", locale=LOCALE)


def shifts(windows: Iterable[common_pb2.ShiftWindow]) -> str:
    """Days with the same hours together, such as "Monday, Tuesday: 8:00 AM–4:00 PM"."""
    names = get_day_names(locale=LOCALE)
    days: dict[tuple[int, int], list[str]] = {}
    for one in windows:
        days.setdefault((one.start_minute, one.end_minute), []).append(names[one.day - 1])
    return "; ".join(
        f"{', '.join(found)}: {_clock(start)}–{_clock(end)}" for (start, end), found in days.items()
    )


def _clock(minute: int) -> str:
    return format_time(time(*divmod(minute, 60)), "short", locale=LOCALE)


def instant(when: Timestamp, zone: ZoneInfo) -> str:
    """Such as "Jan 5, 2026, 3:04 PM" in the state's time."""
    moment = when.ToDatetime(tzinfo=UTC)
    return format_datetime(moment, "medium", tzinfo=zone, locale=LOCALE)


def day_of(when: Timestamp, zone: ZoneInfo) -> str:
    """Such as "January 5, 2026", in the state's time."""
    return format_date(when.ToDatetime(tzinfo=UTC).astimezone(zone).date(), "long", locale=LOCALE)


def iso_instant(text: str, zone: ZoneInfo) -> str:
    """The same of an RFC 3339 text; the text itself when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return format_date(moment.astimezone(zone).date(), "long", locale=LOCALE)


def money(amount: common_pb2.Money) -> str:
    whole = amount.minor_units % 100 == 0
    style = "¤#,##0" if whole else "¤#,##0.00"
    value = amount.minor_units / 100
    return format_currency(value, amount.currency, style, locale=LOCALE, currency_digits=False)
