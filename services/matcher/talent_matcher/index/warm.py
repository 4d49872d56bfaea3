"""`python -m talent_matcher.index.warm`: compile the kernels once, so that no start has to.

Set-up runs it. What is compiled is kept beside the code (or in NUMBA_CACHE_DIR), for each kind of
processor.
"""

from dataclasses import replace
from datetime import date

from talent_matcher.engine import Engine
from talent_matcher.index import kernels, segment
from talent_matcher.model import (
    Assertion,
    Basis,
    HolderId,
    Importance,
    Job,
    JobId,
    OrgId,
    Outcome,
    Profile,
    Proof,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.weights import WEIGHTS

_FIRST, _SECOND = SkillUri("urn:first"), SkillUri("urn:second")


def main() -> None:
    """A day of one shard: every kernel is called as it is at work."""
    engine = Engine(WEIGHTS)
    list(engine.advance(date(2026, 1, 1)))
    engine.open_shard(0, 1, {})
    wanted = Requirement(Skill(_FIRST), Importance.REQUIRED)
    job = Job(JobId("job"), OrgId("org"), (1, 1), (wanted, replace(wanted, skill=Skill(_SECOND))))
    gated = replace(job, job_id=JobId("gated"), requirements=(replace(wanted, gate=True),))
    for one in (job, gated):
        list(engine.put_job(one.job_id, (1, 1), one))
    shown = [
        Assertion(skill, Proof(f"{skill}-{n}", Basis.ASSESSED, Outcome.VALID, level=n))
        for skill in (_FIRST, _SECOND)
        for n in (1, 2)
    ]
    for n in range(2):
        holder = HolderId(f"holder-{n}")
        profile = Profile(holder, (1, 1), tuple(shown))
        engine.put_profile(0, holder, (1, 1), profile)
        fewer = profile._replace(version=(1, 2), assertions=profile.assertions[:1])
        engine.put_profile(0, holder, (1, 2), fewer)
        list(engine.put_job(job.job_id, (1, 2 + n), job))


def compiled() -> int:
    """How many kernels had to be compiled in this process because none was kept."""
    made = [*vars(kernels).values(), *vars(segment).values()]
    return sum(sum(one.stats.cache_misses.values()) for one in made if hasattr(one, "stats"))


if __name__ == "__main__":
    main()
    print(f"{compiled()} kernels compiled")
