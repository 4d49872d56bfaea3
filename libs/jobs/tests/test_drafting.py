"""Drafts as the owner of a small shop gets them, over the taxonomy and model of set-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_jobs.bounds import DescriptionError, check
from talent_jobs.description import PayPeriod, SourceKind
from talent_jobs.drafting import NO_TASKS
from talent_jobs.everyday_titles import EVERYDAY
from talent_jobs.json_form import from_json, to_json
from talent_jobs.local_pay import NOT_PUBLISHED
from talent_jobs.occupations import Way


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Welder", "51-4121.00"),
        ("MIG welder", "51-4121.00"),
        ("night shift line cook", "35-2014.00"),
        ("CNA", "31-1131.00"),
        ("front desk", "43-4171.00"),
        ("HVAC helper", "49-9098.00"),
        ("Vet tech (full-time)", "29-2056.00"),
        ("busser", "35-9011.00"),
        ("lawn care", "37-3011.00"),
        ("pharmacy tech", "29-2052.00"),
        ("apprentice electrician", "47-2111.00"),
        ("Registered nurse", "29-1141.00"),
        ("hair stylist", "39-5012.00"),
        ("insurance agent", "41-3021.00"),
        ("Full stack Java developer", "15-1252.00"),
    ],
)
def test_a_title_that_people_use_finds_its_occupation(finder, title, code):
    assert finder.find(title)[0].code == code


@pytest.mark.parametrize("title", ["wizard of light bulbs", "", "???", "x" * 5000])
def test_what_is_no_title_finds_nothing(finder, title):
    assert finder.find(title) == []
    assert finder.parts(title) == []


@pytest.mark.parametrize("title", ["shift lead", "welding instructor", "crew chief"])
def test_a_title_that_may_be_several_occupations_is_not_guessed(finder, drafter, title):
    assert finder.find(title) == []
    draft = drafter.from_title(title, "Acme", "US-CO")
    assert draft.job.occupations == draft.job.duties == ()
    choices = finder.choices(title)
    assert choices
    assert all(one.title in draft.notes[0] for one in choices)


def test_what_a_posting_tells_decides_what_is_offered_to_choose_from(finder, drafter):
    told = [
        "Design Java services and write their tests",
        "Tune the queries of a large database and the software that asks them",
        "Build and release software with a team of developers",
    ]
    title = "Performance Engineer Microservices"
    assert finder.find(title) == []
    assert not any(one.code.startswith("15-") for one in finder.choices(title))
    assert any(one.code.startswith("15-12") for one in finder.choices(title, told))
    note = drafter.from_posting("\n".join((title, "Duties", *told)), "Acme").notes[0]
    assert all(one.title in note for one in finder.choices(title, told))


def test_an_occupation_found_by_meaning_is_one_to_check(finder, drafter):
    assert finder.find("childcare aide")[0].way is Way.MEANING
    notes = drafter.from_title("childcare aide", "Acme", "US-CO").notes
    assert any("Is that the work?" in note for note in notes)


def test_every_everyday_title_leads_to_an_occupation(taxonomy):
    assert [title for title, code in EVERYDAY.items() if taxonomy.occupation(code) is None] == []


def test_a_role_of_three_jobs_has_three_shares(finder):
    parts = finder.parts("Office manager who also keeps the books and drives the van")
    assert [(one.code, one.share) for one in parts] == [
        ("43-1011.00", 60),
        ("43-3031.00", 20),
        ("53-3033.00", 20),
    ]


@given(st.text(max_size=80))
def test_shares_sum_to_a_hundred_whatever_the_title(finder, title):
    parts = finder.parts(title)
    assert not parts or sum(one.share for one in parts) == 100


def test_a_title_gives_a_whole_draft_with_a_source_for_each_line(drafter):
    job = drafter.from_title("MIG welder", "Summit Lifts", "US-CO").job
    check(job)
    assert from_json(to_json(job)) == job
    assert len(job.duties) == 8
    assert all(one.source.kind is SourceKind.ONET_TASK for one in job.duties)
    assert "welding techniques" in {one.label for one in job.skills}
    assert all(one.source.id == one.uri for one in job.skills)
    assert any(one.required and one.looks_like for one in job.skills)
    assert all(one.observe and not one.level for one in job.skills if one.durable)
    assert (job.pay.area, job.pay.period) == ("Colorado", PayPeriod.HOUR)
    assert 0 < job.pay.least < job.pay.most
    assert any("O*NET" in words for words in job.attributions)


def test_the_same_title_gives_the_same_draft(drafter):
    first = drafter.from_title("barista", "Cafe", "US-CO")
    assert drafter.from_title("barista", "Cafe", "US-CO") == first


def test_an_occupation_without_tasks_says_so_and_invents_none(drafter):
    draft = drafter.from_occupation("11-9199.00", "Acme")
    assert draft.job.duties == ()
    assert NO_TASKS in draft.notes


def test_an_unknown_occupation_is_refused(drafter):
    with pytest.raises(DescriptionError, match="occupation"):
        drafter.from_occupation("99-9999.00", "Acme")


def test_somebody_like_a_present_employee(drafter):
    uri = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
    job = drafter.from_skills("Warehouse worker", [(uri, 4)], "Acme", "US-CO").job
    assert (job.skills[0].uri, job.skills[0].level, job.skills[0].required) == (uri, 4, True)


@pytest.mark.parametrize(
    ("title", "level"), [("Line cook", 3), ("apprentice electrician", 2), ("Senior welder", 4)]
)
def test_a_title_says_how_well_one_must_know_the_work(drafter, title, level):
    draft = drafter.from_title(title, "Acme", "US-CO")
    assert {one.level for one in draft.job.skills if one.required} == {level}
    assert any("Beginners" in note for note in draft.notes) == (level == 2)


def test_nobody_below_is_asked_to_supervise_or_to_prescribe(drafter):
    labels = {
        one.label
        for title in ("Nanny", "Barber", "Pharmacy tech", "Cashier")
        for one in drafter.from_title(title, "Acme", "US-CO").job.skills
    }
    assert not labels & {"supervise work", "manage personnel", "coining", "prescribe medication"}


def test_what_wages_are_missing_is_said(drafter, taxonomy):
    none = drafter.from_occupation("55-1011.00", "Acme", "US-CO")
    assert none.job.pay is None
    assert NOT_PUBLISHED in none.notes
    abroad = drafter.from_title("Welder", "Acme", "US-AS")
    assert abroad.job.pay.area == "United States"
    assert any("American Samoa" in note for note in abroad.notes)


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Phlebotomist", "take blood samples"),
        ("Dental hygienist", "prepare patients for dental treatment"),
        ("Teacher aide", "assist students in their learning"),
        ("Electrician apprentice", "install electrical and electronic equipment"),
        ("Barista", "prepare specialized coffee"),
    ],
)
def test_what_the_work_as_a_whole_means_is_among_its_skills(drafter, title, named):
    labels = [one.label for one in drafter.from_title(title, "Acme", "US-CO").job.skills]
    assert named in labels


def test_few_skills_are_required_and_the_labels_are_american(drafter):
    for title in ("Roofer", "Warehouse associate", "Dental hygienist"):
        skills = drafter.from_title(title, "Acme", "US-CO").job.skills
        assert 1 <= sum(one.required for one in skills) <= 4
        assert not any("anaesth" in one.label or "organise" in one.label for one in skills)


def test_pay_is_found_where_the_survey_counts_occupations_together(drafter):
    assert drafter.from_title("Home health aide", "Acme", "US-CO").job.pay.area == "Colorado"


def test_like_somebody_needs_skills_that_are_known_with_their_level(drafter):
    for skills in ([], [("urn:none", 3)], [(f"urn:{n}", 1) for n in range(200)]):
        with pytest.raises(DescriptionError, match="skills"):
            drafter.from_skills("Welder", skills, "Acme")


def test_of_somebodys_skills_the_first_are_required_and_durable_ones_never_are(drafter):
    durable = next(one for one in drafter.from_title("Welder", "Acme").job.skills if one.durable)
    weld = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
    skills = [(durable.uri, 5), (weld, 4), ("urn:craft", 3)]
    labels = {"urn:craft": "Craft of lifts"}
    job = drafter.from_skills("Welder", skills, "Acme", labels=labels, required=1).job
    own = [(one.uri, one.required, one.level) for one in job.skills if not one.durable]
    assert own == [(weld, True, 4), ("urn:craft", False, 0)]
    assert [one.label for one in job.skills if one.uri == "urn:craft"] == ["Craft of lifts"]
    assert durable in job.skills
