"""What a line of a posting says of itself: that it is a need, an offer, about the firm or how to
apply, whatever heading it stands under.
"""

from __future__ import annotations

import re

from talent_jobs.stated import WISH, is_time

_BEFORE_HEADINGS = frozenset({"intro"})
_WORK = frozenset({"intro", "duties"})
_WORK_OR_NEEDS = _WORK | {"requirements"}
_ANYWHERE = _WORK_OR_NEEDS | {"wishes", "benefits"}
LONGEST_TIMES = 60  # a line that states days or hours and hardly anything else

# What is neither work nor a requirement; addresses of people have no place in a draft.
_ASIDE = (
    r"equal (?:opportunity|employment)|without regard to|date posted"
    r"|apply (?:now|today|online|at|by)|https?://|www\.|@\w"
    r"|(?:send|submit|e-?mail|forward) .{0,40}(?:resume|résumé|cv|application)"
    r"|(?:further|more) information|please contact|applications? must|(?:your|the) application"
    r"|cover letter|shortlist|(?:assessment|application|selection) (?:process|committee)"
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"
)
_FIRM = (
    r"\b(?:is|are) (?:an?|the|one of (?:the|our)) (?:[\w-]+ ){0,4}"
    r"(?:leading|leader|company|provider|supplier|firm|agency|university|manufacturer|startup)\b"
    r"|\bheadquartered\b|\b(?:was|were) founded\b|\bemployees (?:in|across|worldwide)\b"
)
_OFFER = (
    r"^we (?:can )?offer\b|\b(?:we|in (?:return|exchange)) offer you\b"
    r"|\b(?:personal and professional|professional and personal) development\b"
)
_NEED = (
    r"^you (?:also |must |should )?(?:have|possess|hold|speak|communicate fluently)\b"
    r"|^(?:at least )?\d+\+? years|^background in\b"
    r"|^(?:(?:professional|previous|prior|work|hands-on) )?experience (?:in|with|of|from|and)\b"
    r"|^(?:knowledge|understanding) of\b|^ability to\b|^proficien(?:t|cy)\b"
    r"|^(?:professional )?fluen(?:t|cy)\b|^\w+ (?:spoken|written) and (?:spoken|written)\b"
    r"|^(?:strong|excellent|good|solid|proven|extensive|advanced|perfect|relevant|documented)\b"
    r".*\b(?:skills?|experience|knowledge|command|understanding|background|english)\b"
)
_MUST = (
    r"\b(?:must (?:have|be)|(?:is|are) (?:required|a must)|experience (?:needed|necessary))\b"
    r"|\brequired\W*$"
)
_BENEFIT = r"\bwe offer\b|\bbenefits\b|\btips\b|\b401|\bpaid (?:time|vacation|hol)"
# "Spanish is a must, French a plus" is a need.
_ONLY_WISHED = rf"^(?!.*\b(?:a must|(?:is|are) (?:required|essential))\b).*(?:{WISH.pattern})"
# A line of one of these parts that says so is of another: each row reads what the one before left.
_CLUES = [
    (parts, re.compile(pattern, re.I), part)
    for parts, pattern, part in (
        (_ANYWHERE, _ASIDE, "other"),
        (_WORK_OR_NEEDS, _FIRM, "firm"),
        (_WORK_OR_NEEDS, _OFFER, "benefits"),
        (_BEFORE_HEADINGS, r"\bbus (?:line|stop)\b", "other"),
        (_BEFORE_HEADINGS, _ONLY_WISHED, "wishes"),
        (_BEFORE_HEADINGS, _MUST, "requirements"),
        (_WORK, _NEED, "requirements"),
        (_BEFORE_HEADINGS, _BENEFIT, "benefits"),
        (_WORK, r"^\$\s?\d", "benefits"),
        ({"requirements"}, _ONLY_WISHED, "wishes"),
    )
]


def part_of(line: str, part: str) -> str:
    """The part that a line is of which stands in `part`."""
    if len(line) <= LONGEST_TIMES and is_time(line):
        return "other"
    for parts, pattern, becomes in _CLUES:
        if part in parts and pattern.search(line):
            part = becomes
    return part
