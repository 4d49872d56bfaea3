"""A shard that goes on from what was saved is the shard that a whole restore would make."""

import io
import pickle
from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.engine import Engine
from talent_matcher.model import Favors, JobId, OrgId, Place
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, TODAY, WELDING, assertion, job, profile, requirement

LOOSE = replace(WEIGHTS, hysteresis=300)  # much depends on what was shown before
EMPLOYER = OrgId("org-employer")
HERE, ELSEWHERE = Place("US-CO", "08031"), Place("US-CO", "08059")
HOLDERS = ["h1", "h2", "h3", "h4", "h5"]
UNTIL = st.sampled_from([None, None, *(TODAY + timedelta(days) for days in range(4))])
SHOWN = st.dictionaries(
    st.sampled_from([WELDING, BLUEPRINTS]),
    st.tuples(st.integers(1, 3), UNTIL),  # levels that give 300, 600 and 1000
    min_size=1,
)
PERSON = st.tuples(
    st.just("person"),
    st.sampled_from(HOLDERS),
    st.none() | SHOWN | SHOWN,
    st.sampled_from([HERE, HERE, HERE, ELSEWHERE]),
)
WANTED = st.sampled_from([[WELDING], [WELDING], [WELDING, BLUEPRINTS], None])
JOB = st.tuples(
    st.just("job"),
    st.sampled_from(["j1", "j2"]),
    WANTED,
    st.tuples(st.sampled_from([310, 590, 610]), UNTIL),
)
FAVOR = st.tuples(st.just("favor"), st.booleans())
DAY = st.tuples(st.just("day"), st.integers(1, 2))
ANNOUNCE = st.tuples(st.just("announce"))
FIRST = st.tuples(
    *(st.tuples(st.just("person"), st.just(who), SHOWN, st.just(HERE)) for who in HOLDERS),
    *(
        st.tuples(st.just("job"), st.just(job_id), WANTED, JOB.map(lambda one: one[3]))
        for job_id in ("j1", "j2")
    ),
)
THEN = st.lists(PERSON | PERSON | PERSON | ANNOUNCE | DAY | JOB | FAVOR, max_size=8)


class World:
    """A live engine, and what the topics would hold of its events."""

    def __init__(self):
        self.engine = Engine(LOOSE)
        list(self.engine.advance(TODAY))
        self.engine.open_shard(0, 1, {})
        self.people = {}  # of each the last event
        self.trusted = Favors()
        self.n = 0

    @property
    def shard(self):
        return self.engine.shards[0]

    def play(self, steps):
        for step in steps:
            self.n += 1
            getattr(self, step[0])(*step[1:])

    def person(self, holder, shown, place):
        one = None
        if shown is not None:
            its = (
                assertion(
                    skill,
                    level=level,
                    valid_until=until,
                    validator_org="guild" * (level == 2),
                    artifact=level != 2,  # so that trust makes a difference
                )
                for skill, (level, until) in shown.items()
            )
            one = profile(holder_id=holder, place=place)._replace(assertions=tuple(its))
        self.people[holder] = ((1, self.n), one)
        self.engine.put_profile(0, holder, (1, self.n), one)

    def job(self, job_id, wanted, said):
        threshold, until = said
        one = wanted and job(
            *(requirement(skill) for skill in wanted),
            job_id=JobId(job_id),
            version=(1, self.n),
            threshold=threshold,
            cap={"j1": 2, "j2": 4}[job_id],
            place=HERE,
            valid_through=until,
        )
        list(self.engine.put_job(job_id, (1, self.n), one))

    def day(self, count):
        list(self.engine.advance(self.engine.as_of + timedelta(count)))

    def favor(self, trusted):
        self.trusted = Favors(frozenset({"guild"} if trusted else ()))
        self.engine.favor(EMPLOYER, self.trusted)
        while not self.engine.is_fresh:
            list(self.engine.refresh())

    def announce(self):
        changes = [self.shard.pending[pair] for pair in sorted(self.shard.pending)]
        self.engine.shards[0].announced(changes)
        for change in changes:
            pair = (change.job_id, change.holder_id)
            if change.now is None:
                self.shard.told.pop(pair, None)
            else:
                self.shard.told[pair] = (1, self.n)

    def save(self):
        """The moment, and bytes that another process can read."""
        self.announce()
        settled = self.engine.settled(0)
        saved = self.shard.crowd.saved(self.engine.as_of)
        return settled, saved, dict(self.people)

    def successor(self):
        """Another process that knows the jobs in another order, and the date."""
        other = Engine(LOOSE)
        list(other.advance(self.engine.as_of))
        other.favor(EMPLOYER, self.trusted)
        for job_id, one in sorted(self.engine.jobs.items(), reverse=True):
            list(other.put_job(job_id, one.version, one))
        return other


def written(saved):
    file = io.BytesIO()
    saved.write(lambda piece: pickle.dump(piece, file))
    file.seek(0)
    return partial(pickle.load, file)


def filled(engine, load):
    crowd = engine.crowd()
    crowd.fill(load, crowd.renumbering(load()))
    return crowd


def resume(world, settled, saved, then):
    """A process that has the snapshot and all events since, as far as they are kept."""
    other = world.successor()
    crowd, changed = filled(other, written(saved)), set()
    for holder, (at, one) in world.people.items():
        if then.get(holder, (None, None))[0] != at:
            other.gather(crowd, holder, at, one)
            changed.add(holder)
    other.open_shard(0, 2, world.shard.sent, crowd, world.shard.told)
    list(other.resume(0, settled, changed))
    return other


def stands(engine):
    shard = engine.shards[0]
    return shard.shown, shard.shown_jobs, shard.pending, shard.sent


@settings(max_examples=300)
@given(FIRST, THEN, THEN, THEN)
def test_whoever_goes_on_from_a_snapshot_announces_what_a_whole_restore_would(
    before, announced, unannounced, afterwards
):
    world = World()
    world.play(before)
    settled, saved, then = world.save()
    world.play([*announced, ("announce",)])
    world.play(one for one in unannounced if one[0] != "announce")
    resumed, whole = resume(world, settled, saved, then), world.successor()
    whole.open_shard(0, 2, world.shard.sent)
    for holder, (at, one) in world.people.items():
        whole.restore(0, holder, at, one)
    list(whole.settle(0))
    assert stands(resumed) == stands(whole)
    # And from then on.
    for world.engine in (resumed, whole):
        world.n = 1000
        world.play(afterwards)
    assert stands(resumed) == stands(whole)


def test_who_had_to_go_for_somebody_who_is_gone_again_comes_back():
    world = World()
    world.play([("job", "j1", [WELDING], (310, None)), *(person(who, 2) for who in ("h1", "h2"))])
    settled, saved, then = world.save()
    assert not settled.full
    world.play([person("h3", 3), ("announce",)])
    (gone,) = {"h1", "h2"} - world.shard.shown["j1"].keys()
    world.play([("person", "h3", None, HERE)])  # and nothing of that is announced
    other = resume(world, settled, saved, then)
    assert sorted((holder, bool(one.now)) for (_, holder), one in stands(other)[2].items()) == [
        (gone, True),
        ("h3", False),
    ]


def test_a_date_or_weights_that_the_snapshot_does_not_know_score_everything():
    world = World()
    world.play([("job", "j1", [WELDING], (310, None)), person("h1", 3)])
    settled, saved, then = world.save()
    for other in (
        replace(settled, as_of=TODAY + timedelta(1)),
        replace(settled, weights="others"),
    ):
        world.shard.sent.clear()  # as after a topic that was lost
        assert stands(resume(world, other, saved, then))[2].keys() == {("j1", "h1")}


def person(holder, level):
    return "person", holder, {WELDING: (level, None)}, HERE


def test_whom_an_employer_has_come_to_trust_since_is_told_apart():
    world = World()
    world.play([("job", "j1", [WELDING], (590, None)), person("h1", 2)])
    settled, saved, then = world.save()
    assert not world.shard.shown
    world.play([("favor", True)])
    assert stands(resume(world, settled, saved, then))[2].keys() == {("j1", "h1")}
