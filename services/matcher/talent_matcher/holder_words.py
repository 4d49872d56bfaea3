"""A job in plain sentences to the person who looks for one: what is in the way comes first."""

from calendar import month_name
from collections.abc import Callable, Sequence

from talent_proto.events.v1 import jobs_pb2, matches_pb2, skills_pb2

from talent_matcher.explain import by_wage_records
from talent_matcher.proof_words import behind, named

Taught = Callable[[str], Sequence[str]]
PROGRAMS = 2  # named for a skill that is missing

CLOSED = {
    "skill": "This employer takes nobody who does not show {skill} at the level asked for.",
    "license": (
        "You need the {type} license for {jurisdiction}. "
        "Your wallet shows none that counts for this job today."
    ),
    "place": (
        "The job is outside the area you said you can get to. "
        "If you can travel farther, change that in your work limits."
    ),
    "shift": "The work times do not fit the times you said you can work.",
    "hours": "The hours a week do not fit the hours you said you can work.",
    "pay": "The job pays less than the least you said you would take.",
}
OPEN = {
    ("license", matches_pb2.GATE_OUTCOME_OPEN): "You hold the {type} license for {jurisdiction}.",
    ("license", matches_pb2.GATE_OUTCOME_OPEN_PENDING): (
        "Your {type} license for {jurisdiction} is not confirmed yet. "
        "This employer accepts that for now."
    ),
    ("place", matches_pb2.GATE_OUTCOME_OPEN): "The job is in your area.",
    ("place", matches_pb2.GATE_OUTCOME_NOT_STATED): (
        "We cannot tell how far you would have to travel."
    ),
    ("shift", matches_pb2.GATE_OUTCOME_OPEN): "You can work these times.",
    ("hours", matches_pb2.GATE_OUTCOME_OPEN): "You can work these hours.",
    ("pay", matches_pb2.GATE_OUTCOME_OPEN): "The pay is what you asked for or more.",
}
# Where the distance is known.
MILES = {
    matches_pb2.GATE_OUTCOME_OPEN: "The job is about {miles} miles away.",
    matches_pb2.GATE_OUTCOME_NOT_STATED: (
        "The job is about {miles} miles away. See whether that works for you."
    ),
    matches_pb2.GATE_OUTCOME_CLOSED: (
        "The job is about {miles} miles away, farther than you said you can go. "
        "If you can travel that far, change it in your work limits."
    ),
}
REMOTE = "The job is done from home, so place does not matter."
SOURCE = {
    skills_pb2.ASSERTION_BASIS_ASSESSED: "{issuer} tested this{when}.",
    skills_pb2.ASSERTION_BASIS_COMPLETED: "This comes from training at {issuer}{when}.",
    skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED: "{issuer}, an employer, vouched for this{when}.",
    skills_pb2.ASSERTION_BASIS_LICENSED: "{issuer} licensed this{when}.",
}
WAGES = "Records of wages at {issuer} show the work behind this{when}."
OWN_WORD = "This is your own word. A record that proves it would count for more."
UNCHECKED = "Not every check of that record could be done, so it counts for less."
NOT_APPROVED = "The agency has not approved this issuer, so it counts for less."
NEAR = {
    matches_pb2.SKILL_RELATION_NARROWER: "You have {shown}, a kind of {asked}",
    matches_pb2.SKILL_RELATION_BROADER: "You have {shown}, which is wider than {asked}",
    matches_pb2.SKILL_RELATION_RELATED: "You have {shown}, which is close to {asked}",
}


def tell(
    contributions: Sequence[matches_pb2.Contribution],
    gates: Sequence[matches_pb2.Gate],
    missing: Sequence[matches_pb2.Missing],
    taught: Taught,
) -> list[str]:
    """What is closed, what is missing, what the person has by points, what else fits. `taught`:
    who teaches a skill, as "program at provider"."""
    closed = [one for one in gates if one.outcome == matches_pb2.GATE_OUTCOME_CLOSED]
    rest = [one for one in gates if one.outcome != matches_pb2.GATE_OUTCOME_CLOSED]
    told = [_gate(one) for one in closed]
    told += [_missing(one, taught(one.skill.uri)) for one in missing]
    told += [_skill(one) for one in sorted(contributions, key=lambda one: -one.points)]
    told += [_gate(one) for one in rest]
    return [one for one in told if one]


def _missing(one: matches_pb2.Missing, programs: Sequence[str]) -> str:
    wish = "would like" if one.importance == jobs_pb2.IMPORTANCE_PREFERRED else "asks for"
    name, level = _name(one.skill), f" at level {one.required_level}" if one.required_level else ""
    where = f" Taught in {', '.join(programs[:PROGRAMS])}." if programs else ""
    if one.level:
        return f"The job {wish} {name}{level}. You show level {one.level}.{where}"
    return f"The job {wish} {name}{level}. You do not show it yet.{where}"


def _skill(one: matches_pb2.Contribution) -> str:
    level = f"level {one.level} of 5" if one.level else "level not stated"
    return " ".join((f"{_has(one)}, {level}.", _proof(one), *behind(one)))


def _has(one: matches_pb2.Contribution) -> str:
    name = _name(one.skill)
    if one.relation in NEAR and one.HasField("shown_skill"):
        return NEAR[one.relation].format(shown=_name(one.shown_skill), asked=name)
    return f"You have {name}"


def _proof(one: matches_pb2.Contribution) -> str:
    if one.basis == skills_pb2.ASSERTION_BASIS_SELF_ASSERTED:
        return OWN_WORD
    day = one.awarded
    when = f" on {month_name[day.month]} {day.day}, {day.year}" if day.year else ""
    source = WAGES if by_wage_records(one) else SOURCE.get(one.basis, "")
    told = [source.format(issuer=one.issuer_name or "Its issuer", when=when + named(one))]
    if one.verification_outcome == skills_pb2.VERIFICATION_OUTCOME_UNDETERMINED:
        told.append(UNCHECKED)
    if not one.issuer_trusted:
        told.append(NOT_APPROVED)
    return " ".join(told)


def _name(skill: skills_pb2.SkillReference) -> str:
    return skill.label or skill.uri


def _gate(gate: matches_pb2.Gate) -> str:
    if gate.code == "place" and gate.arguments.get("remote"):
        return REMOTE
    if gate.code == "place" and gate.arguments.get("miles"):
        words = MILES.get(gate.outcome, "")
    elif gate.outcome == matches_pb2.GATE_OUTCOME_CLOSED:
        words = CLOSED.get(gate.code, "")
    else:
        words = OPEN.get((gate.code, gate.outcome), "")
    return words.format(**gate.arguments)
