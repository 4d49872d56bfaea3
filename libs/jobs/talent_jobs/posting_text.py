"""A posting that somebody pastes: its title and its parts.

Only what stands there is read. A line that fits no part stays where it is, with the duties.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from talent_skills.languages import ENGLISH, NAMES, language_of

from talent_jobs.bounds import MAX_LINE, DescriptionError
from talent_jobs.posting_headings import BULLET, heading_of
from talent_jobs.posting_lines import part_of

MAX_CHARACTERS = 50_000
LONGEST_TITLE = 120
TITLE_WITHIN = 5  # lines; those before it name the employer, or praise
_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|seeks|hiring|recruiting|in need of|needs)\s+(?:to hire\s+)?"
    r"(?:(?:an?|our (?:new|next)|the (?:new|next))\s+|(?-i:(?=(?:[A-Z]\w+ )+[A-Z])))"
    r"(?P<title>[^.,;:!?()<>\n]{3,80}?)"
    r"(?=\s+(?:to|who|with|for|in|at|that|on|and you|based|within|taking)\b|[.,;:!?(<\n]|$)",
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
_TELLS = re.compile(r"\byou(?:['’]ll| will)\b|\byour (?:role|task|job) (?:is|will)\b", re.I)
# Where copying lost the end of a line: before a bullet, and before "Job benefits:".
_LOST_END = re.compile(r"\s(?=[•●▪\x95\uf0b7])|(?<=[.)])\s+(?=[A-Z][A-Za-z ]{2,30}:$)")
LONG_LINE = 160  # a paragraph: its sentences are lines
LONG_SENTENCE = 400  # a list: what its semicolons part are lines
# Not after "U.S.", "e.g.", "i.e.", an initial and the number of a list.
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b\d\.)(?<!\b\d\d\.)\s+"
    r"|(?:(?<=[.;:])\s+|\s{2,})(?=\(?\d{1,2}[.)]\s)"
)
MOST_DUTIES = 40
_NO_TITLE = re.compile(
    r"^\W*(?:(?:job )?description|about (?:us|the)|overview|summary|we are|who we|are you|do you"
    r"|can you|at the|looking for)\b|[.!?]$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class PostingText:
    """Lines as they stand, without their bullets. `about`: what comes before the title, and before
    the duties begin.
    `wishes`: what is preferred, not required.
    `sought`: of a text without a title on top, whom it says it looks for.
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


def read_posting(text: str, names_work: Callable[[str], bool] = bool) -> PostingText:
    """`names_work`: whether a line that may be the title says what somebody is. Raises
    DescriptionError for an empty text, one that is too long, and another language."""
    if not text.strip():
        raise DescriptionError("text", "It is empty. Paste a posting, or type a job title.")
    if len(text) > MAX_CHARACTERS:
        most = f"{MAX_CHARACTERS:,}"
        raise DescriptionError("text", f"It is too long. Paste at most {most} characters.")
    language = language_of(text)
    if language != ENGLISH:
        name = NAMES.get(language, "another language")
        raise DescriptionError("text", f"It seems to be in {name}. Paste a posting in English.")
    lines = [
        piece.strip()
        for line in text.splitlines()
        for piece in _LOST_END.split(line)
        if piece.strip()
    ]
    at = next((number for number, one in _top(lines) if names_work(_title(one))), -1)
    title = _title(lines[at]) if at >= 0 else ""
    parts = _parts(lines[at + 1 :])
    # Before the duties begin, a posting speaks of the employer; at times also of the work.
    has_duties = bool(parts["duties"])
    about = [one for one in parts["intro"] if has_duties and not _TELLS.search(one)]
    duties = [one for one in parts["intro"] if one not in about] + parts["duties"]
    return PostingText(
        text=text,
        title=title,
        sought="" if title else _sought(text),
        about=(*lines[: max(at, 0)], *about, *parts["firm"]),
        duties=tuple(duties[:MOST_DUTIES]),
        requirements=tuple(parts["requirements"]),
        benefits=tuple(parts["benefits"]),
        wishes=tuple(parts["wishes"]),
        left_out=len(duties[MOST_DUTIES:]),
    )


def _parts(lines: Sequence[str]) -> dict[str, list[str]]:
    names = ("intro", "firm", "duties", "requirements", "wishes", "benefits", "other")
    parts: dict[str, list[str]] = {name: [] for name in names}
    now = answers = "intro"
    last_answer = -1  # the line where the fact that stands above it ends
    for number, line in enumerate(lines):
        heading = heading_of(line)
        if heading and heading.is_fact and now == "intro" and all(map(_is_name, parts["intro"])):
            parts["intro"].clear()  # between the title and such a fact stands the employer's name
        if heading and not heading.is_fact:
            now, last_answer = heading.part, number
        elif heading and not heading.text:
            bullets = takewhile(BULLET.match, lines[number + 1 :])
            answers, last_answer = heading.part, number + max(1, len(list(bullets)))
        part = answers if number <= last_answer else now
        if heading and (heading.is_fact or heading.text):
            part = heading.part
        for plain in _sentences(heading.text if heading else line):
            parts[part_of(plain, part)].append(plain)
    return parts


def _is_name(line: str) -> bool:
    """ "Joe's Diner", "City of Springfield"."""
    return all(word[:1].isupper() for word in line.split() if word not in {"of", "and", "the", "&"})


def _sentences(line: str) -> list[str]:
    """Without bullets, and without numbers of a list that have lost their text."""
    pieces = _SENTENCE_END.split(line) if len(line) > LONG_LINE else [line]
    pieces = [
        item
        for piece in pieces
        for item in (piece.split("; ") if len(piece) > LONG_SENTENCE else [piece])
    ]
    plain = [BULLET.sub("", piece).strip() for piece in pieces]
    return [
        short
        for piece in plain
        if not re.fullmatch(r"\W*\d{0,2}\W*", piece)
        for short in textwrap.wrap(piece, MAX_LINE)
    ]


def _sought(text: str) -> str:
    """ "We are looking for a line cook to …" """
    found = _SOUGHT.search(text)
    title = _PRAISE.sub("", found["title"].strip()) if found else ""
    return "" if _NO_JOB.search(title) else title


def _top(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that may be the title, numbered: before any part begins, and before any list."""
    for number, line in enumerate(lines[: TITLE_WITHIN if len(lines) > 1 else 0]):
        heading = heading_of(line)
        if number and (BULLET.match(line) or (heading and not heading.is_fact)):
            return
        if len(line) <= LONGEST_TITLE and not _NO_TITLE.search(line):
            yield number, line


def _title(line: str) -> str:
    plain = re.sub(
        r"^(job title|position|title|now hiring|hiring|help wanted|wanted)\s*[:\-]\s*",
        "",
        line,
        flags=re.I,
    )
    return plain.strip(" #*")
