"""Who of a staff could do a job, scored as candidates are, and what would bring most there."""

from hypothesis import given
from hypothesis import strategies as st
from talent_matcher.model import (
    Assertion,
    Basis,
    HolderId,
    Importance,
    LicenseRequirement,
    Outcome,
    Profile,
    Proof,
    Relation,
    Skill,
    SkillUri,
)
from talent_matcher.score import Apart, Known
from talent_matcher.weights import WEIGHTS
from talent_matcher.workforce.comparing import (
    EmployeeFit,
    Nearby,
    best_first,
    departments,
    lacks,
    skills_across,
    targets,
    who_fits,
)
from talent_matcher.workforce.messages import employee, employee_message
from talent_matcher.workforce.staff import Employee, HeldLicense, ShownSkill

from .builders import TODAY, fit, job, requirement

URIS = [f"urn:skill:{number}" for number in range(5)]
skills = st.builds(
    lambda uri, level: ShownSkill(Skill(SkillUri(uri), uri[-1]), level, uri),
    st.sampled_from(URIS),
    st.integers(0, 5),
)
people = st.builds(
    lambda number, shown: Employee(str(number), f"P{number}", skills=tuple(shown)),
    st.integers(0, 1000),
    st.lists(skills, max_size=5, unique_by=lambda one: one.skill.uri),
)
staffs = st.lists(people, max_size=8, unique_by=lambda one: one.employee_id)
jobs = st.lists(
    st.builds(
        lambda uri, level, wish, gate: requirement(uri, level=level, importance=wish, gate=gate),
        st.sampled_from(URIS),
        st.integers(0, 5),
        st.sampled_from([Importance.REQUIRED, Importance.PREFERRED]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.skill.uri,
).map(lambda asked: job(*asked))


def fits(staff: list[Employee], wanted=None) -> list[EmployeeFit]:
    asked = wanted or job()
    return list(who_fits(staff, asked, Nearby.of(asked, Apart()), WEIGHTS, TODAY))


def person(*shown: tuple[str, int], **changed) -> Employee:
    listed = tuple(ShownSkill(Skill(SkillUri(uri)), level, uri) for uri, level in shown)
    return Employee("e1", "Ana", skills=listed, **changed)


@given(staffs, jobs)
def test_a_person_has_the_score_of_a_profile_with_the_same_words(staff, wanted):
    for one in fits(staff, wanted):
        profile = Profile(
            HolderId("h"),
            (0, 0),
            tuple(
                Assertion(
                    shown.skill.uri,
                    Proof("a", Basis.SELF_ASSERTED, Outcome.NO_DOCUMENT, level=shown.level),
                )
                for shown in one.employee.skills
            ),
        )
        as_candidate = fit(profile, wanted, WEIGHTS, TODAY, Known())
        assert one.fit.score == sum(part.points for part in one.fit.contributions)
        if as_candidate is None:
            assert one.closed
        else:
            assert (one.fit.score, one.closed) == (as_candidate.score, ())


@given(staffs, jobs)
def test_targets_and_counts_add_up(staff, wanted):
    found = fits(staff, wanted)
    assert len(found) == len(staff)
    ready = [one for one in found if not lacks(one)]
    for target in targets(found):
        uri = target.missing.skill.uri
        lacking = [one for one in found if any(each.skill.uri == uri for each in one.fit.missing)]
        assert target.lacking == len(lacking) > 0
        for near in target.one_away:
            [only] = lacks(next(one for one in found if one.employee == near))
            assert only.skill.uri == uri
    away = sum(len(target.one_away) for target in targets(found))
    assert len(ready) + away <= len(staff)
    counted = skills_across(staff)
    assert sum(one.count for one in counted) == sum(len(one.skills) for one in staff)
    assert [one.count for one in counted] == sorted((one.count for one in counted), reverse=True)
    assert sum(count for _, count in departments(staff)) == len(staff)


@given(staffs, jobs, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing(staff, wanted, chance):
    shuffled = list(staff)
    chance.shuffle(shuffled)
    names = [one.employee.employee_id for one in best_first(fits(staff, wanted))]
    again = [one.employee.employee_id for one in best_first(fits(shuffled, wanted))]
    scores = {one.employee.employee_id: one.fit.score for one in fits(staff, wanted)}
    assert set(names) == set(again)
    assert [scores[one] for one in names] == [scores[one] for one in again]


@given(people)
def test_a_person_comes_back_from_storage_as_they_were(one):
    assert employee(employee_message(one)) == one


def test_a_narrower_skill_counts_and_says_so():
    class Near:
        version = "1"

        def near(self, skill):
            return {SkillUri(URIS[1]): Relation.NARROWER}

    wanted = job(requirement(URIS[0], level=0))
    [found] = who_fits([person((URIS[1], 0))], wanted, Nearby.of(wanted, Near()), WEIGHTS, TODAY)
    assert found.fit.score == 360
    assert found.has_sentences() == [f"Has {URIS[1]}, a kind of {URIS[0]}."]


def test_a_license_is_the_jobs_when_its_words_and_its_state_are():
    wanted = job(licenses=(LicenseRequirement("CDL", "US-CO", accept_pending=True),))
    for held, is_closed in (
        (HeldLicense("cdl", "US-CO"), False),
        (HeldLicense("CDL"), False),
        (HeldLicense("CDL", "US-WY"), True),
        (HeldLicense("CPR"), True),
    ):
        [found] = fits([person(licenses=(held,))], wanted)
        assert bool(found.closed) == is_closed


def test_a_job_that_is_internal_or_over_still_compares():
    wanted = job(internal=True, valid_through=TODAY.replace(year=2020))
    [found] = fits([person((wanted.requirements[0].skill.uri, 3))], wanted)
    assert found.fit.score == 400
