"""The points of a match in plain words: what each factor is about and how much it counts, and what
would be without a credential. The names of the factors are those of the table of weights."""

from collections.abc import Iterator

from talent_proto.events.v1 import matches_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb

from talent_matcher.model import Relation
from talent_matcher.weight_table import KINDS
from talent_matcher.weights import FULL

# Factors that have rows of their own, by code and value.
ALONE = {
    ("artifact", "PRESENT"): "there is something to look at, such as a work sample",
    ("context", "STATED"): "it is said in what setting the skill was shown",
    ("employer_trusts", "VALIDATOR"): "you trust who checked the skill",
    ("employer_endorses", "CRITERIA"): "you stand behind the criteria",
    ("issuer", "TRUSTED"): "the issuer of the record is trusted",
    ("issuer", "NOT_TRUSTED"): "the agency has not approved who gave the record",
    ("age", "NOT_DATED"): "it is not known when the skill was shown",
}
AGES = {
    "UNDER": "the skill was shown less than {} years ago",
    "MORE": "the skill was shown {} years ago or longer",
}
OWN_WORD = "a person's own word needs no record"
# What the table of weights calls otherwise.
ROWS = {"document": "outcome", "reading": "derivation"}
ENDINGS = {1: "st", 2: "nd", 3: "rd"}
CLAUSES = {"criteria", "testing"}  # whose rows say "Added where …"


def point_by_point(one: pb.ExplainedRequirement, given: matches_pb2.Contribution) -> Iterator[str]:
    """In the order in which it is computed."""
    relation = Relation(given.relation) or Relation.EXACT
    yield _counts(_row("relation", relation.name), one.relation_thousandths)
    for each in one.factor:
        yield _counts(_about(each), each.thousandths, _verb(each))
    yield _counts("what stands behind it, taken together", one.evidence_thousandths)
    yield _counts(_level(given), one.level_thousandths)


def without_it(one: pb.Without, score: int, rank: int) -> str:
    """`score`, `rank`: as they are with it. Nobody without a rank would be shown."""
    if one.achievement_name:
        start = f"Without the credential {one.achievement_name}, this person would"
    else:
        start = f"Without one credential of {one.issuer_name or 'theirs'}, this person would"
    if not one.rank:
        return f"{start} not be shown."
    if one.rank != rank:
        return f"{start} be {ordinal(one.rank)} instead of {ordinal(rank)}."
    if one.score == score:
        return f"{start} have as many points."
    return f"{start} still be {ordinal(rank)}, with {one.score} points instead of {score}."


def ordinal(number: int) -> str:
    """Such as "61st"."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ENDINGS.get(number % 10, 'th')}"


def _verb(one: pb.Factor) -> str:
    if one.adds:
        return "gives" if one.code == "basis" else "adds"
    return "counts"


def _about(one: pb.Factor) -> str:
    if (one.code, one.value, one.thousandths) == ("document", "NO_DOCUMENT", FULL):
        return OWN_WORD
    if (one.code, one.value) in ALONE:
        return ALONE[one.code, one.value]
    if one.code == "age":
        years = "".join(filter(str.isdigit, one.value))
        return AGES["UNDER" if one.value.startswith("UNDER") else "MORE"].format(years)
    return _row(ROWS.get(one.code, one.code), one.value)


def _row(kind: str, value: str) -> str:
    meaning, values = KINDS[kind]
    named = next((words for code, words in values.items() if code.name == value), value)
    return named if kind in CLAUSES else meaning.format(named)


def _level(given: matches_pb2.Contribution) -> str:
    if not given.required_level:
        return "no level is asked for"
    if not given.level:
        return f"level {given.required_level} is asked for, and the level is not known"
    return f"level {given.level} is shown, and level {given.required_level} is asked for"


def _counts(about: str, thousandths: int, verb: str = "counts") -> str:
    share = f"{thousandths / 10:g} percent"
    if verb == "counts":
        share = "in full" if thousandths == FULL else f"for {share}"
    return f"{about[0].upper()}{about[1:]}: {verb} {share}."
