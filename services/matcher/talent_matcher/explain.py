"""A match in plain sentences, made from its codes: what a busy person reads first."""

from calendar import month_name
from collections.abc import Callable, Sequence

from talent_proto.events.v1 import jobs_pb2, matches_pb2, skills_pb2

from talent_matcher.proof_words import behind, named

Taught = Callable[[str], Sequence[str]]
PROGRAMS = 2  # named for a skill that is missing

# What the source did, by basis: "{issuer} …". A license is granted, a course is finished.
SOURCE = {
    skills_pb2.ASSERTION_BASIS_ASSESSED: "{issuer} tested this{when}",
    skills_pb2.ASSERTION_BASIS_COMPLETED: "This comes from training at {issuer}, finished{when}",
    skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED: "{issuer}, an employer, vouched for this{when}",
    skills_pb2.ASSERTION_BASIS_LICENSED: "{issuer} licensed this{when}",
}
# What employers reported to a state, which vouches for it.
WAGES = "Records of wages at {issuer} show the work behind this{when}"
RECORD = {
    skills_pb2.VERIFICATION_OUTCOME_VALID: ", and the record checks out today.",
    skills_pb2.VERIFICATION_OUTCOME_UNDETERMINED: (
        ". The record is real, but not every check could be done."
    ),
}
# The holder's own skill beside the one that the job asks for.
NEAR = {
    matches_pb2.SKILL_RELATION_NARROWER: "Has {shown}, a kind of {asked}",
    matches_pb2.SKILL_RELATION_BROADER: "Has {shown}, which is wider than {asked}",
    matches_pb2.SKILL_RELATION_RELATED: "Has {shown}, which is close to {asked}",
}
IN_WORDS = "We found this skill in the words of {achievement}; nobody has confirmed it yet."
TRUSTED_BY_YOU = "You trust who checked it."
ENDORSED_BY_YOU = "You stand behind what had to be shown for it."
OWN_WORD = "The candidate says so; no record stands behind it."
NO_RECORD = "There is no record to check."
GATES = {
    ("license", matches_pb2.GATE_OUTCOME_OPEN): "Holds the {type} license for {jurisdiction}.",
    ("license", matches_pb2.GATE_OUTCOME_OPEN_PENDING): (
        "Says they hold the {type} license for {jurisdiction}. This is not confirmed yet."
    ),
    ("place", matches_pb2.GATE_OUTCOME_OPEN): "Lives in the area of the job.",
    ("place", matches_pb2.GATE_OUTCOME_NOT_STATED): (
        "We do not know how far the candidate would have to travel."
    ),
    ("shift", matches_pb2.GATE_OUTCOME_OPEN): "Can work your shifts.",
    ("hours", matches_pb2.GATE_OUTCOME_OPEN): "Can work the hours you need.",
    ("pay", matches_pb2.GATE_OUTCOME_OPEN): "Your pay range works for the candidate.",
}
MILES = "Lives about {miles} miles from the job."
ASK_MILES = "Lives about {miles} miles from the job. Ask whether that works for them."
REMOTE = "The job is remote, so place does not matter."


def explain(match: matches_pb2.Match, taught: Taught = lambda uri: ()) -> list[str]:
    """Sentences, most telling first: one for each contribution, one for each skill missing in their
    order, then the conditions of work. `taught`: who teaches a skill, as "program at provider"."""
    by_points = sorted(match.contribution, key=lambda one: -one.points)
    sentences = [_skill(one) for one in by_points]
    sentences += [
        " ".join((_missing(one), *_programs(taught(one.skill.uri)))) for one in match.missing
    ]
    sentences += [sentence for gate in match.gate if (sentence := _gate(gate))]
    return sentences


def _skill(one: matches_pb2.Contribution) -> str:
    parts = [_level(one), _proof(one), *behind(one)]
    if one.reading == matches_pb2.READING_KIND_TAGGED:
        parts.append(IN_WORDS.format(achievement=one.achievement_name or "the program"))
    if one.employer_trusts_validator:
        parts.append(TRUSTED_BY_YOU)
    if one.employer_endorses_criteria:
        parts.append(ENDORSED_BY_YOU)
    return " ".join(parts)


def _level(one: matches_pb2.Contribution) -> str:
    asked = f" You asked for level {one.required_level}." if one.required_level else ""
    level = f"level {one.level} of 5" if one.level else "level not stated"
    return f"{_has(one)}, {level}.{asked}"


def _has(one: matches_pb2.Contribution) -> str:
    name = _name(one.skill)
    if one.relation in NEAR and one.HasField("shown_skill"):
        return NEAR[one.relation].format(shown=_name(one.shown_skill), asked=name)
    return f"Has {name}"


def _name(skill: skills_pb2.SkillReference) -> str:
    return skill.label or skill.uri


def _proof(one: matches_pb2.Contribution) -> str:
    if one.basis == skills_pb2.ASSERTION_BASIS_SELF_ASSERTED:
        return OWN_WORD
    issuer = one.issuer_name or "The issuer"
    when = f" on {month_name[one.awarded.month]} {one.awarded.day}, {one.awarded.year}"
    words = WAGES if by_wage_records(one) else SOURCE[one.basis]
    source = words.format(issuer=issuer, when=(when if one.awarded.year else "") + named(one))
    if one.verification_outcome == skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT:
        return f"{source}. {NO_RECORD}"
    trust = "" if one.issuer_trusted else " The agency has not approved this issuer."
    return source + RECORD[one.verification_outcome] + trust


def by_wage_records(one: matches_pb2.Contribution) -> bool:
    """Whether a state, and not the employer, says that the work was done."""
    attested = one.basis == skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED
    return attested and one.validator_type == skills_pb2.VALIDATOR_TYPE_GOVERNMENT


def _missing(one: matches_pb2.Missing) -> str:
    name = _name(one.skill)
    wish = one.importance == jobs_pb2.IMPORTANCE_PREFERRED
    asked = "prefer" if wish else "asked for"
    if one.level:
        return f"Shows {name} at level {one.level}. You {asked} level {one.required_level}."
    return f"Does not show {name}, which you {asked}."


def _programs(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:PROGRAMS])
    return [f"Taught in {shown}."]


def _gate(gate: matches_pb2.Gate) -> str:
    if gate.code == "place" and gate.arguments.get("remote"):
        return REMOTE
    if gate.code == "place" and gate.arguments.get("miles"):
        is_open = gate.outcome == matches_pb2.GATE_OUTCOME_OPEN
        return (MILES if is_open else ASK_MILES).format(**gate.arguments)
    return GATES.get((gate.code, gate.outcome), "").format(**gate.arguments)
