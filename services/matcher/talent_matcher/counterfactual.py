"""Where the points of a fit come from, factor by factor, and what would be without a credential.

Pure, and made with the functions that score: what is told is what was computed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from talent_matcher.evidence import NOBODY, Factor, evidence, factors, level
from talent_matcher.model import Fit, Job, Profile, Skill
from talent_matcher.score import Known, Scorer
from talent_matcher.weights import Weights


@dataclass(frozen=True, slots=True)
class Explained:
    """One requirement that something counts for. Factors are in thousandths."""

    skill: Skill
    points: int
    max_points: int
    relation: int
    evidence: int
    level: int
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """`score` is None where a gate would close."""

    evidence_id: str
    achievement_name: str
    issuer_name: str
    score: int | None


def explained(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known
) -> list[Explained]:
    """In the order of the job's requirements. Their points sum to the score."""
    scorer = Scorer(job, weights, as_of, known)
    found = scorer.fit(profile)
    if found is None:
        return []
    given = {one.skill.uri: one for one in found.contributions}
    favors = known.favors.get(job.employer, NOBODY)
    told: list[Explained] = []
    for number, (best, *_) in scorer.counting(profile).items():
        wanted = job.requirements[number]
        one = given[wanted.skill.uri]
        told.append(
            Explained(
                skill=wanted.skill,
                points=one.points,
                max_points=one.max_points,
                relation=weights.relation[best.relation],
                evidence=evidence(best.found, weights, favors),
                level=level(best.assertion.proof.level, wanted.level, weights),
                factors=tuple(factors(best.found, weights, favors)),
            )
        )
    return told


def without_each(
    found: Fit, profile: Profile, job: Job, weights: Weights, as_of: date, known: Known
) -> Iterator[Without]:
    """For each credential that gives points, what the score would be without all that it says."""
    scorer = Scorer(job, weights, as_of, known)
    proofs = {one.proof.evidence_id: one.proof for one in found.contributions}
    for evidence_id, proof in sorted(proofs.items()):
        if not evidence_id:
            continue
        left = tuple(one for one in profile.assertions if one.proof.evidence_id != evidence_id)
        then = scorer.fit(profile._replace(assertions=left))
        told = (evidence_id, proof.achievement_name, proof.issuer_name)
        yield Without(*told, score=then.score if then else None)


def rank_of(points: int, others: Sequence[int]) -> int:
    """The place of a score among others; those with as many points come first."""
    return 1 + sum(other >= points for other in others)
