"""The headings of a posting: which part a line begins, or which single fact it states.

A heading is a whole line: "Location" is one, "Paid relocation" and "Flexible hours" are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What may stand before the name of a part: "Your main", "Minimum", "About the".
_BEFORE = (
    r"(?:(?:your|our|the|this|key|main|primary|core|essential|general|major|typical|daily|job"
    r"|position|role|work|minimum|basic|required|special|professional|personal|technical|physical"
    r"|employee|company|about|other|further) )*"
)
_PARTS = {
    "intro": r"(?:job |position |role )?(?:summary|overview)",
    "duties": (
        r"dut(?:y|ies)|(?:areas? of )?responsibilit(?:y|ies)|tasks?|assignments?|functions|mission"
        r"|(?<!company )description"
        r"|(?:about )?(?:the|this|your) (?:job|role|position|work)"
        r"|what (?:you(?:['’]?ll| will)|will you) (?:do|be doing|(?:be )?work(?:ing)? on)"
        r"|you will|day[- ]to[- ]day"
        r"|(?:in|as part of) (?:this|the) role(?:,? you will)?"
    ),
    "wishes": (
        r"(?:preferred|desired|desirable|bonus|nice to have)"
        r" (?:skills?|qualifications?|experience|requirements|points)"
        r"|preferred|desired|desirable|nice[- ]to[- ]haves?|pluses|even better(?: if)?"
        r"|(?:you will |you['’]?ll )?get extra points(?: for(?: the following)?)?"
    ),
    "requirements": (
        r"(?:qual )?requirements?|criteria|qualifications?|skills?|experiences?|education|knowledge"
        r"|abilit(?:y|ies)|competenc(?:es?|y|ies)|licenses?|certifications?|profile"
        r"|your (?:background|personality)|expectations(?: of you)?|must[- ]haves?|important for us"
        r"|(?:skills|qualifications|experience)(?: that)? you need"
        r"|who (?:you are|are you)|you (?:have|are|bring)|about you|you should apply if"
        r"|(?:what|who) (?:are )?we(?:['’]?re| are)? (?:looking for|seek)"
        r"|what you(?:['’]?ll| will)? (?:need|bring|have)|what we (?:need|expect)|we expect"
        r"|(?:our|the) (?:ideal|right) candidate"
    ),
    "benefits": (
        r"benefit|perks|(?:what )?we(?: can)? offer|our offer|what(?:['’]?s| is) in it for you"
        r"|what awaits you|your opportunities"
        r"|what you(?:['’]?ll| will)? get|why (?:us|join us|work (?:here|for us|with us))"
        r"|(?:(?:pay|salary|compensation) (?:and|&) )?benefits|compensation"
        r"|(?:salary and )?(?:terms|conditions)(?: of employment)?"
        r"|salary and (?:appointment|employment) (?:terms|conditions)"
    ),
    "other": (
        r"about us|(?:our|the) company|company description"
        r"|who we are|(?:how )?to apply|equal (?:employment )?opportunity(?: employer)?"
        r"|contact(?: us)?|(?:further|more|additional) information"
        r"|appl(?:y|ication)|(?:application|recruitment|evaluation|hiring) (?:procedure|process)"
    ),
}
# A fact is its line alone, and what follows goes on as before.
_FACTS = {
    "benefits": (
        r"(?:hourly |base |starting |annual )?(?:pay|salary|wages?|compensation)"
        r"(?: range| rate| scale)?|(?:hourly )?rate"
    ),
    "wishes": r"advantages?|bonus|an? plus",
    "requirements": (
        r"(?:work |years of )?experience|education|licenses?|certifications?|license/certification"
        r"|languages?|skills?|technolog(?:y|ies)|tech stack|tools"
    ),
    "other": (
        r"(?:job |work |office )?location(?: options)?|place(?: of work)?|workplace|address|city"
        r"|(?:work(?:ing)? |job |weekly )?(?:hours|schedule|shifts?|days)"
        r"|(?:job|employment|contract|position|company) type|company size|industry|company"
        r"|(?:experience|seniority|job) level|role|position|job(?: title| id| code)?|title"
        r"|department|division|agency|employer|organization|reports to|contact(?: person)?"
        r"|date posted|posted|(?:start|starting|closing|posting) date|(?:application )?deadline"
        r"|ref(?:erence)?(?: no\.?| number)?|duration|travel"
    ),
}
_ANY = "|".join(_PARTS.values())
_WHOLE = {
    part: re.compile(
        rf"{_BEFORE}(?:{names})(?:\s*(?:and|&|/|,|\+|or)+\s*{_BEFORE}(?:{_ANY}|{_FACTS['benefits']}))*"
    )
    for part, names in _PARTS.items()
}
_STARTS = {part: re.compile(rf"{_BEFORE}(?:{names})\b") for part, names in _PARTS.items()}
_WHOLE_FACTS = {part: re.compile(names) for part, names in _FACTS.items()}
_ABOUT = re.compile(r"About (?:[A-Z]\S*\s?){1,4}")  # "About Acme Plumbing"
_ASKS = re.compile(r"(?:what|who|why|how)\b")
BULLET = re.compile(r"^\s*(?:[•·●∙▪◦‣\x95\uf0b7]\s*|(?:[-*–—o]|\(?\d{1,2}[.)])\s+)")
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """`text`: what stands behind it on its line. `is_fact`: that text is all that belongs to it;
    without any, the line below or the bullets below."""

    part: str
    text: str = ""
    is_fact: bool = False


def heading_of(line: str) -> Heading | None:
    """None for a bullet, a sentence, and whatever only has the word of a heading in it."""
    if BULLET.match(line):
        return None
    before, text = [*re.split(r"\s*:\s+|\s+[-–—]\s+", line, maxsplit=1), ""][:2]
    if text:
        return _with_text(_plain(before), text)
    name = _plain(line)
    part = _whole(name, _WHOLE)
    if not part and (fact := _whole(name, _WHOLE_FACTS)):
        return Heading(fact, is_fact=True)
    part = part or _longer(line, name)
    return Heading(part) if part else None


def _with_text(name: str, text: str) -> Heading | None:
    if fact := _whole(name, _WHOLE_FACTS):
        return Heading(fact, text, is_fact=True)
    part = _whole(name, _WHOLE)
    return Heading(part, text, is_fact=part == "other") if part else None


def _plain(line: str) -> str:
    return line.strip(" :*#-_?!…").lower()


def _whole(name: str, patterns: dict[str, re.Pattern[str]]) -> str:
    return next((part for part, names in patterns.items() if names.fullmatch(name)), "")


def _longer(line: str, name: str) -> str:
    """ "What you will do at our shop", "Your duties will include:", "About Acme"."""
    if line.endswith((".", ",", ";")):
        return ""
    is_marked = line.endswith(":") or line.isupper() or line[0] in "#*" or _ASKS.match(name)
    if is_marked and len(name.split()) <= MOST_WORDS:
        part = next((part for part, names in _STARTS.items() if names.match(name)), "")
        if part:
            return part
    return "other" if _ABOUT.fullmatch(line.strip(" :*#")) else ""
