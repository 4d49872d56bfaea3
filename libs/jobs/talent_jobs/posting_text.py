"""A posting that somebody pastes: its title, its parts, and what it says of the conditions.

Only what stands there is read. A line that fits no part stays where it is, with the duties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from talent_skills.languages import ENGLISH, NAMES, language_of

from talent_jobs.bounds import DescriptionError
from talent_jobs.description import (
    Conditions,
    JobType,
    NeededLicense,
    PayPeriod,
    PayRange,
    WorkPlace,
)

MAX_CHARACTERS = 50_000
LONGEST_TITLE = 120
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦‣–—o]|\(?\d{1,2}[.)])\s+")
_HEADINGS = (
    (
        "duties",
        r"duties|responsibilit|what you.?ll do|what you will do|the role|your role|tasks|summary",
    ),
    (
        "requirements",
        r"requirement|qualification|what you.?ll need|what you need|who you are|skills|"
        r"experience|education|must have|preferred|nice to have",
    ),
    ("benefits", r"benefit|perks|we offer|what we offer|compensation|salary|pay\b"),
    ("other", r"about us|about the company|who we are|how to apply|equal opportunity|to apply"),
)
_NO_TITLE = re.compile(
    r"^\W*(?:(?:job )?description|about (?:us|the)|overview|summary|we are|who we|are you|do you"
    r"|can you|at the|looking for)\b|[.!?]$",
    re.I,
)
_MONEY = re.compile(
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
    (r"(?<!commercial )driver'?s licen[sc]e", "Driver's license"),
    (
        r"\bRN\b.{0,20}licen[sc]e|registered nurse licen[sc]e|licensed registered nurse",
        "Registered nurse",
    ),
    (r"journeym[ae]n (?:electrician|plumber)'?s? licen[sc]e", "Journeyman license"),
    (r"food handler'?s? (?:card|permit|license|certificate)", "Food handler's card"),
    (r"guard (?:card|license)|security license", "Security guard license"),
)


@dataclass(frozen=True, slots=True)
class PostingText:
    """`duties`, `requirements` and `benefits` are lines as they stand, without their bullets."""

    text: str
    title: str
    duties: tuple[str, ...]
    requirements: tuple[str, ...]
    benefits: tuple[str, ...]


def read_posting(text: str) -> PostingText:
    """Raises DescriptionError for an empty text, one that is too long, and another language."""
    if not text.strip():
        raise DescriptionError("text", "It is empty. Paste a posting, or type a job title.")
    if len(text) > MAX_CHARACTERS:
        most = f"{MAX_CHARACTERS:,}"
        raise DescriptionError("text", f"It is too long. Paste at most {most} characters.")
    language = language_of(text)
    if language != ENGLISH:
        name = NAMES.get(language, "another language")
        raise DescriptionError("text", f"It seems to be in {name}. Paste a posting in English.")
    parts: dict[str, list[str]] = {"duties": [], "requirements": [], "benefits": [], "other": []}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    is_title = len(lines) > 1 and len(lines[0]) <= LONGEST_TITLE and not _NO_TITLE.search(lines[0])
    title = lines[0] if is_title else ""
    now = "duties"
    for line in lines[1:] if title else lines:
        heading = _heading(line)
        if heading:
            now = heading
            continue
        plain = _BULLET.sub("", line)
        is_pay = now == "duties" and _MONEY.match(plain)
        parts["benefits" if is_pay else now].append(plain)
    return PostingText(
        text=text,
        title=_title(title),
        duties=tuple(parts["duties"]),
        requirements=tuple(parts["requirements"]),
        benefits=tuple(parts["benefits"]),
    )


def stated_pay(text: str) -> PayRange | None:
    """The first amount with a period that the text states."""
    for found in _MONEY.finditer(text):
        period = _period(text, found)
        if period is None:
            continue
        least = _cents(found["least"], found["thousand"] or found["thousands"])
        most = _cents(found["most"], found["thousands"]) if found["most"] else least
        if 0 < least <= most:
            return PayRange(least, most, period)
    return None


def stated_conditions(text: str, state: str) -> Conditions:
    """What the text says of hours and place."""
    low = text.lower()
    hours = _HOURS.search(text)
    least = int(hours["least"]) if hours else 0
    most = int(hours["most"] or hours["least"]) if hours else 0
    part_time = bool(re.search(r"part[- ]time", low)) and not re.search(r"full[- ]time", low)
    job_type = JobType.PART_TIME if part_time else JobType.FULL_TIME
    if re.search(r"\bapprentice(ship)?\b", low):
        job_type = JobType.APPRENTICESHIP
    elif re.search(r"\b(temporary|seasonal)\b", low):
        job_type = JobType.TEMPORARY
    place = WorkPlace.ON_SITE
    if re.search(r"\bhybrid\b", low):
        place = WorkPlace.HYBRID
    elif re.search(
        r"\b(fully remote|100% remote|remote position|work from home|this is a remote)\b", low
    ):
        place = WorkPlace.REMOTE
    ordered = (min(least, most), max(least, most)) if least >= 5 and most <= 84 else (0, 0)
    return Conditions(job_type=job_type, hours=ordered, work_place=place, state=state)


def stated_licenses(text: str, state: str) -> tuple[NeededLicense, ...]:
    found = [name for pattern, name in _LICENSES if re.search(pattern, text, re.I)]
    if found[:1] == [_LICENSES[0][1]]:  # who may drive a truck may drive a car
        found = [name for name in found if name != _LICENSES[1][1]]
    return tuple(NeededLicense(name, state or "US", accept_pending=True) for name in found)


def _heading(line: str) -> str:
    """The part that a short line of its own begins; "" for any other line."""
    plain = line.strip(" :*#-_").lower()
    if len(plain) > 60 or len(plain.split()) > 7 or line.rstrip().endswith((".", ",", ";")):
        return ""
    if _BULLET.match(line):
        return ""
    is_marked = line.rstrip().endswith(":") or line.isupper() or line.istitle() or line[:1] in "#*"
    for part, pattern in _HEADINGS:
        if re.search(pattern, plain) and (is_marked or len(plain.split()) <= 3):
            return part
    return ""


def _title(line: str) -> str:
    plain = re.sub(
        r"^(job title|position|title|now hiring|hiring)\s*[:\-]\s*", "", line, flags=re.I
    )
    return plain.strip(" #*")


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
