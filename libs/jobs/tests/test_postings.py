"""A posting that somebody pastes: what is read of it, and what becomes of each line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_jobs.bounds import DescriptionError, check
from talent_jobs.description import Conditions, JobType, PayPeriod, Shift, SourceKind, WorkPlace
from talent_jobs.posting_shifts import stated_shifts
from talent_jobs.posting_text import read_posting
from talent_jobs.stated import stated_conditions, stated_licenses, stated_pay

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
    stated_conditions(text, Conditions())
    assert len(read.duties) + len(read.requirements) <= len(text.splitlines()) + 1


def test_a_wish_is_no_requirement_and_a_degree_is_no_skill(drafter):
    text = POSTING.replace(
        "- Knowledge of food safety",
        "- Knowledge of food safety\n- Degree in computer science\n- Welding is a plus",
    )
    skills = {one.label: one for one in drafter.from_posting(text, "Cafe", "US-CO").job.skills}
    assert not any("computer" in label for label in skills)
    welding = [one for label, one in skills.items() if "weld" in label]
    assert not any(one.required for one in welding)
    assert read_posting(text).wishes == ("Welding is a plus",)


def test_a_posting_without_headings_and_title_is_read_too(drafter):
    text = (
        "We are looking for a reliable line cook to join our kitchen. You prepare sauces and "
        "season soups.\nMonday through Friday, 8 a.m. to 4:30 p.m. Close to a bus line.\n"
        "Send your resume to boss@cafe.example or call 303-555-0100."
    )
    job = drafter.from_posting(text, "Cafe", "US-CO").job
    check(job)
    assert job.title == "Line cook"
    assert not any("@" in one.text or "555" in one.text for one in job.duties)
    assert [(one.day, one.start, one.end) for one in job.conditions.shifts] == [
        (day, 480, 990) for day in range(1, 6)
    ]
    assert "bus line" in job.conditions.transport
    with pytest.raises(DescriptionError, match='Is it "wizard of sauces"'):
        drafter.from_posting("We seek.\nWe are looking for a wizard of sauces.", "Cafe", "US-CO")


def test_a_heading_with_its_text_on_one_line_keeps_the_text():
    read = read_posting("Cashier\nDuties: count money\nRequirements: read and write\n")
    assert (read.duties, read.requirements) == (("count money",), ("read and write",))


def test_a_paragraph_becomes_lines_that_a_description_may_hold(drafter):
    text = "Baker\n" + " ".join(["Bake bread and rolls for the shop."] * 300)
    job = drafter.from_posting(text, "Bakery", "US-CO").job
    check(job)
    assert len(job.duties) == 40


def test_conditions_are_read_only_where_they_stand():
    plain = stated_conditions("We need a baker.", Conditions())
    assert (plain.hours, plain.work_place) == ((0, 0), WorkPlace.ON_SITE)
    assert stated_pay("We raised $5 million.") is None
    cloud = stated_conditions("Cook\nWe use a hybrid cloud, and know apprentices.", Conditions())
    assert (cloud.work_place, cloud.job_type) == (WorkPlace.ON_SITE, JobType.FULL_TIME)
    assert stated_conditions("You drive the digital change.", Conditions()).driving is None
    assert stated_conditions("You drive the company van.", Conditions()).driving is True
    assert (
        stated_conditions("This is a remote position.", Conditions()).work_place is WorkPlace.REMOTE
    )


def test_licenses_are_read():
    found = stated_licenses("A CDL is needed. Driver's license.", "US-CO")
    assert [one.type for one in found] == ["Commercial driver's license"]
    assert not found[0].accept_pending  # only the employer can say so


WHOLE = """Office manager
We are a family plumbing firm of twelve.

What you will do:
- Answer the phones and schedule the plumbers

Requirements:
- Two years in an office
Preferred:
- Spanish

Benefits:
- Paid vacation
$22 to $26 an hour. Monday through Friday, 8 am to 4:30 pm
"""


def test_each_line_of_a_posting_has_its_place(drafter):
    job = drafter.from_posting(WHOLE, "Acme", "US-CO", zip_code="80203").job
    check(job)
    assert job.summary == "We are a family plumbing firm of twelve."
    assert job.summary_source.kind is SourceKind.POSTING
    assert [one.text for one in job.also_needed] == ["Two years in an office", "Spanish (a plus)"]
    assert [one.text for one in job.benefits] == ["Paid vacation"]
    assert (job.pay.least, job.pay.most) == (2200, 2600)
    assert (job.conditions.zip3, job.conditions.time_zone) == ("802", "America/Denver")
    assert len(job.conditions.shifts) == 5


def test_few_skills_of_a_text_are_joined_by_those_of_the_work(drafter):
    draft = drafter.from_posting(WHOLE, "Acme", "US-CO")
    sources = {one.label: one.source.occupation for one in draft.job.skills if not one.durable}
    assert sources["Spanish"] == ""
    assert "43-1011.00" in sources.values()
    assert any("names few skills" in note for note in draft.notes)


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("Mon-Fri 8am-5pm", [(day, 480, 1020) for day in range(1, 6)]),
        ("Sat and Sun, 9 am - noon", [(6, 540, 720), (7, 540, 720)]),
        ("Thursdays, 5 p.m. to midnight", [(4, 1020, 0)]),
        ("Fri-Mon 10 to 6 pm", [(day, 600, 1080) for day in (5, 6, 7, 1)]),
        ("Monday 8 to 5", []),
        ("Monday 13 pm to 45 am", []),
    ],
)
def test_shifts_are_read_where_morning_and_afternoon_are_told_apart(text, shifts):
    assert stated_shifts(text) == tuple(Shift(*one) for one in shifts)


def test_a_license_that_is_a_plus_keeps_nobody_out():
    assert stated_licenses("CDL preferred. Guard card.", "US-CO")[0].type.startswith("Security")
    assert stated_licenses("A CDL is a plus", "US-CO") == ()


@pytest.mark.parametrize(
    ("place", "field"),
    [({"state": "Colorado"}, "state"), ({"zip_code": "8020"}, "zip"), ({"zip_code": "x"}, "zip")],
)
def test_a_place_that_is_none_is_refused(drafter, place, field):
    with pytest.raises(DescriptionError) as refusal:
        drafter.from_title("Welder", "Acme", **place)
    assert refusal.value.field == field


def test_a_posting_in_one_breath_is_taken_apart(drafter):
    text = (
        "Help wanted: Part time barista\n\nYou will make espresso drinks and run the register. No "
        "experience needed, we train. Must be 18 or older. $16.50/hour plus tips. 20-25 hours per "
        "week, Sat & Sun 6am to 12pm. We are on the bus line."
    )
    job = drafter.from_posting(text, "Cafe", "US-CO").job
    assert job.title == "Part time barista"
    assert [one.text for one in job.duties] == [
        "You will make espresso drinks and run the register."
    ]
    assert [one.text for one in job.also_needed] == [
        "No experience needed, we train.",
        "Must be 18 or older.",
    ]
    assert job.conditions.transport == "We are on the bus line."
    assert len(job.conditions.shifts) == 2
    assert (job.pay.least, job.conditions.hours) == (1650, (20, 25))


def test_a_heading_that_asks_is_one_without_any_mark():
    read = read_posting("Cook\nDuties\n- Cook eggs\nWhat we're looking for\n- Two hands\n")
    assert read.requirements == ("Two hands",)
    plain = read_posting("Cook\nDuties\nCook eggs\nExperience with boats of all sizes\nSail\n")
    assert plain.duties == ("Cook eggs", "Sail")


def test_something_is_required_of_every_job_that_we_know_the_work_of(drafter):
    text = "Front Desk Receptionist - Dental Office\nDuties:\n- Keep the waiting room tidy\n"
    skills = drafter.from_posting(text, "Smile", "US-CO").job.skills
    assert any(one.required for one in skills)


def test_the_van_that_one_drives_at_work_is_no_way_to_get_there():
    drives = stated_conditions("- Drive the company van to customers", Conditions())
    assert (drives.transport, drives.driving) == ("", True)
