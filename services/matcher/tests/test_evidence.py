"""What stands behind a skill: more of it never counts less, and nothing else counts at all."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from talent_matcher import messages
from talent_matcher.evidence import class_of, classify, evidence, factors
from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    EvidenceClass,
    Favors,
    License,
    LicenseState,
    Outcome,
    Proof,
    Relation,
    ValidatorType,
    years_after,
)
from talent_matcher.score import Known
from talent_matcher.showing import Change
from talent_matcher.weights import FULL, WEIGHTS

from .builders import BLUEPRINTS, SAFETY, TODAY, WELDING, assertion, fit, job, profile, requirement

# How far a check of a document has come.
VERIFYING = [Outcome.NO_DOCUMENT, Outcome.UNDETERMINED, Outcome.VALID]
NAMED = Favors(frozenset({"org-guild"}), frozenset({"https://academy.example/mig"}))


class Welds:
    """Blueprints are narrower than welding, safety is related to it."""

    version = "test"

    def near(self, skill):
        return {WELDING: {BLUEPRINTS: Relation.NARROWER, SAFETY: Relation.RELATED}}.get(skill, {})


KNOWN = Known(relations=Welds(), favors={"org-employer": NAMED}, named=NAMED)
assertions = st.builds(
    assertion,
    st.sampled_from([WELDING, BLUEPRINTS, SAFETY]),
    assertion_id=st.uuids().map(str),
    basis=st.sampled_from(Basis),
    outcome=st.sampled_from(Outcome),
    level=st.integers(0, 5),
    issuer_trusted=st.booleans(),
    validator=st.sampled_from(ValidatorType),
    validator_org=st.sampled_from(["", "org-guild", "org-other"]),
    criteria_of=st.sampled_from(["", "https://academy.example/mig"]),
    artifact=st.booleans(),
    criteria=st.sampled_from(Criteria),
    testing=st.sampled_from(AssessmentKind),
    context=st.booleans(),
    derivation=st.sampled_from(Derivation),
    shown_on=st.none() | st.dates(TODAY - timedelta(5000), TODAY + timedelta(9)),
    valid_until=st.none() | st.dates(TODAY - timedelta(9), TODAY + timedelta(9)),
)
wanted = st.lists(
    st.builds(
        requirement,
        st.sampled_from([WELDING, BLUEPRINTS, SAFETY]),
        level=st.integers(0, 5),
        gate=st.booleans(),
        accepted=st.frozensets(st.sampled_from(Basis), max_size=2),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.skill.uri,
)


def score(shown, required, **changed):
    """-1 for whom a gate keeps out."""
    holder = profile(**changed)._replace(assertions=tuple(shown))
    found = fit(holder, job(*required), WEIGHTS, TODAY, KNOWN)
    return -1 if found is None else found.score


def told(shown, required, **changed):
    """The bytes that are announced."""
    holder = profile(**changed)._replace(assertions=tuple(shown))
    found = fit(holder, job(*required), WEIGHTS, TODAY, KNOWN)
    if found is None:
        return None
    change = Change("job-1", "holder-1", found, None, (1, 1), (1, 1))
    match = messages.match(change, found, employer="org-employer", epoch=1, as_of=TODAY)
    return match.SerializeToString(deterministic=True)


@given(st.from_type(Proof))
def test_a_class_says_what_its_proof_says(one):
    found = class_of(one, age=3, validator_org="guild", criteria_of="course@1")
    own = {"age": 3, "validator_org": "guild", "criteria_of": "course@1"}
    assert found._asdict() == {**{name: getattr(one, name, None) for name in found._fields}, **own}


@given(st.lists(assertions, max_size=6), assertions, wanted)
def test_adding_a_skill_never_lowers_a_score(shown, another, required):
    assert score([*shown, another], required) >= score(shown, required)


@given(st.lists(assertions, max_size=4), assertions, st.sampled_from(VERIFYING), wanted)
def test_verifying_a_skill_never_lowers_a_score(shown, one, outcome, required):
    before = one._replace(proof=one.proof._replace(outcome=Outcome.NO_DOCUMENT))
    after = one._replace(proof=one.proof._replace(outcome=outcome))
    assert score([*shown, after], required) >= score([*shown, before], required)
    valid = one._replace(proof=one.proof._replace(outcome=Outcome.VALID, issuer_trusted=True))
    assert score([*shown, valid], required) >= score([*shown, after], required)


@given(st.lists(assertions, max_size=4), assertions, st.data(), wanted)
def test_more_evidence_never_lowers_a_score(shown, one, data, required):
    more = {
        "artifact": True,
        "criteria": data.draw(st.sampled_from(list(Criteria)[one.proof.criteria :])),
        "testing": data.draw(st.sampled_from(list(AssessmentKind)[one.proof.testing :])),
        "context": True,
        "derivation": Derivation.STATED,
        "level": data.draw(st.integers(one.proof.level, 5)) if one.proof.level else 0,
    }
    name = data.draw(st.sampled_from(sorted(more)))
    after = one._replace(proof=one.proof._replace(**{name: more[name]}))
    assert score([*shown, after], required) >= score([*shown, one], required)


@given(st.lists(assertions, max_size=4), assertions, wanted)
def test_revoking_a_skill_never_raises_a_score(shown, one, required):
    revoked = one._replace(proof=one.proof._replace(outcome=Outcome.REVOKED))
    assert score([*shown, revoked], required) <= score([*shown, one], required)
    assert score(shown, required) <= score([*shown, one], required)


@given(st.lists(assertions, max_size=5), wanted, st.randoms())
def test_order_and_repeats_change_not_a_byte(shown, required, random):
    shuffled = random.sample([*shown, *shown], 2 * len(shown))
    assert told(shown, required) == told(shuffled, required)


@given(assertions, wanted)
def test_what_is_not_in_the_table_changes_nothing(one, required):
    hidden = one._replace(
        label="Another name",
        proof=one.proof._replace(issuer_name="Other", issuer_did="did:web:x", evidence_id="x"),
    )
    another = license_that_nobody_asked_for()
    assert score([one], required) == score(
        [hidden], required, holder_id="holder-2", licenses=(another,), commute_miles=7
    )


def license_that_nobody_asked_for():
    return License("CDL", "US-CO", LicenseState.VERIFIED)


@given(assertions)
def test_the_factors_that_are_shown_give_the_worth(one):
    found = classify(one, TODAY, WEIGHTS, NAMED)
    strength, product, count = 0, 1, 0
    for factor in factors(found, WEIGHTS, NAMED):
        if factor.adds:
            strength += factor.thousandths
        else:
            product, count = product * factor.thousandths, count + 1
    assert evidence(found, WEIGHTS, NAMED) == min(FULL, strength) * product // FULL**count


@given(st.lists(assertions, max_size=4), wanted)
def test_an_announced_contribution_is_read_back_whole(shown, required):
    found = fit(profile(*shown), job(*required), WEIGHTS, TODAY, KNOWN)
    if found is not None:
        change = Change("job-1", "holder-1", found, None, (1, 1), (1, 1))
        match = messages.match(change, found, employer="o", epoch=1, as_of=TODAY)
        assert messages.fit(match) == found


def test_two_different_people_with_the_same_evidence_are_one_class():
    one = classify(assertion(issuer_name="A", assertion_id="1"), TODAY, WEIGHTS)
    other = classify(assertion(issuer_name="B", assertion_id="2"), TODAY, WEIGHTS)
    assert one == other
    assert hash(one) == hash(other)
    assert isinstance(one, EvidenceClass)


def test_a_trusted_validator_and_endorsed_criteria_count_for_that_employer_alone():
    shown = assertion(
        artifact=False,
        criteria=Criteria.STATED,
        testing=AssessmentKind.NOT_STATED,
        context=False,
        issuer_trusted=False,
        validator_org="org-guild",
        criteria_of="https://academy.example/mig",
    )
    here = fit(profile(shown), job(), WEIGHTS, TODAY, KNOWN)
    there = fit(profile(shown), job(employer="org-other"), WEIGHTS, TODAY, KNOWN)
    assert (here.score, there.score) == (970, 609)
    assert here.contributions[0].trusted_validator
    assert here.contributions[0].endorsed_criteria
    assert not there.contributions[0].trusted_validator


def test_evidence_ages_in_steps_that_a_profile_names():
    shown = assertion(shown_on=date(2024, 2, 29))
    days = shown.turns(WEIGHTS.age_years)
    assert days == (date(2027, 3, 1), date(2030, 3, 1), date(2034, 3, 1))
    assert profile(shown).next_turn(days[0], WEIGHTS.age_years) == days[1]
    for day in days:
        before = fit(profile(shown), job(), WEIGHTS, day - timedelta(1))
        assert fit(profile(shown), job(), WEIGHTS, day).score < before.score
    assert years_after(date.max, 1) is None


def test_a_license_in_force_does_not_age():
    shown = assertion(basis=Basis.LICENSED, shown_on=date(1990, 1, 1))
    assert fit(profile(shown), job(), WEIGHTS, TODAY).score == 1000


def test_all_kinds_of_validator_count_alike_by_default():
    worths = {
        evidence(class_of(assertion(validator=kind).proof, 1), WEIGHTS) for kind in ValidatorType
    }
    assert worths == {FULL}
