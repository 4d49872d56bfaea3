"""A posting that somebody pastes: its title and its parts.

Only what stands there is read. A line that fits no part stays where it is, with the duties.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from talent_skills.languages import ENGLISH, NAMES, language_of

from talent_jobs.bounds import MAX_LINE, DescriptionError
from talent_jobs.stated import MONEY, WISH

MAX_CHARACTERS = 50_000
LONGEST_TITLE = 120
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦‣–—o]|\(?\d{1,2}[.)])\s+")
_HEADINGS = (
    (
        "duties",
        r"duties|responsibilit|what you.?ll (?:do|be doing)|what you will (?:do|be doing)|the role"
        r"|your role|tasks|the job\b|day to day",
    ),
    ("wishes", r"preferred|nice to have|bonus|pluses|a plus|desired|even better"),
    (
        "requirements",
        r"requirement|qualification|what you.?ll need|what you need|who you are|skills|"
        r"experience|education|must have|licenses?\b|what we(?:.?re| are) looking for",
    ),
    ("benefits", r"benefit|perks|we offer|what we offer|compensation|salary|pay\b"),
    (
        "other",
        r"about us|about the company|who we are|how to apply|equal opportunity|to apply|schedule"
        r"|hours|location|contact",
    ),
)
# "What we are looking for" is a heading without any mark; "experience in sales of boats" is none.
_ASKS = re.compile(r"(?:what|who|why|how|about)\b")
_CLUES = (
    ("other", re.compile(r"\bhours (?:per|a) week\b|\bbus (?:line|stop)\b", re.I)),
    ("wishes", WISH),
    (
        "requirements",
        re.compile(r"\b(?:must (?:have|be)|required|experience (?:needed|necessary))\b", re.I),
    ),
    (
        "benefits",
        re.compile(r"\bwe offer\b|\bbenefits\b|\btips\b|\b401|\bpaid (?:time|vacation|hol)", re.I),
    ),
)
# What is neither work nor a requirement; addresses of people have no place in a draft.
_ASIDE = re.compile(
    r"equal (?:opportunity|employment)|without regard to|date posted"
    r"|apply (?:now|today|online|at|by)|(?:send|submit|e-?mail|forward) .{0,40}(?:resume|résumé|cv|application)|https?://|www\.|@\w"
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
    re.I,
)
_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|seeks|hiring|recruiting|in need of|needs)\s+(?:to hire\s+)?"
    r"(?:an?|our (?:new|next)|the (?:new|next))\s+(?P<title>[^.,;:!?()<>\n]{3,80}?)"
    r"(?=\s+(?:to|who|with|for|in|at|that|on|and you|based|within)\b|[.,;:!?(<\n]|$)",
    re.I,
)
_PRAISE = re.compile(
    r"^(?:(?:highly|very|and|new|(?:self-)?motivated|enthusiastic|experienced|driven|result-driven"
    r"|talented|dedicated|qualified|skilled|passionate|competent|ambitious|dynamic|reliable"
    r"|friendly|hard-?working|full[- ]time|part[- ]time)\s+)+",
    re.I,
)
_NO_JOB = re.compile(
    r"\b(?:role|position|job|colleague|person|someone|candidate|member|challenge|opportunity)s?\b",
    re.I,
)
LONG_LINE = 160  # a paragraph: its sentences are lines
MOST_DUTIES = 40
_NO_TITLE = re.compile(
    r"^\W*(?:(?:job )?description|about (?:us|the)|overview|summary|we are|who we|are you|do you"
    r"|can you|at the|looking for)\b|[.!?]$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class PostingText:
    """Lines as they stand, without their bullets. `about`: what comes before the duties begin.
    `wishes`: what is preferred, not required.
    `sought`: of a text that begins with a sentence, whom it says it looks for.
    `left_out`: how many lines of duties are more than a draft shows."""

    text: str
    title: str
    duties: tuple[str, ...]
    requirements: tuple[str, ...]
    benefits: tuple[str, ...]
    about: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    left_out: int = 0
    sought: str = ""


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
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    is_title = len(lines) > 1 and len(lines[0]) <= LONGEST_TITLE and not _NO_TITLE.search(lines[0])
    title = lines[0] if is_title else ""
    parts = _parts(lines[1:] if title else lines)
    # Before the duties begin, a posting speaks of the employer.
    duties = parts["duties"] or parts["intro"]
    return PostingText(
        text=text,
        title=_title(title),
        sought="" if title else _sought(text),
        about=tuple(parts["intro"]) if parts["duties"] else (),
        duties=tuple(duties[:MOST_DUTIES]),
        requirements=tuple(parts["requirements"]),
        benefits=tuple(parts["benefits"]),
        wishes=tuple(parts["wishes"]),
        left_out=len(duties[MOST_DUTIES:]),
    )


def _parts(lines: Sequence[str]) -> dict[str, list[str]]:
    names = ("intro", "duties", "requirements", "wishes", "benefits", "other")
    parts: dict[str, list[str]] = {name: [] for name in names}
    now = "intro"
    for line in lines:
        heading, rest = _heading(line)
        now = heading or now
        for plain in _sentences(_BULLET.sub("", rest)):
            part = now
            if _ASIDE.search(plain):
                part = "other"
            elif now == "intro" and (clue := _clue(plain)):
                part = clue
            elif now in {"intro", "duties"} and MONEY.match(plain):
                part = "benefits"
            elif now == "requirements" and WISH.search(plain):
                part = "wishes"
            parts[part].append(plain)
    return parts


def _clue(line: str) -> str:
    """What a line before any heading is about, where it says so itself."""
    return next((part for part, pattern in _CLUES if pattern.search(line)), "")


def _sentences(line: str) -> list[str]:
    if len(line) <= LONG_LINE:
        return [line] if line else []
    return [
        piece
        for sentence in re.split(r"(?<=[.!?;])\s+", line)
        for piece in textwrap.wrap(sentence, MAX_LINE)
    ]


def _sought(text: str) -> str:
    """ "We are looking for a line cook to …" """
    found = _SOUGHT.search(text)
    title = _PRAISE.sub("", found["title"].strip()) if found else ""
    return "" if _NO_JOB.search(title) else title


def _heading(line: str) -> tuple[str, str]:
    """The part that a line begins, and what else stands in it: all of it where it begins none."""
    if _BULLET.match(line):
        return "", line
    before, colon, rest = line.partition(":")
    if colon and rest.strip() and (part := _part_named(before, is_marked=True)):
        return part, rest.strip()
    is_marked = line.endswith(":") or line.isupper() or line.istitle() or line[:1] in "#*"
    part = "" if line.endswith((".", ",", ";")) else _part_named(line, is_marked=is_marked)
    return (part, "") if part else ("", line)


def _part_named(line: str, *, is_marked: bool) -> str:
    plain = line.strip(" :*#-_").lower()
    words = len(plain.split())
    is_marked |= _ASKS.match(plain) is not None
    if len(plain) > 60 or words > 7 or (words > 3 and not is_marked):
        return ""
    return next((part for part, pattern in _HEADINGS if re.search(pattern, plain)), "")


def _title(line: str) -> str:
    plain = re.sub(
        r"^(job title|position|title|now hiring|hiring|help wanted|wanted)\s*[:\-]\s*",
        "",
        line,
        flags=re.I,
    )
    return plain.strip(" #*")
