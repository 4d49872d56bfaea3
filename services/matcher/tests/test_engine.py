"""The engine alone: events in, announcements out."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from talent_matcher import messages
from talent_matcher.engine import Engine
from talent_matcher.index.crowd import tie_of
from talent_matcher.model import JobId, NotScored, Outcome, Place
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, SAFETY, TODAY, WELDING, assertion, fit, job, profile, requirement
from .test_index import JOBS, KNOWN, PEOPLE


def engine(announced=None, as_of=TODAY):
    made = Engine(WEIGHTS)
    list(made.advance(as_of))
    made.open_shard(0, 1, announced or {})
    return made


def put(made, holder="holder-1", n=1, *assertions, **changed):
    one = profile(*assertions, holder_id=holder, version=(1, n), **changed)
    return made.put_profile(0, holder, (1, n), one)


def put_job(made, job_id="job-1", n=1, *requirements, **changed):
    one = job(*requirements, job_id=JobId(job_id), version=(1, n), **changed)
    list(made.put_job(one.job_id, (1, n), one))


def announce(made):
    """All that is pending, as (job, holder, score or None), and mark it as announced."""
    shard = made.shards[0]
    changes = [shard.pending[pair] for pair in sorted(shard.pending)]
    made.shards[0].announced(changes)
    return [(one.job_id, one.holder_id, one.now.score if one.now else None) for one in changes]


def test_profile_then_job_and_job_then_profile_announce_the_same():
    first, second = engine(), engine()
    put(first)
    put_job(first)
    put_job(second)
    put(second)
    assert announce(first) == announce(second) == [("job-1", "holder-1", 1000)]


def test_a_profile_without_the_assertion_withdraws():
    made = engine()
    put_job(made)
    put(made)
    announce(made)
    put(made, "holder-1", 2, assertion(BLUEPRINTS))
    assert announce(made) == [("job-1", "holder-1", None)]


def test_a_withdrawn_profile_and_a_closed_job_withdraw():
    made = engine()
    put_job(made)
    put(made)
    put(made, "holder-2")
    announce(made)
    made.put_profile(0, "holder-1", (1, 2), None)
    assert announce(made) == [("job-1", "holder-1", None)]
    list(made.put_job(JobId("job-1"), (1, 2), None))
    assert announce(made) == [("job-1", "holder-2", None)]


def test_a_consent_narrowed_to_one_employer_withdraws_the_matches_of_others():
    made = engine()
    put_job(made, "job-1", 1, employer="org-one")
    put_job(made, "job-2", 1, employer="org-two")
    put(made)
    announce(made)
    put(made, "holder-1", 2, recipient_org="org-two")
    assert announce(made) == [("job-1", "holder-1", None)]


def test_a_late_resend_after_a_withdrawal_changes_nothing():
    made = engine()
    put_job(made)
    made.put_profile(0, "holder-1", (1, 5), None)
    assert not put(made, "holder-1", 4)
    put_job(made, "job-1", 1, threshold=1)
    assert announce(made) == []


def test_an_announced_match_stays_a_little_below_the_threshold():
    below = requirement(BLUEPRINTS)
    made = engine()
    put_job(made, "job-1", 1, requirement(), below, threshold=500)
    put(made)
    assert announce(made) == [("job-1", "holder-1", 500)]
    put_job(made, "job-1", 2, requirement(), below, threshold=520)
    assert announce(made) == []  # 500 is within 25 of 520
    put_job(made, "job-1", 3, requirement(), below, threshold=526)
    assert announce(made) == [("job-1", "holder-1", None)]
    put_job(made, "job-1", 4, requirement(), below, threshold=501)
    assert announce(made) == []  # no longer announced, so it needs the whole threshold


def test_a_score_of_nothing_is_never_a_match():
    made = engine()
    put_job(made, threshold=25)
    put(made)
    announce(made)
    put(made, "holder-1", 2, assertion(outcome=Outcome.REVOKED))
    assert announce(made) == [("job-1", "holder-1", None)]


def test_who_dropped_out_by_the_cap_needs_the_whole_threshold_again():
    made = engine()
    put_job(made, "job-1", 1, threshold=600, cap=1)
    put(made, "holder-1", 1, assertion(level=2))
    announce(made)
    put_job(made, "job-1", 2, threshold=620, cap=1)
    assert announce(made) == []  # 600 is within 25 of 620
    put(made, "holder-2", 1)
    announce(made)
    made.put_profile(0, "holder-2", (1, 2), None)
    assert announce(made) == [("job-1", "holder-2", None)]


def test_the_cap_keeps_the_best_and_fills_up_when_one_leaves():
    made = engine()
    put_job(made, "job-1", 1, cap=2)
    put(made, "holder-a", 1, assertion(level=2))
    put(made, "holder-b", 1, assertion(level=2))
    put(made, "holder-c", 1, assertion(level=3))
    assert announce(made) == [("job-1", "holder-a", 600), ("job-1", "holder-c", 1000)]
    made.put_profile(0, "holder-c", (1, 2), None)
    assert announce(made) == [("job-1", "holder-b", 600), ("job-1", "holder-c", None)]


def test_whom_the_cap_keeps_out_has_a_place_after_it():
    made = engine()
    for who in "abc":
        put(made, who)
    put(made, "last", 1, assertion(level=1))
    put_job(made, cap=2, threshold=300)
    shown = made.shards[0].shown["job-1"]
    standings = {who: made.standings().standing("job-1", who) for who in (*"abc", "last")}
    assert sorted(one.place for one in standings.values()) == [1, 2, 3, 4]
    assert standings["last"].place == 4
    for who, one in standings.items():
        assert (one.place <= one.cap) == (who in shown)
        assert one.not_scored is NotScored.IT_IS


def test_who_is_not_scored_has_the_reason_and_no_place():
    made = engine()
    put(made, excluded_orgs=frozenset({"org-employer"}))
    put_job(made)
    found = made.standings().standing("job-1", "holder-1")
    assert (found.not_scored, found.score, found.place) == (NotScored.EMPLOYER_EXCLUDED, 0, 0)


def test_time_enters_only_by_its_event():
    made = engine()
    put_job(made)
    put(made, "holder-1", 1, assertion(valid_until=TODAY))
    put(made, "holder-2", 1)
    announce(made)
    list(made.advance(TODAY + timedelta(1)))
    assert announce(made) == [("job-1", "holder-1", None)]


def test_a_job_ends_after_its_last_day():
    made = engine()
    put_job(made, valid_through=TODAY)
    put(made)
    announce(made)
    list(made.advance(TODAY + timedelta(1)))
    assert announce(made) == [("job-1", "holder-1", None)]


def test_nothing_is_announced_before_the_first_date():
    made = Engine(WEIGHTS)
    made.open_shard(0, 1, {})
    put_job(made)
    put(made)
    assert not made.shards[0].pending
    list(made.advance(TODAY))
    assert announce(made) == [("job-1", "holder-1", 1000)]


def test_a_restored_shard_announces_only_differences():
    made = engine()
    for number in (1, 2):
        put_job(made, f"job-{number}")
    put(made)
    put(made, "holder-2")
    announce(made)
    there = dict(made.shards[0].sent)
    again = Engine(WEIGHTS)
    list(again.advance(TODAY))
    put_job(again, "job-1")
    again.open_shard(0, 2, there)
    again.restore(0, "holder-1", (1, 1), profile())
    again.restore(0, "holder-2", (1, 2), None)
    again.restore(0, "holder-3", (1, 1), profile()._replace(holder_id="holder-3"))
    list(again.settle(0))
    assert announce(again) == [
        ("job-1", "holder-2", None),
        ("job-1", "holder-3", 1000),
        ("job-2", "holder-1", None),
        ("job-2", "holder-2", None),
    ]


def test_a_change_that_is_taken_back_before_it_is_out_is_no_change():
    made = engine()
    put_job(made)
    put(made)
    made.put_profile(0, "holder-1", (1, 2), None)
    assert announce(made) == []


def test_what_was_perhaps_announced_is_withdrawn_all_the_same():
    made = engine()
    put_job(made)
    put(made)
    made.shards[0].leaving(list(made.shards[0].pending.values()))  # and no answer comes
    list(made.put_job(JobId("job-1"), (1, 2), None))
    assert announce(made) == [("job-1", "holder-1", None)]
    assert not made.shards[0].unsure


def test_a_withdrawal_that_was_perhaps_announced_is_followed_by_the_match():
    made = engine()
    put_job(made)
    put(made)
    announce(made)
    made.put_profile(0, "holder-1", (1, 2), None)
    made.shards[0].leaving(list(made.shards[0].pending.values()))
    put(made, "holder-1", 3)
    assert announce(made) == [("job-1", "holder-1", 1000)]


def test_what_is_gone_leaves_nothing_behind():
    made = engine()
    put_job(made)
    put(made)
    put_job(made, "job-2", 1, requirement(BLUEPRINTS))
    announce(made)
    for job_id in (JobId("job-1"), JobId("job-2")):
        list(made.put_job(job_id, (1, 2), None))
        made.forget_job(job_id)
    made.put_profile(0, "holder-1", (1, 2), None)
    announce(made)
    shard = made.shards[0]
    for kept in (shard.shown, shard.shown_jobs, shard.full, shard.last, shard.sent):
        assert not kept
    assert not len(shard.crowd)
    assert not len(shard.crowd._packing)
    assert not shard.crowd._due._days
    assert not made.jobs
    assert not made._market.questions
    assert not made._job_versions


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("profile"),
            st.sampled_from(["h1", "h2", "h3"]),
            st.none() | st.lists(st.sampled_from([WELDING, BLUEPRINTS]), max_size=2, unique=True),
            st.integers(0, 5),
        ),
        st.tuples(
            st.just("job"),
            st.sampled_from(["j1", "j2"]),
            st.none() | st.lists(st.sampled_from([WELDING, BLUEPRINTS]), max_size=2, unique=True),
            st.integers(0, 900),
        ),
        st.tuples(st.just("day"), st.integers(1, 3), st.none(), st.just(0)),
    ),
    max_size=20,
)


def play(made, script, after_each=lambda made: None, first=1, cap=2):
    day = made.as_of
    for n, (kind, who, skills, number) in enumerate(script, start=first):
        if kind == "day":
            day += timedelta(who)
            list(made.advance(day))
        elif kind == "job":
            wanted = [requirement(skill) for skill in skills or ()]
            one = skills is not None and replace(
                job(), job_id=who, requirements=tuple(wanted), threshold=number, cap=cap
            )
            list(made.put_job(who, (1, n), one or None))
        else:
            shown = tuple(assertion(skill, level=number) for skill in skills or ())
            one = skills is not None and profile()._replace(holder_id=who, assertions=shown)
            made.put_profile(0, who, (1, n), one or None)
        after_each(made)


@settings(max_examples=200)
@given(steps)
def test_the_same_events_give_the_same_bytes(script):
    outputs = []
    for _ in range(2):
        made, written = engine(), []

        def write(made, written=written):
            shard = made.shards[0]
            changes = [shard.pending[pair] for pair in sorted(shard.pending)]
            for change in changes:
                if change.now is not None:
                    match = messages.match(
                        change,
                        change.now,
                        employer="org",
                        epoch=shard.epoch,
                        as_of=made.as_of,
                    )
                    written.append(match.SerializeToString(deterministic=True))
                    assert messages.fit(match) == change.now
            made.shards[0].announced(changes)

        play(made, script, write)
        outputs.append(written)
    assert outputs[0] == outputs[1]


class Announcer:
    """Takes what is pending, and some events later hears that it is out, or nothing."""

    def __init__(self, script):
        self.script, self.world, self.on_the_way = list(script), {}, None
        self.sure = True

    def __call__(self, made):
        shard = made.shards[0]
        answer = self.script.pop() if self.script else "out"
        if self.on_the_way is not None and answer != "wait":
            if answer == "out":
                shard.announced(self.on_the_way)
            self.sure = self.sure and answer == "out"
            self.on_the_way = None
        elif self.on_the_way is None:
            self.on_the_way = [shard.pending[pair] for pair in sorted(shard.pending)]
            shard.leaving(self.on_the_way)
            for change in self.on_the_way:
                pair = (change.job_id, change.holder_id)
                if self.sure:
                    assert self.world.get(pair) == change.before
                self.world[pair] = change.now


@settings(max_examples=200)
@given(steps, st.lists(st.sampled_from(["out", "wait", "lost"]), max_size=20))
def test_what_is_decided_while_others_are_on_their_way_is_announced_after_them(script, answers):
    made, announcer = engine(), Announcer(answers)
    play(made, script, announcer)
    announcer.script.clear()
    shard = made.shards[0]
    for _ in range(4):
        announcer(made)
    assert not shard.pending
    assert not shard.unsure
    there = {pair: fit for pair, fit in announcer.world.items() if fit is not None}
    assert there == shard.sent
    assert there == {
        (job, who): fit for job, its in shard.shown.items() for who, fit in its.items()
    }


def restarted(made):
    """A fresh engine over the same jobs and profiles, with what `made` has announced."""
    shard = made.shards[0]
    again = Engine(WEIGHTS)
    list(again.advance(made.as_of))
    for job_id, one in made.jobs.items():
        list(again.put_job(job_id, (1, 1), one))
    again.open_shard(0, 2, dict(shard.sent))
    for holder in shard.crowd:
        one = shard.crowd.profile(holder)
        again.restore(0, holder, (1, 1), one)
    list(again.settle(0))
    return again


@settings(max_examples=200)
@given(steps)
def test_what_is_announced_is_what_a_fresh_engine_would_keep(script):
    """A shard restored from its own announcements has nothing to announce."""
    made = engine()
    play(made, script, announce)
    assert announce(restarted(made)) == []


near = st.lists(
    st.tuples(
        st.just("profile"),
        st.sampled_from(["h1", "h2"]),
        st.none() | st.just([WELDING]),
        st.sampled_from([2, 3]),  # which give scores of 600 and 1000
    )
    | st.tuples(st.just("job"), st.just("j1"), st.just([WELDING]), st.sampled_from([600, 620])),
    max_size=12,
)


def near_step(kind, who, number):
    return kind, who, [WELDING], number


@settings(max_examples=200)
@example(
    [
        near_step("job", "j1", 600),
        near_step("profile", "h1", 2),
        near_step("job", "j1", 620),
        near_step("profile", "h2", 3),
    ],
    [("profile", "h2", None, 0)],
)
@given(near, near)
def test_a_restart_changes_nothing_of_what_comes_after_it(before, after):
    made = engine()
    play(made, before, announce, cap=1)
    again = restarted(made)
    told = [[], []]
    for one, its in zip((made, again), told, strict=True):
        play(one, after, lambda one, its=its: its.append(announce(one)), first=100, cap=1)
    assert told[0] == told[1]


crowds = st.lists(
    st.tuples(
        st.sampled_from([f"h{n}" for n in range(8)]),
        st.none()
        | st.dictionaries(
            st.sampled_from([WELDING, BLUEPRINTS, SAFETY]), st.integers(0, 5), max_size=3
        ),
        st.sampled_from([Place(), Place("US-CO", "08031"), Place("US-CO", "08059")]),
    ),
    max_size=30,
)
markets = st.lists(
    st.tuples(
        st.sampled_from(["j1", "j2", "j3"]),
        st.none()
        | st.lists(st.sampled_from([WELDING, BLUEPRINTS, SAFETY]), min_size=1, unique=True),
        st.integers(0, 5),
        st.integers(1, 900),
    ),
    max_size=6,
)


@given(crowds, markets, st.randoms())
def test_the_best_of_all_pairs_are_shown_whatever_the_order_of_events(people, jobs, random):
    weights = replace(WEIGHTS, hysteresis=0)
    made = Engine(weights)
    list(made.advance(TODAY))
    made.open_shard(0, 1, {})
    events = [*(("person", *one) for one in people), *(("job", *one) for one in jobs)]
    random.shuffle(events)
    for n, (kind, who, *said) in enumerate(events, start=1):
        if kind == "job":
            skills, level, threshold = said
            wanted = [requirement(skill, level=level) for skill in skills or ()]
            place = Place("US-CO", "08031")
            one = job(*wanted, job_id=who, threshold=threshold, cap=3, place=place)
            list(made.put_job(who, (1, n), one if skills else None))
        else:
            levels, place = said
            shown = tuple(assertion(uri, level=level) for uri, level in (levels or {}).items())
            one = profile(holder_id=who, place=place)._replace(assertions=shown)
            made.put_profile(0, who, (1, n), one if levels is not None else None)
    shard = made.shards[0]
    for job_id, one in made.jobs.items():
        everybody = {holder: shard.crowd.profile(holder) for holder in shard.crowd}
        fits = {
            holder: found
            for holder, person in everybody.items()
            if (found := fit(person, one, weights, TODAY)) and found.score >= one.threshold
        }
        best = sorted(fits, key=lambda holder: (-fits[holder].score, tie_of(holder)))[:3]
        assert shard.shown.get(job_id, {}) == {holder: fits[holder] for holder in best}


@given(crowds, markets)
def test_who_is_previewed_for_a_job_is_who_is_shown_once_it_is_posted(people, jobs):
    made = Engine(WEIGHTS)
    list(made.advance(TODAY))
    for partition in (0, 1):
        made.open_shard(partition, 1, {})
    for n, (who, levels, place) in enumerate(people, start=1):
        shown = tuple(assertion(uri, level=level) for uri, level in (levels or {}).items())
        one = profile(holder_id=who, place=place)._replace(assertions=shown)
        made.put_profile(int(who[1]) % 2, who, (1, n), one if levels is not None else None)
    for n, (job_id, skills, level, threshold) in enumerate(jobs, start=1):
        wanted = [requirement(skill, level=level) for skill in skills or ()]
        one = job(*wanted, job_id=JobId(""), threshold=threshold, cap=10)
        one = one if skills else replace(one, requirements=())
        ranked = made.standings().ranked(one)
        previewed = {
            change.holder_id: change.now
            for change in made.standings().sketched(one, [rank[2] for rank in ranked])
        }
        assert [-score for score, _, _ in ranked] == [fit.score for fit in previewed.values()]
        of_each = [rank for part in made.shards for rank in made.standings().ranked(one, {part})]
        assert sorted(of_each)[:10] == ranked
        assert not any(shard.pending for shard in made.shards.values())
        list(made.put_job(JobId(job_id), (1, 2 * n), replace(one, job_id=JobId(job_id))))
        posted = {
            holder: fit
            for shard in made.shards.values()
            for holder, fit in shard.shown.get(JobId(job_id), {}).items()
        }
        assert previewed == posted
        for partition, shard in made.shards.items():
            made.shards[partition].announced(list(shard.pending.values()))
        list(made.put_job(JobId(job_id), (1, 2 * n + 1), None))
        for partition, shard in made.shards.items():
            made.shards[partition].announced(list(shard.pending.values()))


BRIEF = st.lists(  # people of one skill that comes and goes
    st.builds(
        lambda **said: profile(assertion(**said)),
        level=st.integers(1, 4),
        valid_from=st.none() | st.dates(TODAY, TODAY + timedelta(5)),
        valid_until=st.none() | st.dates(TODAY, TODAY + timedelta(5)),
        shown_on=st.dates(TODAY - timedelta(1100), TODAY - timedelta(1090)),
    ),
    max_size=12,
)


@given(
    BRIEF | PEOPLE,
    st.just([job(requirement(level=4))]) | st.lists(JOBS, max_size=4),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
)
def test_days_that_pass_one_by_one_leave_what_their_last_one_would_show(people, jobs, days):
    weights, until = replace(WEIGHTS, hysteresis=0, threshold=300, cap=2), TODAY
    passing = Engine(weights, KNOWN)
    list(passing.advance(TODAY))
    gathered = passing.crowd()
    for n, one in enumerate(people[::2]):
        passing.gather(gathered, f"h{2 * n}", (1, 1), one)
    list(passing.advance(TODAY + timedelta(1)))  # while people are gathered
    passing.open_shard(0, 1, {}, gathered)
    put_all(passing, people, jobs)
    list(passing.settle(0))  # everybody is in the index as of this day
    for count in days:
        until += timedelta(count)
        list(passing.advance(until))
    at_once = Engine(weights, KNOWN)
    list(at_once.advance(passing.as_of))
    at_once.open_shard(0, 1, {})
    put_all(at_once, people, jobs)
    assert passing.shards[0].shown == at_once.shards[0].shown


def put_all(made, people, jobs):
    for n, one in enumerate(jobs):
        list(made.put_job(f"j{n}", (1, 1), replace(one, job_id=f"j{n}")))
    for n, one in enumerate(people):
        made.put_profile(0, f"h{n}", (1, 1), one)


def test_of_several_who_end_on_one_day_none_takes_the_place_of_those_who_stay():
    made = engine()
    put(made, "holder-a", 1, assertion(level=5, valid_until=TODAY))
    put(made, "holder-b", 1, assertion(level=4, valid_until=TODAY))
    put(made, "holder-c", 1, assertion(level=3))
    put_job(made, "job-1", 1, requirement(level=5), cap=1, threshold=1)
    assert announce(made) == [("job-1", "holder-a", 1000)]
    list(made.advance(TODAY + timedelta(1)))
    assert [pair[:2] for pair in announce(made)] == [("job-1", "holder-a"), ("job-1", "holder-c")]
