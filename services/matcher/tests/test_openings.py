"""The jobs for a person are just those that scoring each job finds."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.earned import Earned
from talent_matcher.engine import Engine
from talent_matcher.model import JobId, License, LicenseState
from talent_matcher.openings import Reach
from talent_matcher.score import Scorer, considered
from talent_matcher.weights import WEIGHTS

from .builders import TODAY, assertion, fit
from .test_index import JOBS, KNOWN, PEOPLE, SKILLS

SOME_JOBS = st.lists(st.tuples(JOBS, st.sampled_from([0, 1, 300, 800])), max_size=12).map(
    lambda jobs: [
        replace(one, job_id=JobId(f"job-{number}"), threshold=threshold)
        for number, (one, threshold) in enumerate(jobs)
    ]
)
PERSON = PEOPLE.map(lambda people: people[0])
NEW = st.lists(
    st.builds(
        assertion,
        st.sampled_from(SKILLS),
        assertion_id=st.just("new"),
        level=st.integers(0, 5),
        validator_org=st.sampled_from(["", "guild"]),
        criteria_of=st.sampled_from(["", "weld-1"]),
    ),
    max_size=3,
)
LICENSED = st.sampled_from(
    [(), *((License(kind, "US-CO", LicenseState.VERIFIED),) for kind in ("CDL", "cdl"))]
)


def engine(jobs):
    made = Engine(WEIGHTS, KNOWN)
    list(made.advance(TODAY))
    for one in jobs:
        list(made.put_job(one.job_id, (1, 1), one))
    return made


def openings(jobs):
    found = engine(jobs).openings()
    assert found is not None
    return found


def scored(person, jobs):
    """The same by scoring each job: (reach, score) of those with any points."""
    found = {}
    for one in jobs:
        if not considered(person, one, TODAY):
            continue
        score = Scorer(one, WEIGHTS, TODAY, KNOWN).whatever_gates_say(person).score
        announced = fit(person, one, WEIGHTS, TODAY, KNOWN)
        least = one.threshold or WEIGHTS.threshold
        below = Reach.IN_REACH if score >= least else Reach.BELOW
        if score:
            found[one.job_id] = (Reach.CLOSED if announced is None else below, score)
    return found


def told(there, person):
    return {one.job.job_id: (there.reach(person, one), one.points) for one in there.ranked(person)}


@settings(max_examples=150)
@given(PERSON, SOME_JOBS)
def test_jobs_for_a_person_are_those_that_scoring_each_job_finds(person, jobs):
    there = openings(jobs)
    assert told(there, person) == scored(person, jobs)
    ranked = list(there.ranked(person))
    assert ranked == sorted(ranked, key=lambda one: (-one.points, one.job.job_id))
    enough = [one for one in ranked if one.points >= there.least(one.job)]
    assert list(there.ranked(person, enough=True)) == enough
    for at, one in enumerate(ranked, 1):
        assert list(there.ranked(person, after=one.order)) == ranked[at:]


@given(PERSON, SOME_JOBS, st.randoms(use_true_random=False))
def test_neither_the_order_of_events_nor_of_skills_makes_a_difference(person, jobs, random):
    shuffled, shown = list(jobs), list(person.assertions)
    random.shuffle(shuffled)
    random.shuffle(shown)
    again = openings(shuffled)
    other = person._replace(assertions=tuple(shown))
    assert list(again.ranked(other)) == list(openings(jobs).ranked(person))


@given(PERSON, SOME_JOBS)
def test_asking_leaves_nothing_behind(person, jobs):
    """Asked twice, and after jobs were closed, the answer is the present one."""
    made = engine(jobs)
    assert told(made.openings(), person) == told(made.openings(), person)
    for one in jobs[::2]:
        list(made.put_job(one.job_id, (1, 2), None))
    assert told(made.openings(), person) == scored(person, jobs[1::2])
    assert not made.shards


@settings(max_examples=150)
@given(PERSON, SOME_JOBS, NEW, LICENSED)
def test_what_changes_is_what_comes_into_reach_or_rises(person, jobs, new, licenses):
    after = Earned(tuple(new), licenses).added_to(person)
    there = openings(jobs)
    found = {
        one.now.job.job_id: (one.points_before, one.now.points, one.opened)
        for one in there.changed(person, after)
        if one is not None
    }
    before, now = scored(person, jobs), scored(after, jobs)
    expected = {}
    for job_id, (reach, score) in now.items():
        was, had = before.get(job_id, (None, 0))
        if reach is Reach.IN_REACH and (was is not Reach.IN_REACH or had < score):
            expected[job_id] = (had, score, was is not Reach.IN_REACH)
    assert found == expected

    held = [job_id for job_id, (reach, _) in before.items() if reach is Reach.IN_REACH]
    more = Earned(tuple(new), licenses)
    opened = [one.job.job_id for one in there.newly_reached(there.had(person, held), more)]
    assert set(opened) == {job_id for job_id, (*_, opened) in expected.items() if opened}
