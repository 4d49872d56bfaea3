"""What in a posting shuts people out, or will not hold: each with its words and what to write
instead.

Wording: gender-coded words by Gaucher, Friesen and Kay (2011), cut to those that a posting can do
without; age, origin and disability by the EEOC's guidance on job advertisements (29 CFR 1625.4,
1604.5; Americans with Disabilities Act, Title I). Each list is short on purpose: a flag that is
mostly wrong is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talent_skills.taxonomy import Taxonomy

from talent_jobs.description import Flag, JobDescription, PayPeriod, PayRange
from talent_jobs.local_pay import local_pay

YEAR_HOURS = 2080
MANY_YEARS, SOME_YEARS = 8, 3
_DEGREE = re.compile(
    r"\b(?:(?:bachelor'?s?|master'?s?|associate'?s?|college|university|4-year|four-year)\s+degree"
    r"|degree\s+(?:is\s+)?required|(?:high school diploma|ged)(?:\s+or\s+(?:ged|equivalent))?"
    r"\s+(?:is\s+)?required|college\s+graduate)",
    re.I,
)
_OR_SKILLS = re.compile(r"or equivalent (?:work )?experience|or equivalent skills|preferred", re.I)
_YEARS = re.compile(
    r"\b(?P<years>\d{1,2})\s*\+?\s*(?:(?:-|–|to)\s*\d{1,2}\s*)?(?:years?|yrs?)\b[^.\n]{0,40}"
    r"\bexperience\b",
    re.I,
)
_ENTRY = re.compile(r"\bentry[- ]level\b|\bno experience (?:needed|necessary|required)\b", re.I)
# words, why, instead
_WORDING = (
    (
        "GENDERED_TITLE",
        r"\b(?:salesman|salesmen|foreman|foremen|waitress|waiter|handyman|repairman|cameraman"
        r"|chairman|cleaning lady|delivery man|serviceman|journeyman)\b",
        "The title names one sex.",
        "Use a title for everybody, such as salesperson, supervisor, server or technician.",
    ),
    (
        "GENDERED_PRONOUN",
        r"(?<![/\w])(?<!or )(?:he|his|him|she|her)\b"
        r"(?=\s+(?:will|must|should|is|has|works?|reports?|duties|team))",
        "The sentence speaks of one sex.",
        "Write you, or they.",
    ),
    (
        "CODED_WORDING",
        r"\b(?:rock ?star|ninja|guru|dominant|aggressive(?:ly)?|work hard,? play hard"
        r"|fearless|crush(?:ing)? it|alpha)\b",
        "Words like this keep many good people, women above all, from applying.",
        "Say what the person will do and how well it should be done.",
    ),
    (
        "AGE",
        r"\b(?:young (?:and|people|person|professionals?|talents?|men|women)|youthful"
        r"|recent (?:college )?grad(?:uate)?s?|digital native|energetic young"
        r"|mature (?:person|individual)|over qualified|overqualified)\b",
        "It speaks of age. People over 40 are protected by law.",
        "Name the skill you need instead.",
    ),
    (
        "ORIGIN",
        r"\b(?:native (?:english )?speakers?|mother tongue|no accent|american[- ]born"
        r"|u\.?s\.? citizens? only)\b",
        "It shuts people out by where they come from.",
        "Say how well the person must speak and write, and for what.",
    ),
    (
        "DISABILITY",
        r"\b(?:able[- ]bodied|perfect health|physically fit|must be able to (?:stand|walk|see|hear)"
        r"|clean bill of health|no (?:health|medical) (?:problems|issues))\b",
        "It shuts out people with disabilities who could do the work.",
        "Name the task, such as moves boxes of 40 pounds, with or without help.",
    ),
    (
        "FAMILY",
        r"\b(?:no kids|no children|unmarried|single (?:men|women)|not pregnant)\b",
        "Family is no ground for hiring.",
        "Leave it out. State the hours instead.",
    ),
    (
        "RECORD",
        r"\b(?:no criminal (?:record|history|background)|clean (?:criminal )?record"
        r"|no felon(?:y|ies|s)?)\b",
        "A rule against any record shuts out many, and may break the law.",
        "Say which check the work needs, and that each case is looked at.",
    ),
)
_DRIVING = re.compile(r"\b(?:driver'?s licen[sc]e|reliable (?:vehicle|transportation|car))\b", re.I)
_DRIVES = re.compile(r"\bdriv(?:e|es|ing)\b|\bdeliver|\btravel|\broute\b|\bvan\b|\btruck\b", re.I)


def flags(text: str) -> list[Flag]:
    """What the words of a posting say, in their order."""
    found = [
        *_degrees(text),
        *_years(text),
        *(
            _flag(code, one, why, instead)
            for code, pattern, why, instead in _WORDING
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
        line = text[one.start() : text.find("\n", one.end()) if "\n" in text[one.end() :] else None]
        if not _OR_SKILLS.search(line[:160]):
            yield _flag(
                "DEGREE_ONLY",
                one,
                "A degree shuts out people who learned the work another way.",
                'Add "or equivalent skills", and name the skills that the degree stands for.',
            )


def _years(text: str) -> Iterator[Flag]:
    entry = _ENTRY.search(text)
    for one in _YEARS.finditer(text):
        years = int(one["years"])
        if entry and years >= 1:
            yield _flag(
                "ENTRY_WITH_EXPERIENCE",
                one,
                "The posting says entry level, and asks for experience.",
                "Leave one of them out.",
            )
        elif years >= MANY_YEARS:
            yield _flag(
                "MANY_YEARS",
                one,
                "So many years are seldom needed, and say little about skill.",
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
