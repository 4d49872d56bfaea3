"""Questions for an interview, made from what the job is: its duties, its skills, its levels.

No language model: a duty becomes a question where its grammar is known, and is quoted where not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from talent_skills.scale import LEVELS
from talent_skills.words import COMMON, stems

from talent_jobs.description import Duty, NeededSkill, SourceKind
from talent_jobs.paper import clean

# What employers begin a duty with, beside what O*NET does.
_VERBS = frozenset(
    re.findall(
        r"\w+",
        "answer apply arrange assemble assist attend bake balance bill book bring build buy"
        " calculate call care carry change check clean close collect compare complete cook"
        " coordinate count create cut deliver design develop direct discuss drive enter estimate"
        " examine explain file fill find fix follow gather give greet handle help hire identify"
        " implement improve inspect install inventory keep lead learn lift listen load maintain"
        " make manage measure meet mix monitor mop move negotiate observe obtain open operate"
        " order organize oversee pack paint perform place plan post prepare process program"
        " protect provide purchase read receive record repair replace report resolve respond"
        " review run schedule select sell send serve set show sort stock supervise support sweep"
        " take talk teach test track train transport travel treat update use verify wash watch"
        " weigh weld work write",
    )
)
_MANY_EXAMPLES = "Several clear examples, some of them hard. Others learned it from this person."


def past_question(skill: NeededSkill, duty: Duty | None) -> str:
    """What the person has done: of a duty that needs the skill, or else of the skill."""
    if duty and (task := _task(duty)):
        return f"Tell me about a time when you had to {task}. What did you do, and how did it end?"
    return (
        f"Tell me about a time when your work called for this skill: {clean(skill.label)}. "
        "What did you do, and how did it end?"
    )


def work_sample(duty: Duty) -> str:
    if task := _task(duty):
        return f"Show me how you would {task}."
    return f"Show me how you would do this part of the job: “{clean(duty.text)}”"


def skill_sample(skill: NeededSkill) -> str:
    return f"Pick a task that needs this skill: {clean(skill.label)}. Show me how you would do it."


def _task(duty: Duty) -> str:
    """To stand after "to" or "would"; "" where that may not be English. O*NET's tasks all begin
    with what to do."""
    text = clean(duty.text).strip('"“” ')
    first, _, rest = text.partition(" ")
    word = first.rstrip(",")
    if not word.isascii() or not word[:1].isalpha() or not word[1:].replace("-", "").islower():
        return ""
    if duty.source.kind is not SourceKind.ONET_TASK and word.lower() not in _VERBS:
        return ""
    return f"{first.lower()} {rest}".rstrip(" .!?")


def share_out(
    skills: Sequence[NeededSkill], duties: Sequence[Duty]
) -> tuple[list[Duty | None], list[Duty]]:
    """For each skill the duty that most plainly needs it, if one does, and the duties that are
    left. A duty serves one skill."""
    left = list(duties)
    chosen: list[Duty | None] = []
    for skill in skills:
        subject = _subject(skill.label)
        best = max(left, key=lambda duty: _shared(subject, duty), default=None)
        # A question that is beside the skill is worse than one that only names it.
        if best and _shared(subject, best) * 2 > len(subject):
            left.remove(best)
            chosen.append(best)
        else:
            chosen.append(None)
    return chosen, left


def _subject(label: str) -> set[str]:
    """What a skill is about: "keep accounts" is about accounts, "welding" about welding. The first
    word of a longer label is what one does with it, and one keeps and uses all kinds of things."""
    words = list(stems(clean(label)))
    return _telling(words[1:]) or _telling(words)


def _telling(words: Sequence[str]) -> set[str]:
    return {one for one in words if len(one) > 2 and one not in COMMON}


def _shared(subject: set[str], duty: Duty) -> int:
    return len(subject.intersection(stems(clean(duty.text))))


def anchors(skill: NeededSkill | None) -> tuple[str, str, str, str, str]:
    """What each score from 1 to 5 means. 3 is what the job asks for."""
    if not skill or not skill.level:
        wanted = clean(skill.looks_like) if skill else ""
        return (
            "No example, or one that would not work here.",
            "An example that is vague, or that others did most of.",
            wanted or "A clear example of what the person did alone, and it worked.",
            "A clear example, with good reasons for each step.",
            _MANY_EXAMPLES,
        )
    asked = LEVELS[skill.level - 1]
    below = LEVELS[skill.level - 2].description if skill.level > 1 else "Has seen it done."
    above = LEVELS[skill.level].description if skill.level < len(LEVELS) else _MANY_EXAMPLES
    return (
        "No example, or one that would not work here.",
        f"Less than the job asks for. {below}",
        f"What the job asks for. {clean(skill.looks_like) or asked.description}",
        "What the job asks for, with good reasons for each step.",
        f"More than the job asks for. {above}",
    )
