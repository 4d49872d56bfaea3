"""What employers come to favor, and weights that change: whatever the order, as from scratch."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.engine import Engine
from talent_matcher.evidence import NOBODY
from talent_matcher.index import worth
from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Favors,
    Importance,
    Outcome,
    ValidatorType,
)
from talent_matcher.score import Known
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, TODAY, WELDING, assertion, job, profile, requirement

SKILLS = st.sampled_from([WELDING, BLUEPRINTS])
BEFORE = replace(WEIGHTS, hysteresis=0)
TABLES = [
    BEFORE,
    replace(BEFORE, version="kinds", validator={**WEIGHTS.validator, ValidatorType.COLLEGE: 800}),
    replace(BEFORE, version="low", threshold=100, trusted_validator=300, untrusted_issuer=500),
    replace(BEFORE, version="flat", importance=dict.fromkeys(WEIGHTS.importance, 4)),
]
VALIDATORS, CRITERIA = ["guild", "college"], ["weld-1@1", "weld-1@2"]
EMPLOYERS = ["acme", "bolt"]
FAVORS = st.builds(
    Favors,
    st.frozensets(st.sampled_from(VALIDATORS)),
    st.frozensets(st.sampled_from(CRITERIA)),
)
ASSERTIONS = st.builds(
    assertion,
    SKILLS,
    basis=st.sampled_from([Basis.ASSESSED, Basis.COMPLETED, Basis.SELF_ASSERTED]),
    outcome=st.sampled_from([Outcome.VALID, Outcome.UNDETERMINED, Outcome.NO_DOCUMENT]),
    level=st.integers(0, 5),
    issuer_trusted=st.booleans(),
    validator=st.sampled_from([ValidatorType.COLLEGE, ValidatorType.UNSPECIFIED]),
    validator_org=st.sampled_from(["", *VALIDATORS]),
    criteria_of=st.sampled_from(["", *CRITERIA]),
    artifact=st.booleans(),
)
PERSON = st.tuples(
    st.just("person"),
    st.sampled_from([f"h{n}" for n in range(5)]),
    st.none() | st.lists(ASSERTIONS, min_size=1, max_size=3),
)
JOB = st.tuples(
    st.just("job"),
    st.sampled_from(["j1", "j2", "j3"]),
    st.none()
    | st.builds(
        lambda skills, level, **said: job(
            *(requirement(one, level=level) for one in skills), **said
        ),
        st.lists(SKILLS, min_size=1, max_size=2, unique=True),
        st.integers(0, 4),
        employer=st.sampled_from(EMPLOYERS),
        threshold=st.sampled_from([0, 300, 700]),
        cap=st.sampled_from([1, 2, 100]),
    ),
)
FAVOR = st.tuples(st.just("favor"), st.sampled_from(EMPLOYERS), FAVORS)
WEIGH = st.tuples(st.just("weigh"), st.just(""), st.sampled_from(TABLES))
REFRESH = st.tuples(st.just("refresh"), st.just(""), st.integers(1, 3))
FIND = ("find", "", None)
LATER = st.lists(st.one_of(PERSON, JOB, FAVOR, FAVOR, WEIGH, REFRESH, st.just(FIND)), max_size=15)
EVENTS = st.builds(
    lambda people, jobs, later: [*people, *jobs, FIND, *later],
    st.lists(PERSON, max_size=6),
    st.lists(JOB, max_size=4),
    LATER,
)


class World:
    """The last word on everything, as somebody knows who begins afterwards."""

    def __init__(self) -> None:
        self.people, self.jobs, self.favors, self.weights = {}, {}, {}, BEFORE

    def tell(self, made, n, kind, who, what):
        match kind:
            case "person":
                person = what and profile(*what)._replace(holder_id=who, version=(1, n))
                self.people[who] = person
                made.put_profile(0, who, (1, n), person)
            case "job":
                wanted = what and replace(what, job_id=who, version=(1, n))
                self.jobs[who] = wanted
                list(made.put_job(who, (1, n), wanted))
            case "favor":
                self.favors[who] = what
                made.favor(who, what)
            case "weigh":
                self.weights = what
                made.weigh(what)
            case "refresh":
                for _ in range(what):
                    list(made.refresh())
            case _:  # whoever asks for people puts those who wait into the index
                made.relate({WELDING, BLUEPRINTS})
                finish(made)

    def from_scratch(self):
        named = Favors(
            frozenset().union(*(one.validators for one in self.favors.values())),
            frozenset().union(*(one.criteria for one in self.favors.values())),
        )
        made = Engine(self.weights, Known(favors=self.favors, named=named))
        list(made.advance(TODAY))
        made.open_shard(0, 1, {})
        for who, person in self.people.items():
            made.put_profile(0, who, (1, 1), person)
        for who, wanted in self.jobs.items():
            list(made.put_job(who, (1, 1), wanted))
        return made


def finish(made):
    while not made.is_fresh:
        list(made.refresh())


def begun():
    made = Engine(BEFORE)
    list(made.advance(TODAY))
    made.open_shard(0, 1, {})
    return made


@settings(max_examples=300)
@given(EVENTS)
def test_any_order_of_events_shows_what_an_engine_from_scratch_shows(events):
    world, made = World(), begun()
    for n, event in enumerate(events, start=1):
        world.tell(made, n, *event)
    finish(made)
    assert made.shards[0].shown == world.from_scratch().shards[0].shown


@settings(max_examples=100)
@given(EVENTS, LATER)
def test_a_shard_that_opens_in_the_middle_shows_the_same(before, after):
    world, made = World(), begun()
    for n, event in enumerate(before, start=1):
        world.tell(made, n, *event)
    people = made.crowd()
    for who, person in world.people.items():
        made.gather(people, who, (1, 100), person)
    for n, event in enumerate(after, start=101):
        if event[0] == "person":
            continue  # of a shard that is being opened nothing is told
        world.tell(made, n, *event)
    made.close_shard(0)
    made.open_shard(0, 2, {}, people)
    list(made.settle(0))
    finish(made)
    assert made.shards[0].shown == world.from_scratch().shards[0].shown


GUILD = Favors(validators=frozenset({"guild"}))


BARE = {  # nothing supports it
    "artifact": False,
    "testing": AssessmentKind.NOT_STATED,
    "context": False,
    "criteria": Criteria.NOT_STATED,
}


def shop(**said):
    """An employer's job that somebody reaches only by what the employer favors."""
    made = begun()
    list(made.put_job("j1", (1, 1), job(job_id="j1", employer="acme", threshold=900)))
    list(made.put_job("j2", (1, 1), job(job_id="j2", employer="bolt", threshold=900)))
    bare = {
        "artifact": False,
        "testing": 0,
        "context": False,
        "criteria": 0,
        "issuer_trusted": False,
    }
    person = profile(assertion(validator_org="guild", criteria_of="weld-1@1", **bare | said))
    made.put_profile(0, "holder-1", (1, 1), person)
    made.relate({WELDING})
    finish(made)  # whoever asks for people puts those who wait into the index
    return made


def test_an_employer_who_comes_to_trust_a_validator_finds_people_and_no_other_does():
    made = shop()
    assert not made.shards[0].shown
    made.favor("acme", GUILD)
    assert not made.is_fresh
    finish(made)
    (change,) = made.shards[0].pending.values()
    assert (change.job_id, change.now.score) == ("j1", 900)
    assert change.now.contributions[0].trusted_validator
    made.shards[0].announced([change])
    made.favor("acme", NOBODY)
    finish(made)
    (change,) = made.shards[0].pending.values()
    assert change.now is None


def test_a_job_that_is_posted_before_all_are_told_apart_finds_them_too():
    made = shop()
    list(made.put_job("j2", (1, 2), None))
    made.favor("bolt", GUILD)  # who has no job now
    list(made.put_job("j2", (1, 3), job(job_id="j2", employer="bolt", threshold=900)))
    assert not made.is_fresh
    finish(made)
    assert made.shards[0].shown.keys() == {"j2"}


def test_a_person_whose_one_skill_gets_better_is_found_by_what_is_favored():
    made = shop(level=2)
    made.favor("acme", GUILD)
    finish(made)
    assert not made.shards[0].shown
    better = assertion(validator_org="guild", **BARE | {"issuer_trusted": False})
    made.put_profile(0, "holder-1", (1, 2), profile(better)._replace(version=(1, 2)))
    assert made.shards[0].shown.keys() == {"j1"}


def test_other_weights_find_whom_those_before_did_not():
    made = shop()
    assert not made.shards[0].shown
    more = {**WEIGHTS.basis, Basis.ASSESSED: 950}
    made.weigh(replace(BEFORE, version="more", basis=more, untrusted_issuer=1000))
    finish(made)
    assert made.shards[0].shown.keys() == {"j1", "j2"}


def test_a_shard_opens_by_the_present_weights_though_not_all_is_refreshed():
    made = begun()
    rare = requirement(BLUEPRINTS, importance=Importance.PREFERRED, level=0)
    wanted = job(requirement(), rare, job_id="j1", threshold=450)
    list(made.put_job("j1", (1, 1), wanted))
    person = profile(assertion(BLUEPRINTS))  # a third of the points, and then half of them
    made.weigh(replace(BEFORE, version="flat", importance=dict.fromkeys(WEIGHTS.importance, 4)))
    made.close_shard(0)
    made.open_shard(0, 2, {})
    made.restore(0, "holder-1", (1, 1), person)
    list(made.settle(0))
    assert made.shards[0].shown["j1"]["holder-1"].score == 500


def test_a_person_who_comes_later_is_found_by_what_is_favored_already():
    made = shop()
    made.favor("acme", Favors(criteria=frozenset({"weld-1@1"})))
    finish(made)
    assert not made.shards[0].shown  # 850 and 50 more, of an issuer that nobody knows
    sure = assertion(criteria_of="weld-1@1", **BARE)
    made.put_profile(0, "holder-2", (1, 1), profile(sure)._replace(holder_id="holder-2"))
    (change,) = made.shards[0].pending.values()
    assert (change.job_id, change.now.score) == ("j1", 900)
    assert change.now.contributions[0].endorsed_criteria


def test_other_weights_announce_only_what_differs_and_say_their_version():
    made = shop(issuer_trusted=True, artifact=True, testing=AssessmentKind.PROCTORED)
    told = list(made.shards[0].pending.values())
    assert [one.weights for one in told] == [WEIGHTS.version] * 2
    made.shards[0].announced(told)
    made.weigh(replace(BEFORE, version="same", level_not_stated=590))
    finish(made)
    assert not made.shards[0].pending
    made.weigh(replace(BEFORE, version="less", basis={**WEIGHTS.basis, Basis.ASSESSED: 840}))
    list(made.refresh())
    assert len(made.shards[0].pending) == 1  # a part, and then the other
    finish(made)
    told = list(made.shards[0].pending.values())
    assert [(one.now.score, one.weights) for one in told] == [(920, "less")] * 2


def test_where_there_are_too_many_kinds_of_evidence_nobody_more_is_told_apart(monkeypatch):
    """Their matches are right as soon as they are shown; only the search may miss them."""
    monkeypatch.setattr(worth, "MOST", 0)
    made = shop()
    made.favor("acme", GUILD)
    finish(made)
    assert not made.shards[0].shown


def test_what_many_employers_favor_needs_no_tables_of_its_own():
    made = shop()
    made._market._worth.settle()
    before = made._market._worth.points.shape[0]
    for n in range(20):
        list(made.put_job(f"k{n}", (1, 1), job(job_id=f"k{n}", employer=f"e{n}", threshold=900)))
        made.favor(f"e{n}", Favors(validators=frozenset({"guild", f"school-{n}"})))
    finish(made)
    assert len(made.shards[0].shown) == 20
    assert made._market._worth.points.shape[0] == before
