"""The index finds just what scoring every pair finds."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.distances import Distances, Part
from talent_matcher.index.crowd import Crowd
from talent_matcher.index.facets import Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.jobs import JobIndex, shown
from talent_matcher.index.market import Market as TheMarket
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import question
from talent_matcher.index.segment import joined
from talent_matcher.index.worth import Worth
from talent_matcher.model import (
    Basis,
    Favors,
    Hours,
    Importance,
    JobId,
    License,
    LicenseRequirement,
    LicenseState,
    Outcome,
    Pay,
    PayPeriod,
    Place,
    Relation,
    SkillUri,
)
from talent_matcher.score import Known
from talent_matcher.weights import WEIGHTS

from .builders import TODAY, assertion, fit, job, profile, requirement

SKILLS = [f"urn:skill:{n}" for n in range(5)]


class Near:
    """The first skill has two near ones, and the others have none."""

    version = "near-1"

    def near(self, skill):
        if skill != SKILLS[0]:
            return {}
        return {SKILLS[1]: Relation.NARROWER, SKILLS[2]: Relation.RELATED}


FAVORS = Favors(validators=frozenset({"guild"}), criteria=frozenset({"weld-1"}))
# Denver, Boulder, and Pueblo, which is far from both.
MAP = Distances(
    [
        Part("08031", "802", 39.73, -104.95, 29),
        Part("08013", "803", 40.05, -105.22, 10),
        Part("08101", "810", 38.25, -104.61, 12),
    ]
)
KNOWN = Known(relations=Near(), distances=MAP, favors={"acme": FAVORS}, named=FAVORS)
DAYS = st.none() | st.dates(TODAY - timedelta(3), TODAY + timedelta(3))
PLACES = st.sampled_from(
    [
        Place(),
        Place("US-CO"),
        Place("US-CO", "08031"),
        Place("US-CO", "08059", "804"),
        Place("US-CO", "08013"),
        Place("US-WY", "08101", "810"),
        Place("US-NM"),
    ]
)
HOURS = st.sampled_from([Hours(), Hours(20, 40), Hours(0, 25), Hours(30, 0)])
PAY = st.none() | st.builds(
    Pay, st.sampled_from([1500, 2500, 4_000_000]), st.just("USD"), st.sampled_from(PayPeriod)
).filter(lambda pay: pay.period in WEIGHTS.periods_a_year)
WEEKS = st.sampled_from([(), ((480, 960),), ((480, 960), (1920, 2400)), ((0, 10080),)])
LICENSES = st.lists(
    st.builds(
        License,
        st.sampled_from(["CDL", " cdl"]),
        st.sampled_from(["US-CO", "US-NM"]),
        st.sampled_from(LicenseState),
        DAYS,
    ),
    max_size=2,
).map(tuple)
PEOPLE = st.lists(
    st.builds(
        lambda shown, **said: profile(*shown, **said),
        st.lists(
            st.builds(
                assertion,
                st.sampled_from(SKILLS),
                basis=st.sampled_from(Basis),
                outcome=st.sampled_from(Outcome),
                level=st.integers(0, 5),
                issuer_trusted=st.booleans(),
                validator_org=st.sampled_from(["", "guild", "other"]),
                criteria_of=st.sampled_from(["", "weld-1"]),
                shown_on=st.sampled_from([None, TODAY, TODAY - timedelta(1500)]),
                valid_from=DAYS,
                valid_until=DAYS,
            ),
            max_size=6,
        ),
        place=PLACES,
        commute_miles=st.sampled_from([0, 3, 10, 60]),
        hours=HOURS,
        shifts=WEEKS,
        pay_floor=PAY,
        licenses=LICENSES,
        excluded_orgs=st.sampled_from([frozenset(), frozenset({"acme"})]),
        recipient_org=st.sampled_from(["", "acme", "other"]),
    ),
    min_size=1,
    max_size=25,
)
JOBS = st.builds(
    lambda wanted, **said: job(*wanted, **said),
    st.lists(
        st.builds(
            requirement,
            st.sampled_from(SKILLS),
            importance=st.sampled_from(Importance),
            level=st.integers(0, 5),
            gate=st.booleans(),
            trainable=st.booleans(),
            accepted=st.frozensets(st.sampled_from(Basis), max_size=2),
        ),
        max_size=4,
        unique_by=lambda one: one.skill.uri,
    ),
    employer=st.sampled_from(["acme", "org-employer"]),
    place=PLACES,
    remote=st.booleans(),
    hours=HOURS,
    shifts=WEEKS,
    top_pay=PAY,
    licenses=st.sampled_from([(), (LicenseRequirement("CDL", "US-CO", accept_pending=True),)]),
    valid_through=DAYS,
    internal=st.sampled_from([False, False, False, True]),
)


class World:
    """People in an index, in segments of the given sizes."""

    def __init__(self, people, sizes=(1000,)):
        self.skills, self.worth = Interned(), Worth(WEIGHTS, KNOWN.named)
        self.facets = Facets(WEIGHTS, MAP)
        self.index = PeopleIndex(self.skills, self.worth, self.facets)
        self.people = people
        at = 0
        for size in sizes:
            part = people[at : at + size]
            if part:
                self.index.add(
                    self.index.rows([(at + n, one) for n, one in enumerate(part)], TODAY)
                )
            at += size

    def best(self, wanted, count, least=1):
        asked = question(wanted, WEIGHTS, KNOWN, self.skills, self.worth, self.facets)
        scratch = Scratch.made()
        found = self.index.best(asked, count, least, TODAY, scratch)
        for space in (scratch.total, scratch.best, scratch.passed):
            assert not space.any()
        return list(zip(found.scores.tolist(), found.rows.tolist(), strict=True))

    def scored(self, wanted, count, least=1, gone=frozenset()):
        """The same by scoring every pair."""
        fits = [
            (-found.score, row)
            for row, one in enumerate(self.people)
            if row not in gone
            and (found := fit(one, wanted, WEIGHTS, TODAY, KNOWN)) is not None
            and found.score >= least
        ]
        return [(-score, row) for score, row in sorted(fits)[:count]]


@settings(max_examples=150)
@given(PEOPLE, JOBS, st.integers(1, 8), st.sampled_from([1, 400, 700]))
def test_the_best_for_a_job_are_those_that_scoring_every_pair_finds(people, wanted, count, least):
    world = World(people)
    assert world.best(wanted, count, least) == world.scored(wanted, count, least)


@given(PEOPLE, JOBS, st.lists(st.integers(1, 9), min_size=1, max_size=5), st.data())
def test_segments_and_those_who_left_make_no_difference(people, wanted, sizes, data):
    world = World(people, (*sizes, 1000))
    gone = data.draw(st.frozensets(st.integers(0, len(people) - 1), max_size=5))
    for row in gone:
        world.index.kill(row)
    assert world.best(wanted, 5) == world.scored(wanted, 5, gone=gone)


@given(PEOPLE, st.data())
def test_who_moves_to_another_segment_shows_there_what_they_showed(people, data):
    world = World(people)
    gone = data.draw(st.frozensets(st.integers(0, len(people) - 1), max_size=5))
    for row in gone:
        world.index.kill(row)
    kept = [(row, one) for row, one in enumerate(people) if row not in gone]
    moved = joined([world.index.take_out(0), world.index.rows(kept, TODAY)])
    assert by_person(moved) == 2 * by_person(world.index.rows(kept, TODAY))
    assert moved.ties.tolist() == 2 * [row for row, _ in kept]
    assert moved.starts.dtype == np.int64


def by_person(rows):
    pairs = list(zip(rows.skills.tolist(), rows.codes.tolist(), strict=True))
    between = zip(rows.starts[:-1], rows.starts[1:], rows.values.T.tolist(), strict=True)
    return [(sorted(pairs[begin:end]), values) for begin, end, values in between]


class Market:
    """Jobs in an index."""

    def __init__(self, jobs, least=1):
        self.skills, self.worth = Interned(), Worth(WEIGHTS, KNOWN.named)
        self.facets = Facets(WEIGHTS, MAP)
        self.jobs = {JobId(f"job-{n}"): one for n, one in enumerate(jobs)}
        questions = {
            job_id: question(one, WEIGHTS, KNOWN, self.skills, self.worth, self.facets)
            for job_id, one in self.jobs.items()
        }
        self.least = dict.fromkeys(self.jobs, least)
        self.index = JobIndex(questions, self.least, self.worth, self.facets)

    def shown(self, person):
        return shown(person, self.skills, self.worth, self.facets, TODAY)

    def scored(self, person):
        """The same by scoring every pair."""
        fits = {
            job_id: fit(person, one, WEIGHTS, TODAY, KNOWN) for job_id, one in self.jobs.items()
        }
        return {
            job_id: found.score
            for job_id, found in fits.items()
            if found is not None and found.score >= self.least[job_id]
        }


@given(st.lists(JOBS, max_size=20), PEOPLE, st.sampled_from([1, 400, 700]))
def test_the_jobs_that_a_person_reaches_are_those_that_scoring_every_pair_finds(
    jobs, people, least
):
    market = Market(jobs, least)
    for person in people[:5]:
        assert market.index.reached(market.shown(person), TODAY) == market.scored(person)


@given(st.lists(JOBS, min_size=1, max_size=20), PEOPLE, st.sampled_from(SKILLS))
def test_a_change_of_one_skill_touches_only_jobs_to_which_it_counts(jobs, people, skill):
    market, before = Market(jobs), people[0]
    after = before._replace(assertions=(*before.assertions, assertion(skill, level=5)))
    reached = market.scored(before)
    now = market.shown(after)
    asking = market.index.asking_for([market.skills.number(SkillUri(skill))])
    for number in asking.tolist():
        reached.pop(market.index.ids[number], None)
    reached |= market.index.scores(asking, now, TODAY)
    assert reached == market.scored(after)


def test_more_people_than_a_block_has_rows():
    common = profile(assertion(SKILLS[0], level=3))
    rare = profile(assertion(SKILLS[0], level=5), assertion(SKILLS[1], level=5))
    people = [common] * 70_000
    people[12], people[69_999] = rare, rare
    world = World(people, (100_000,))
    wanted = job(requirement(SKILLS[0], level=5), requirement(SKILLS[1], level=5))
    found = world.best(wanted, 3)
    assert found[:2] == [(1000, 12), (1000, 69_999)]
    assert found[2] == world.scored(wanted, 3)[2]
    assert world.index.segments[0].rows.dtype == np.uint16


def test_an_index_does_not_grow_with_the_changes_of_the_same_people():
    market = TheMarket(WEIGHTS, KNOWN)
    crowd = Crowd(market.people(), WEIGHTS.age_years)
    wanted = job(requirement(SKILLS[0], level=0))
    market.put(wanted.job_id, wanted, 1)
    asked = market.questions[wanted.job_id]
    for turn in range(60):
        for n in range(40):
            one = profile(assertion(SKILLS[0], level=1 + (turn + n) % 5))
            crowd.put(f"h{n}", (1, turn), one, TODAY)
        assert len(crowd.best(asked, 100, 1, TODAY)) == 40
    rows = sum(one.people for one in crowd._index.segments)
    assert rows <= 3 * 40
    crowd.put("h3", (2, 0), None, TODAY)
    assert "h3" not in {holder for _, _, holder in crowd.best(asked, 100, 1, TODAY)}
