"""Drafts as the owner of a small shop gets them, over the taxonomy and model of set-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_jobs.bounds import DescriptionError, check
from talent_jobs.description import JobType, PayPeriod, SourceKind, WorkPlace
from talent_jobs.drafting import NO_TASKS, Drafter
from talent_jobs.everyday_titles import EVERYDAY
from talent_jobs.flags import flags, pay_flag
from talent_jobs.json_form import from_json, to_json
from talent_jobs.occupations import OccupationFinder, Way
from talent_jobs.posting_text import read_posting, stated_conditions, stated_licenses, stated_pay
from talent_skills.embedding import Embedder
from talent_skills.occupation_vectors import OccupationVectors
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy

POSTING = """Line cook

Responsibilities:
- Prepare and season soups and sauces.
- Keep the food preparation area clean.

Requirements:
- 5+ years of experience in a kitchen
- High school diploma required
- Knowledge of food safety

Pay: $18.50 - $22 per hour, 30-35 hours per week. This is a part-time job.
"""


@pytest.fixture(scope="module")
def taxonomy(stack_home):
    return Taxonomy.open(stack_home.built_skills)


@pytest.fixture(scope="module")
def embedder(stack_home):
    return Embedder(stack_home.language_model)


@pytest.fixture(scope="module")
def finder(stack_home, taxonomy, embedder):
    vectors = OccupationVectors.open(stack_home.built_skills, taxonomy)
    return OccupationFinder(taxonomy, vectors, embedder)


@pytest.fixture(scope="module")
def drafter(stack_home, taxonomy, finder, embedder):
    tagger = Tagger.open(stack_home.built_skills, stack_home.language_model)
    return Drafter(taxonomy, finder, tagger, embedder)


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


def test_an_occupation_found_by_meaning_is_one_to_check(finder, drafter):
    assert finder.find("drywall hanger")[0].way is Way.MEANING
    notes = drafter.from_title("drywall hanger", "Acme", "US-CO").notes
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


def test_a_pasted_posting_keeps_its_own_lines(drafter):
    job = drafter.from_posting(POSTING, "Cafe", "US-CO").job
    check(job)
    assert job.title == "Line cook"
    assert [one.text for one in job.duties] == [
        "Prepare and season soups and sauces.",
        "Keep the food preparation area clean.",
    ]
    assert {one.source.kind for one in job.duties} == {SourceKind.POSTING}
    assert (job.pay.least, job.pay.most, job.pay.period) == (1850, 2200, PayPeriod.HOUR)
    assert job.conditions.hours == (30, 35)
    assert job.conditions.job_type is JobType.PART_TIME


def test_somebody_like_a_present_employee(drafter):
    uri = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
    job = drafter.from_skills("Warehouse worker", [(uri, 4)], "Acme", "US-CO").job
    assert (job.skills[0].uri, job.skills[0].level, job.skills[0].required) == (uri, 4, True)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("  \n", "empty"),
        ("word " * 20_000, "too long"),
        (
            "Buscamos una persona para la cocina. El trabajo es de noche y los fines de semana.",
            "Spanish",
        ),
    ],
    ids=["empty", "too long", "Spanish"],
)
def test_a_text_that_is_no_posting_is_refused_with_what_to_do(text, mend):
    with pytest.raises(DescriptionError, match=mend):
        read_posting(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        read = read_posting(text)
    except DescriptionError:
        return
    stated_pay(text)
    stated_conditions(text, "US-CO")
    assert len(read.duties) + len(read.requirements) <= len(text.splitlines()) + 1


def test_conditions_are_read_only_where_they_stand():
    plain = stated_conditions("We need a baker.", "US-CO")
    assert (plain.hours, plain.work_place) == ((0, 0), WorkPlace.ON_SITE)
    assert stated_pay("We raised $5 million.") is None
    assert stated_conditions("This is a remote position.", "").work_place is WorkPlace.REMOTE


def test_licenses_are_read():
    found = stated_licenses("A CDL is needed. Driver's license.", "US-CO")
    assert [one.type for one in found] == ["Commercial driver's license"]


def codes(text: str) -> set[str]:
    return {one.code for one in flags(text)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bachelor's degree required.", "DEGREE_ONLY"),
        ("10+ years of experience in sales", "MANY_YEARS"),
        ("Entry level. 3 years of experience.", "ENTRY_WITH_EXPERIENCE"),
        ("We look for a salesman.", "GENDERED_TITLE"),
        ("He will report to the owner.", "GENDERED_PRONOUN"),
        ("Be our marketing ninja!", "CODED_WORDING"),
        ("A fit for recent graduates and digital natives", "AGE"),
        ("Native English speaker", "ORIGIN"),
        ("Must be able-bodied", "DISABILITY"),
        ("No criminal record", "RECORD"),
        ("Part-time job, 40 hours a week", "PART_TIME_40_HOURS"),
        ("Fully remote. On-site only.", "REMOTE_ON_SITE"),
        ("Cashier with a driver's license", "LICENSE_WITHOUT_DRIVING"),
    ],
)
def test_what_shuts_people_out_is_flagged_at_its_place(text, code):
    found = next(one for one in flags(text) if one.code == code)
    assert text[found.start : found.end] == found.words
    assert found.why
    assert found.instead


@pytest.mark.parametrize(
    "text",
    [
        "Bachelor's degree or equivalent experience.",
        "He/she will report to the owner.",
        "Drives the van to customers. Driver's license.",
        "Full-time, 40 hours a week. Part-time possible.",
        "Weld frames for ski lifts in a team of six.",
    ],
)
def test_what_is_fine_is_not_flagged(text):
    assert codes(text) == set()


def test_pay_outside_of_what_people_earn_nearby_is_flagged(drafter, taxonomy):
    low = drafter.from_posting("Welder\nWeld frames.\n$9 per hour", "Acme", "US-CO").job
    assert pay_flag(low, taxonomy).code == "PAY_LOW"
    fair = drafter.from_posting("Welder\nWeld frames.\n$28 per hour", "Acme", "US-CO").job
    assert pay_flag(fair, taxonomy) is None
    assert pay_flag(drafter.from_title("Welder", "Acme", "US-CO").job, taxonomy) is None
