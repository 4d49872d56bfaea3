"""What in a posting shuts people out, or will not hold: each with its words and what to write
instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from talent_skills.taxonomy import Taxonomy

from talent_jobs.description import Flag, JobDescription, PayPeriod, PayRange, SourceKind
from talent_jobs.local_pay import local_pay
from talent_jobs.wording import TITLES, WORDING
from talent_jobs.words import listed

YEAR_HOURS = 2080
# Without a job zone: so many years are much for any work, and so many are worth a thought.
MANY_YEARS, SOME_YEARS = 8, 3
# The most years that people of an O*NET job zone need, 1 to 5, beside schooling
# (https://www.onetonline.org/help/online/zones).
ZONE_YEARS = {1: 0, 2: 1, 3: 2, 4: 4, 5: 8}
# Where the law itself asks for a degree: physicians and other health practitioners, lawyers,
# school teachers, psychologists.
BY_LAW = ("29-1", "23-1", "25-2", "19-303")
_OWN = {SourceKind.EMPLOYER, SourceKind.POSTING}
_TITLE = re.compile(rf"\b(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})\b", re.I)
_DEGREE = re.compile(
    r"\b(?:(?:bachelor['’]?s?|master['’]?s?|associate['’]?s?|baccalaureate|college|university|4-year"
    r"|four-year)\s+degree|degree\s+(?:is\s+)?required"
    r"|(?:high school diploma|ged)(?:\s+or\s+(?:ged|equivalent))?\s+(?:is\s+)?required"
    r"|college\s+graduate)",
    re.I,
)
# In the same paragraph, before or after: another way in.
_OR_SKILLS = re.compile(
    r"or (?:an? )?(?:equivalent|relevant|comparable|related) (?:\w+ )?"
    r"(?:experience|skills?|training)|equivalent (?:combination|experience|work)"
    r"|experience (?:\w+ ){0,4}(?:is )?equivalent|(?:and/or|or) (?:\w+ ){0,3}experience"
    r"|combination of (?:education|experience)|preferred|\ba plus\b|desirable",
    re.I,
)
_YEARS = re.compile(
    r"\b(?P<years>\d{1,2})\s*\+?\s*(?:(?:-|–|to)\s*\d{1,2}\s*)?(?:years?|yrs?)\b"
    r"(?:[^.\n]{0,40}\b(?:experience|exp)\b"
    r"|['’]?\s+(?:working|as an?)\b(?! (?:family|local|leading)))"
    r"|\bexperience:\s*(?P<stated>\d{1,2})\s*\+?\s*(?:years?|yrs?)\b",
    re.I,
)
_ENTRY = re.compile(r"\bentry[- ]level\b|\bno experience (?:needed|necessary|required)\b", re.I)
_DRIVING = re.compile(
    r"\b(?:driver'?s licen[sc]e|(?:reliable|own) (?:vehicle|transportation|car))\b", re.I
)
_DRIVES = re.compile(r"\bdriv(?:e|es|ing)\b|\bdeliver|\btravel|\broute\b|\bvan\b|\btruck\b", re.I)


def all_flags(job: JobDescription, text: str, taxonomy: Taxonomy) -> list[Flag]:
    """Of the words of a posting or a title, as its job is understood, and of its pay."""
    zones = [
        found.job_zone or 0
        for part in job.occupations
        if (found := taxonomy.occupation(part.code)) is not None
    ]
    by_law = any(part.code.startswith(BY_LAW) for part in job.occupations)
    names = [one.label for one in job.skills if one.required and not one.durable][:3]
    found = [
        _with_skills(one, names) if one.code == "DEGREE_ONLY" else one
        for one in flags(text, max(zones, default=0) or None)
        if not (by_law and one.code == "DEGREE_ONLY")
    ]
    pay = pay_flag(job, taxonomy)
    return [*found, pay] if pay else found


def flags_now(job: JobDescription, taxonomy: Taxonomy | None) -> list[Flag]:
    """Of a description as it is, whatever it was drafted from; without a taxonomy of its words
    alone. They stand in several fields, so there is no `start` and no `end`."""
    text = _own_words(job)
    found = all_flags(job, text, taxonomy) if taxonomy else flags(text)
    drives = job.conditions.driving or any(_DRIVES.search(one.text) for one in job.duties)
    return [
        replace(one, start=0, end=0)
        for one in found
        if not (drives and one.code == "LICENSE_WITHOUT_DRIVING")
    ]


def _own_words(job: JobDescription) -> str:
    """What the employer or an old posting says; nobody has to mend the words of O*NET."""
    said = [
        (job.summary, job.summary_source),
        *((one.text, one.source) for one in (*job.duties, *job.also_needed, *job.benefits)),
    ]
    own = [text for text, source in said if source.kind in _OWN]
    licenses = [one.type for one in job.licenses]
    return "\n".join([job.title, *own, *licenses, job.conditions.transport])


def flags(text: str, zone: int | None = None) -> list[Flag]:
    """What the words of a posting say, in their order. `zone`: O*NET's job zone of the work."""
    found = [
        *_degrees(text),
        *_years(text, zone),
        *_titles(text),
        *(
            _flag(code, one, why, instead)
            for code, pattern, why, instead in WORDING
            for one in re.finditer(pattern, text, re.I)
        ),
        *_contradictions(text),
    ]
    return sorted(found, key=lambda one: (one.start, one.code))


def pay_flag(job: JobDescription, taxonomy: Taxonomy) -> Flag | None:
    """Whether the pay is outside of what the middle half earns nearby."""
    if job.pay is None or not job.occupations or job.pay.year is not None:
        return None
    usual = local_pay(taxonomy, job.occupations[0].code, job.conditions.state)
    if usual is None:
        return None
    low, high = _a_year(usual)
    if _a_year(job.pay)[1] < low:
        code, why = "PAY_LOW", "The most that you offer is less than three of four people earn"
    elif _a_year(job.pay)[0] > high:
        code, why = "PAY_HIGH", "The least that you offer is more than three of four people earn"
    else:
        return None
    least, most = usual.least / 100, usual.most / 100
    return Flag(
        *(code, "", 0, 0),
        why=f"{why} for this work in {usual.area}.",
        instead=f"There, half of them earn ${least:,.2f} to ${most:,.2f} a {usual.period.value} "
        f"({usual.year}).",
    )


def _degrees(text: str) -> Iterator[Flag]:
    for one in _DEGREE.finditer(text):
        begins = text.rfind("\n", 0, one.start()) + 1
        ends = text.find("\n", one.end())
        if not _OR_SKILLS.search(text[begins : ends if ends >= 0 else None]):
            yield _flag(
                "DEGREE_ONLY",
                one,
                "A degree shuts out people who learned the work another way.",
                'Add "or equivalent skills", and name the skills that the degree stands for.',
            )


def _with_skills(flag: Flag, names: list[str]) -> Flag:
    if not names:
        return flag
    return replace(flag, instead=f'Add "or equivalent skills", and name them: {listed(names)}.')


def _titles(text: str) -> Iterator[Flag]:
    for one in _TITLE.finditer(text):
        # "Host/hostess" names both.
        if "/" not in text[max(one.start() - 1, 0) : one.start()] + text[one.end() : one.end() + 1]:
            instead = f"Write {TITLES[one[0].lower()]}."
            yield _flag("GENDERED_TITLE", one, "The title names one sex.", instead)


def _years(text: str, zone: int | None) -> Iterator[Flag]:
    most = ZONE_YEARS.get(zone or 0)
    entry = _ENTRY.search(text)
    for one in _YEARS.finditer(text):
        years = int(one["years"] or one["stated"])
        if entry and years >= 1:
            yield _flag(
                "ENTRY_WITH_EXPERIENCE",
                one,
                "The posting says entry level, and asks for experience.",
                "Leave one of them out.",
            )
        elif years > most if most is not None else years >= MANY_YEARS:
            usual = f"up to {most} years" if most else "no experience"
            told = f" People learn this work with {usual}: O*NET job zone {zone}." if zone else ""
            yield _flag(
                "MANY_YEARS",
                one,
                f"So many years are seldom needed, and say little about skill.{told}",
                "Name what the person must be able to do, and at what level.",
            )
        elif years >= SOME_YEARS:
            yield _flag(
                "YEARS_FOR_SKILL",
                one,
                "Years are not skill.",
                "Name what the person must be able to do; keep the years as a wish.",
            )


def _contradictions(text: str) -> Iterator[Flag]:
    part = re.search(r"\bpart[- ]time\b", text, re.I)
    full_week = re.search(r"\b40\s*(?:\+\s*)?(?:hours|hrs)\b", text, re.I)
    if part and full_week and not re.search(r"\bfull[- ]time\b", text, re.I):
        yield _flag(
            "PART_TIME_40_HOURS",
            full_week,
            "The posting says part time, and 40 hours.",
            "State the hours a week that you mean.",
        )
    few = re.search(r"\b(?:[5-9]|1\d|2\d)\s*(?:hours|hrs)\s*(?:per|a|/|each)\s*week\b", text, re.I)
    if few and not part and re.search(r"\bfull[- ]time\b", text, re.I):
        yield _flag(
            "FULL_TIME_FEW_HOURS",
            few,
            "The posting says full time, and fewer than 30 hours.",
            "State the hours a week that you mean.",
        )
    remote = re.search(r"\b(?:fully|100%) remote\b", text, re.I)
    on_site = re.search(
        r"\b(?:on[- ]site only|must work on[- ]site|in[- ]person only)\b", text, re.I
    )
    if remote and on_site:
        yield _flag(
            "REMOTE_ON_SITE",
            on_site,
            "The posting says remote, and on site.",
            "Say where the work is done.",
        )
    asked = _DRIVING.search(text)
    if asked and not _DRIVES.search(text.replace(asked[0], "")):
        yield _flag(
            "LICENSE_WITHOUT_DRIVING",
            asked,
            "Nothing in the posting needs a driver.",
            "Leave it out, or say what is driven. Ask for a way to get to work on time.",
        )


def _flag(code: str, found: re.Match[str], why: str, instead: str) -> Flag:
    return Flag(code, found[0], found.start(), found.end(), why, instead)


def _a_year(pay: PayRange) -> tuple[int, int]:
    times = {
        PayPeriod.HOUR: YEAR_HOURS,
        PayPeriod.WEEK: 52,
        PayPeriod.MONTH: 12,
        PayPeriod.YEAR: 1,
    }[pay.period]
    return pay.least * times, pay.most * times
