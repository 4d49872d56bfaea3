"""What stands behind a skill, in words that are the same to an employer and to its holder."""

from collections.abc import Iterator

from talent_proto.events.v1 import matches_pb2

CRITERIA = {
    matches_pb2.CRITERIA_KIND_STATED: "criteria in writing",
    matches_pb2.CRITERIA_KIND_RUBRIC: "a rubric",
}
TESTING = {
    matches_pb2.TESTING_KIND_NAMED: "a named test",
    matches_pb2.TESTING_KIND_PROCTORED: "a supervised test",
}
ARTIFACT = "a work sample"
CONTEXT = "the setting it was shown in"


def named(one: matches_pb2.Contribution) -> str:
    """The credential, to follow what its issuer did: " (MIG Welder)"."""
    return f" ({one.achievement_name})" if one.achievement_name else ""


def behind(one: matches_pb2.Contribution) -> list[str]:
    """A sentence, where more stands behind it than that somebody says so."""
    words = list(_behind(one))
    if not words:
        return []
    first, last = ", ".join(words[:-1]), words[-1]
    return [f"It comes with {first} and {last}." if first else f"It comes with {last}."]


def _behind(one: matches_pb2.Contribution) -> Iterator[str]:
    if one.criteria in CRITERIA:
        yield CRITERIA[one.criteria]
    if one.testing in TESTING:
        yield TESTING[one.testing]
    if one.artifact:
        yield ARTIFACT
    if one.context:
        yield CONTEXT
