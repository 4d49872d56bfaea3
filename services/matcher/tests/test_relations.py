"""Skills that are near the one that a job asks for: told apart, one step only."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.engine import Engine
from talent_matcher.model import GateOutcome, JobId, Relation
from talent_matcher.relations import Relations, open_relations
from talent_matcher.score import Known
from talent_matcher.weights import WEIGHTS
from talent_skills.frameworks import Contents, Framework, Kind, Link, LinkKind, Skill
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import write_taxonomy

from .builders import TODAY, assertion, fit, job, profile, requirement
from .test_favors import finish

FRAMEWORK = Framework("https://skills.example", "Example", "1", "By Example.")
JOIN, WELD, MIG, PIPE, BRAZE, FUSE = (
    f"https://skills.example/{name}" for name in ("join", "weld", "mig", "pipe", "braze", "fuse")
)


def skill(uri, *broader, links=()):
    return Skill(uri, FRAMEWORK.uri, uri, Kind.SKILL, broader=broader, links=links)


@pytest.fixture
def taxonomy(tmp_path):
    """join > weld > mig > pipe; braze is related to weld, fuse is another name of it."""
    contents = Contents(
        (FRAMEWORK,),
        (
            skill(JOIN),
            skill(WELD, JOIN),
            skill(MIG, WELD),
            skill(PIPE, MIG),
            skill(BRAZE, links=(Link(LinkKind.RELATED, WELD),)),
            skill(FUSE, links=(Link(LinkKind.SAME, WELD),)),
        ),
    )
    write_taxonomy(tmp_path, contents)
    with closing(Taxonomy.open(tmp_path)) as opened:
        yield opened


def test_one_step_in_each_direction_and_no_further(taxonomy):
    near = Relations(taxonomy).near(WELD)
    assert near == {
        JOIN: Relation.BROADER,
        MIG: Relation.NARROWER,
        BRAZE: Relation.RELATED,
        FUSE: Relation.EXACT,
    }
    assert WELD not in near
    assert PIPE not in near


def test_what_is_linked_is_near_from_both_sides(taxonomy):
    relations = Relations(taxonomy)
    assert relations.near(BRAZE) == {WELD: Relation.RELATED}
    assert relations.near(FUSE) == {WELD: Relation.EXACT}
    assert relations.near("https://skills.example/unheard-of") == {}


def test_the_catalog_adds_steps_and_takes_them_back():
    relations = Relations()
    assert relations.put(MIG, [WELD]) == {MIG, WELD}
    assert relations.near(WELD) == {MIG: Relation.NARROWER}
    assert relations.near(MIG) == {WELD: Relation.BROADER}
    assert relations.put(MIG, [WELD]) == frozenset()
    assert relations.put(MIG, []) == {MIG, WELD}
    assert relations.near(WELD) == {}


def test_the_closest_of_two_relations_counts(taxonomy):
    relations = Relations(taxonomy)
    relations.put(BRAZE, [WELD])
    assert relations.near(WELD)[BRAZE] is Relation.NARROWER


@pytest.mark.parametrize(
    ("shown", "score", "relation"),
    [
        (WELD, 1000, Relation.EXACT),
        (FUSE, 1000, Relation.EXACT),
        (MIG, 900, Relation.NARROWER),
        (JOIN, 500, Relation.BROADER),
        (BRAZE, 300, Relation.RELATED),
        (PIPE, 0, None),
    ],
)
def test_each_relation_counts_differently_and_says_so(taxonomy, shown, score, relation):
    known = Known(relations=Relations(taxonomy))
    found = fit(profile(assertion(shown)), job(requirement(WELD)), WEIGHTS, TODAY, known)
    assert found.score == score
    if relation is None:
        assert found.contributions == ()
        return
    (one,) = found.contributions
    assert (one.skill.uri, one.relation) == (WELD, relation)
    assert (one.shown.uri if one.shown else WELD) == shown
    assert found.taxonomy == taxonomy.version


def test_only_the_skill_itself_or_a_narrower_one_opens_its_gate(taxonomy):
    known = Known(relations=Relations(taxonomy))
    wanted = job(requirement(WELD, gate=True))

    def opened(shown):
        found = fit(profile(assertion(shown)), wanted, WEIGHTS, TODAY, known)
        return found and found.gates[0].outcome

    assert opened(MIG) is opened(FUSE) is GateOutcome.OPEN
    assert opened(JOIN) is opened(BRAZE) is None


def test_the_engine_finds_people_by_near_skills_whichever_comes_first(taxonomy):
    def announced(job_first, wanted):
        relations = Relations(taxonomy)
        engine = Engine(WEIGHTS, Known(relations=relations))
        list(engine.advance(TODAY))
        engine.open_shard(0, 1, {})

        def put_job():
            list(engine.put_job(wanted.job_id, (1, 1), wanted))

        if job_first:
            put_job()
        engine.put_profile(0, "holder-1", (1, 1), profile(assertion(MIG)))
        if not job_first:
            put_job()
        return engine.shards[0].pending

    for wanted in (job(requirement(WELD)), job(requirement(WELD, gate=True))):
        assert announced(True, wanted) == announced(False, wanted) != {}


def test_a_framework_that_comes_later_brings_people_and_one_that_goes_takes_them_away():
    relations = Relations()
    engine = Engine(WEIGHTS, Known(relations=relations))
    list(engine.advance(TODAY))
    shard = engine.open_shard(0, 1, {})
    wanted = replace(job(requirement(WELD)), job_id=JobId("job-1"))
    list(engine.put_job(wanted.job_id, (1, 1), wanted))
    engine.put_profile(0, "holder-1", (1, 1), profile(assertion(MIG)))
    assert shard.pending == {}
    engine.relate(relations.put(MIG, [WELD]))
    finish(engine)
    (change,) = shard.pending.values()
    assert change.now.score == 900
    engine.shards[0].announced([change])
    engine.relate(relations.put(MIG, []))
    finish(engine)
    (change,) = shard.pending.values()
    assert change.now is None


LOOSE = replace(WEIGHTS, hysteresis=0, threshold=300)
ALL = (JOIN, WELD, MIG, PIPE, BRAZE, FUSE)
ABOVE = st.fixed_dictionaries(
    {},
    # Ordered, so that nothing is above itself.
    optional={one: st.sampled_from(ALL[:n]) for n, one in enumerate(ALL) if n},
)
LINKED = st.dictionaries(
    st.sampled_from(ALL), st.tuples(st.sampled_from(LinkKind), st.sampled_from(ALL))
)
WORLD = st.fixed_dictionaries(
    {
        "jobs": st.lists(st.sampled_from(ALL), min_size=1, max_size=3),
        "people": st.lists(st.sampled_from(ALL), min_size=1, max_size=4),
        "catalog": ABOVE,
    }
)


def written(said):
    """A taxonomy as the dictionaries say."""
    above, linked = said
    skills = tuple(
        skill(
            one,
            *([above[one]] if one in above else ()),
            links=(Link(*linked[one]),) if one in linked and linked[one][1] != one else (),
        )
        for one in ALL
    )
    with TemporaryDirectory() as folder:
        write_taxonomy(Path(folder), Contents((FRAMEWORK,), skills))
        return Taxonomy.open(Path(folder))


def engine_of(relations, world):
    engine = Engine(LOOSE, Known(relations=relations))
    list(engine.advance(TODAY))
    for one, up in world["catalog"].items():
        engine.relate(relations.put(one, [up]))
    engine.open_shard(0, 1, {})
    for number, wanted in enumerate(world["jobs"]):
        asked = replace(job(requirement(wanted)), job_id=JobId(f"job-{number}"))
        list(engine.put_job(asked.job_id, (1, 1), asked))
    for number, has in enumerate(world["people"]):
        engine.put_profile(0, f"holder-{number}", (1, 1), profile(assertion(has)))
    finish(engine)
    return engine


@settings(max_examples=60, deadline=None)
@given(WORLD, st.tuples(ABOVE, LINKED), st.tuples(ABOVE, LINKED))
def test_another_taxonomy_shows_what_a_start_with_it_shows(world, before, after):
    relations, then = Relations(written(before)), written(after)
    engine = engine_of(relations, world)
    links = relations.links
    engine.relate(relations.become(relations.under(then)))
    finish(engine)
    whole = engine_of(Relations(written(after)), world)
    assert engine.shards[0].shown == whole.shards[0].shown
    assert relations.version == then.version
    # Whoever goes on from a snapshot must know that anything may be near something else now.
    assert (relations.changed_since(links) is None) == (relations.version != links.taxonomy)


def test_without_a_taxonomy_nothing_is_near(tmp_path):
    relations = open_relations(tmp_path / "none")
    assert relations.version == ""
    assert relations.near(WELD) == {}
