"""What a posting states of pay, hours, place and licenses. Only what stands there is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from talent_jobs.description import (
    Conditions,
    JobType,
    NeededLicense,
    PayPeriod,
    PayRange,
    Source,
    SourceKind,
    Stated,
    WorkPlace,
)
from talent_jobs.posting_shifts import stated_shifts

MONEY = re.compile(
    r"\$\s?(?P<least>\d[\d,]*(?:\.\d\d)?)\s?(?P<thousand>k\b)?"
    r"(?:\s?(?:-|–|—|to)\s?\$?\s?(?P<most>\d[\d,]*(?:\.\d\d)?)\s?(?P<thousands>k\b)?)?"
    r"(?P<after>[^\n.;]{0,30})",
    re.I,
)
_HOURS = re.compile(
    r"(?P<least>\d{1,2})(?:\s?(?:-|–|to)\s?(?P<most>\d{1,2}))?\+?\s*(?:hours|hrs)\b"
    r"(?:\s*(?:per|a|/|each)\s*week|\s*weekly)",
    re.I,
)
_PERIODS = (
    (PayPeriod.HOUR, r"hour|/\s?hr|hourly|\bhr\b"),
    (PayPeriod.YEAR, r"year|annual|/\s?yr|salary"),
    (PayPeriod.WEEK, r"week"),
    (PayPeriod.MONTH, r"month"),
)
_LICENSES = (
    (r"\bCDL\b|commercial driver'?s licen[sc]e", "Commercial driver's license"),
    (r"(?<!commercial )driver[’']?s? licen[sc]e", "Driver's license"),
    (
        r"\bRN\b.{0,20}licen[sc]e|registered nurse licen[sc]e|licensed registered nurse",
        "Registered nurse",
    ),
    (r"\bLPN\b.{0,20}licen[sc]e|licensed practical nurse", "Licensed practical nurse"),
    (r"\bCNA\b.{0,20}(?:licen[sc]e|certificat)|certified nurs(?:e|ing) a", "Certified nurse aide"),
    (r"journeym[ae]n.{0,30}licen[sc]e", "Journeyman license"),
    (r"master (?:electrician|plumber)'?s? licen[sc]e", "Master license"),
    (r"food handler'?s? (?:card|permit|license|certificate)", "Food handler's card"),
    (r"guard (?:card|license)|security license", "Security guard license"),
    (r"(?:cosmetology|barber) licen[sc]e|licensed (?:cosmetologist|barber)", "Cosmetology license"),
    (r"\bEPA\W{0,3}(?:section )?608|608 certif", "EPA Section 608 certification"),
    (r"real estate licen[sc]e", "Real estate license"),
)
WISH = re.compile(
    r"prefer|a plus|nice to have|desir|ideal|not (?:required|necessary)|helpful|optional|bonus"
    r"|advantageous|\ban? (?:\w+ )?(?:asset|advantage)\b",
    re.I,
)
_TRANSPORT = re.compile(
    r"\b(?:bus (?:line|stop|route)|public trans(?:it|portation)|light rail|free parking|parking is"
    r"|company (?:vehicle|car|truck|van)|shuttle (?:from|to|service)|train station"
    r"|car ?pool)\b",
    re.I,
)
_VEHICLE = r"(?:van|truck|car|vehicle|bus|shuttle|forklift|tractor|route)s?"
_DRIVES = re.compile(
    rf"\bdriv(?:es?|ing)\b(?:\s+\w+){{0,3}}\s+{_VEHICLE}\b"
    r"|\b(?:truck|van|bus|shuttle|route) driver\b|\bclean driving record\b",
    re.I,
)
# Of goods; in an office one may drive deliveries too.
_DELIVERY_DRIVER = re.compile(r"\bdelivery driver\b", re.I)
_ON_ROADS = re.compile(rf"\b(?:{_VEHICLE}|licen[sc]es?|packages?|miles|roads?)\b", re.I)
_APPRENTICE = re.compile(r"\b(?:paid|registered|our|this(?: is an)?) apprenticeship\b", re.I)
_TEMPORARY = re.compile(
    r"\b(?:temporary|seasonal|summer) (?:full[- ]time |part[- ]time )?"
    r"(?:jobs?|positions?|roles?|work|employment|help|contract|assignment)\b"
    r"|\b(?:job|position|role|employment)(?: as \w+)? is (?:temporary|seasonal)\b",
    re.I,
)
_HYBRID = re.compile(
    r"\bhybrid (?:work|role|position|schedule|job|remote)|\(hybrid\)|\bhybrid$"
    r"|\bwork(?:ing)? from home (?:days?|options?|one|two|three|\d|up to|part)"
    r"|\bhome office option|\bwork(?:ing)? from home (?:as well as|and) (?:in|at) the office",
    re.I | re.M,
)
_REMOTE = re.compile(
    r"\b(?:fully remote|100% remote|remote (?:position|role|job)|this (?:is a|job is) remote"
    r"|work[- ]from[- ]home (?:position|role|job))\b|\(remote\)"
    r"|^\W*(?:(?:work )?location:\s*)?remote\W*$",
    re.I | re.M,
)
LONGEST = 300
POSTING = Source(SourceKind.POSTING)
MOST_LINES = 40  # of one sort


def stated_lines(lines: Sequence[str]) -> tuple[Stated, ...]:
    """Without what says nothing ("or 2.") and what only leads on."""
    said = [one for one in lines if re.search(r"[A-Za-z]{3}|[£€]", one) and not one.endswith(":")]
    return tuple(Stated(one, POSTING) for one in said[:MOST_LINES])


def as_wish(line: str) -> str:
    """So that it is read as one wherever it stands."""
    return line if WISH.search(line) else f"{line.rstrip(' .')} (a plus)"


def stated_pay(text: str) -> PayRange | None:
    """The first amount with a period that the text states."""
    for found in MONEY.finditer(text):
        period = _period(text, found)
        if period is None:
            continue
        least = _cents(found["least"], found["thousand"] or found["thousands"])
        most = _cents(found["most"], found["thousands"]) if found["most"] else least
        if 0 < least <= most:
            return PayRange(least, most, period, source=POSTING)
    return None


def stated_conditions(text: str, place: Conditions) -> Conditions:
    """The place with what the text says of hours, shifts and the way there."""
    first = text.lstrip().partition("\n")[0]
    hours = _HOURS.search(text)
    least = int(hours["least"]) if hours else 0
    most = int(hours["most"] or hours["least"]) if hours else 0
    part_time = re.search(r"(?<!\bor )(?:part|half)[- ]time", text, re.I) and not re.search(
        r"full[- ]time", text, re.I
    )
    job_type = JobType.PART_TIME if part_time else JobType.FULL_TIME
    if _APPRENTICE.search(text) or re.search(r"\bapprentice", first, re.I):
        job_type = JobType.APPRENTICESHIP
    elif _TEMPORARY.search(text) or re.search(r"\b(?:temporary|seasonal)\b", first, re.I):
        job_type = JobType.TEMPORARY
    work_place = WorkPlace.ON_SITE
    if _HYBRID.search(text):
        work_place = WorkPlace.HYBRID
    elif _REMOTE.search(text):
        work_place = WorkPlace.REMOTE
    ordered = (min(least, most), max(least, most)) if least >= 5 and most <= 84 else (0, 0)
    ways = (_line(text, one.start()).strip(" \t-*•") for one in _TRANSPORT.finditer(text))
    drives = _DRIVES.search(text) or (_DELIVERY_DRIVER.search(text) and _ON_ROADS.search(text))
    line = next((one for one in ways if not _DRIVES.search(one)), "")
    return replace(
        place,
        job_type=job_type,
        hours=ordered,
        shifts=stated_shifts(text),
        work_place=work_place,
        transport=line if len(line) <= LONGEST else "",
        driving=True if drives else None,
    )


def is_time(line: str) -> bool:
    """Whether it states hours or shifts that are read."""
    return bool(_HOURS.search(line) or stated_shifts(line))


def stated_licenses(text: str, state: str) -> tuple[NeededLicense, ...]:
    """Those that are asked for; one that is only a plus keeps nobody out, and is left in its
    line. Whether a pending check is enough is for the employer to say."""
    found: list[str] = []
    for pattern, name in _LICENSES:
        places = [_line(text, one.start()) for one in re.finditer(pattern, text, re.I)]
        if any(not WISH.search(line) for line in places):
            found.append(name)
    if found[:1] == [_LICENSES[0][1]]:  # who may drive a truck may drive a car
        found = [name for name in found if name != _LICENSES[1][1]]
    return tuple(NeededLicense(name, state or "US") for name in found)


def _line(text: str, at: int) -> str:
    """The sentence or line around a place."""
    start = max(text.rfind("\n", 0, at), text.rfind(". ", 0, at), text.rfind("  ", 0, at)) + 1
    ends = [end for mark in ("\n", ". ", "  ") if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))].strip()


def _period(text: str, found: re.Match[str]) -> PayPeriod | None:
    around = f"{text[max(0, found.start() - 40) : found.start()]} {found['after']}".lower()
    for period, pattern in _PERIODS:
        if re.search(pattern, found["after"].lower()):
            return period
    for period, pattern in _PERIODS:
        if re.search(pattern, around):
            return period
    if found["thousand"] or found["thousands"]:
        return PayPeriod.YEAR
    return None


def _cents(amount: str, thousand: str | None) -> int:
    whole, _, part = amount.replace(",", "").partition(".")
    return (int(whole) * 100 + int(part or 0)) * (1000 if thousand else 1)
