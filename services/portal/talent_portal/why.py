"""What a page shows of why a candidate is where they are: plain values, read out of the answer."""

from dataclasses import dataclass

from talent_proto.matcher.v1 import explanations_pb2


@dataclass(frozen=True)
class Point:
    """One skill that the job asks for and that something counts for."""

    skill: str
    points: int
    most_points: int
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """`without`: what would be without each credential."""

    rank: int
    shown: int
    points: tuple[Point, ...]
    without: tuple[str, ...]


def why(found: explanations_pb2.ExplainMatchResponse) -> Why:
    by_points = sorted(found.requirement, key=lambda one: -one.points)
    return Why(
        rank=found.rank,
        shown=found.shown,
        points=tuple(map(_point, by_points)),
        without=tuple(one.sentence for one in found.without),
    )


def _point(one: explanations_pb2.ExplainedRequirement) -> Point:
    return Point(
        skill=one.skill.label or one.skill.uri,
        points=one.points,
        most_points=one.max_points,
        sentences=tuple(one.sentence),
    )
