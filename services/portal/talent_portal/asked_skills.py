"""What an employer's form says of the skills that a drafted job asks for."""

from typing import Any

from starlette.datastructures import FormData
from talent_proto.events.v1 import jobs_pb2, skills_pb2, tagging_pb2

from talent_portal.visitor import text
from talent_portal.wording import BASIS, _

KEEP = {"needed": _("Needed"), "plus": _("A plus"), "out": _("Leave out")}
ANSWERS = {"": _("No answer"), "yes": _("Yes"), "no": _("No")}
MOST_SUGGESTED = 10
# What each looks like, as `talent_skills.scale` has it.
LEVELS = {
    1: _("Knows the basics and works with close help."),
    2: _("Does simple tasks with some help."),
    3: _("Does usual tasks alone."),
    4: _("Does hard tasks alone and helps others."),
    5: _("Solves new problems and sets the standard for others."),
}
# Under the names that a description has for them.
EVIDENCE = {
    "self-asserted": BASIS[skills_pb2.ASSERTION_BASIS_SELF_ASSERTED],
    "employer-attested": BASIS[skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED],
    "completed": BASIS[skills_pb2.ASSERTION_BASIS_COMPLETED],
    "assessed": BASIS[skills_pb2.ASSERTION_BASIS_ASSESSED],
    "licensed": BASIS[skills_pb2.ASSERTION_BASIS_LICENSED],
}
_FOUND = (tagging_pb2.SKILL_TAG_STATE_ASSERTED, tagging_pb2.SKILL_TAG_STATE_SUGGESTED)
_ESCO = "http://data.europa.eu/esco/"


def suggested(tags: jobs_pb2.JobTags, job: dict[str, Any]) -> list[jobs_pb2.JobSkillTag]:
    """What the text names, the draft does not ask for and nobody has decided; the surest first."""
    asked = {one.get("uri", "") for one in job.get("skills", ())}
    found = [
        one
        for one in tags.tag
        if one.found.state in _FOUND and not one.decision and one.found.skill.uri not in asked
    ]
    found.sort(key=lambda one: (one.found.state, -one.found.score, one.found.skill.uri))
    return found[:MOST_SUGGESTED]


def answer_suggested(
    tags: jobs_pb2.JobTags, before: dict[str, Any], job: dict[str, Any], form: FormData
) -> None:
    """Yes puts a skill into the job, as a plus; no rejects it. `before`: the job as the form showed
    it."""
    for number, tag in enumerate(suggested(tags, before)):
        answer = text(form, f"also-{number}")
        if answer == "no":
            tag.decision = tagging_pb2.SKILL_TAG_STATE_REJECTED
        elif answer == "yes":
            tag.decision = tagging_pb2.SKILL_TAG_STATE_ACCEPTED
            job["skills"] = [*job.get("skills", ()), _as_a_plus(tag.found.skill)]


def _as_a_plus(skill: skills_pb2.SkillReference) -> dict[str, Any]:
    kind = "esco-skill" if skill.uri.startswith(_ESCO) else "framework-skill"
    source = {"kind": kind, "id": skill.uri}
    return {"uri": skill.uri, "label": skill.label, "source": source, "required": False}


def kept_skills(skills: list[dict[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Without what the person left out; durable ones stay as they are."""
    wishes = [text(form, f"skill-{number}") for number in range(len(skills))]
    for number, (skill, wish) in enumerate(zip(skills, wishes, strict=True)):
        if skill.get("durable"):
            continue
        if wish in KEEP:
            skill["required"] = wish == "needed"
        _set_level(skill, text(form, f"level-{number}"))
        if f"level-{number}" in form:  # a box that is not checked is not in a form
            _set_evidence(skill, form.getlist(f"evidence-{number}"))
    return [skill for skill, wish in zip(skills, wishes, strict=True) if wish != "out"]


def _set_level(skill: dict[str, Any], given: str) -> None:
    if given in map(str, (0, *LEVELS)) and int(given) != skill.get("level", 0):
        skill["level"] = int(given)
        skill["looks_like"] = LEVELS.get(int(given), "")


def _set_evidence(skill: dict[str, Any], given: list[Any]) -> None:
    accepted = [one for one in EVIDENCE if one in given]
    if accepted != skill.get("evidence", []):
        skill["evidence"] = accepted
