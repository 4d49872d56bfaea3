"""What shuts people out is flagged where it stands, and what is fine is not."""

from dataclasses import replace

import pytest
from talent_jobs.description import Conditions, Duty, PayPeriod, PayRange, Source, SourceKind
from talent_jobs.flags import all_flags, flags, flags_now, pay_flag

from .descriptions import description


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
        ("Full time, 20 hours per week", "FULL_TIME_FEW_HOURS"),
        ("Females only", "SEX"),
        ("Must be between 18 and 35", "AGE"),
        ("A well-groomed person", "LOOKS"),
        ("Young, energetic people welcome", "AGE"),
        ("Must attend church", "RELIGION"),
        ("Lift 75 lbs", "LIFTING"),
        ("5 years as a welder", "YEARS_FOR_SKILL"),
        ("Experience: 6 years", "YEARS_FOR_SKILL"),
        ("Must have own car.", "LICENSE_WITHOUT_DRIVING"),
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
        "1. A baccalaureate degree; or 2. education and/or experience equivalent to it.",
        "15 years as a family business, with attractive pay. Lifts 50 pounds with a cart.",
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


def test_years_are_judged_by_what_people_of_such_work_need():
    text = "Dishwasher\n2 years of experience"
    assert {one.code for one in flags(text, zone=1)} == {"MANY_YEARS"}
    assert flags(text, zone=4) == []


def test_a_degree_is_put_in_skills_and_left_where_the_law_asks_for_it(drafter, taxonomy):
    text = "Bookkeeper\nKeep financial records.\nBachelor's degree required."
    job = drafter.from_posting(text, "Acme", "US-CO").job
    (found,) = [one for one in all_flags(job, text, taxonomy) if one.code == "DEGREE_ONLY"]
    needed = [one.label for one in job.skills if one.required and not one.durable]
    assert needed[0] in found.instead
    nurse = "Registered nurse\nCare for patients.\nBachelor's degree required."
    job = drafter.from_posting(nurse, "Clinic", "US-CO").job
    assert all_flags(job, nurse, taxonomy) == []


def test_a_description_is_flagged_for_its_own_words_and_pay_as_they_are_now(taxonomy):
    own = Duty("Help the salesman; a bachelor's degree is required.", Source(SourceKind.EMPLOYER))
    pay = PayRange(900, 950, PayPeriod.HOUR)
    found = flags_now(description(duties=(own,), pay=pay), taxonomy)
    assert [one.code for one in found] == ["GENDERED_TITLE", "DEGREE_ONLY", "PAY_LOW"]
    assert {(one.start, one.end) for one in found} == {(0, 0)}
    assert [one.code for one in flags_now(description(duties=(own,), pay=pay), None)] == [
        "GENDERED_TITLE",
        "DEGREE_ONLY",
    ]
    assert flags_now(description(), taxonomy) == []


def test_a_drivers_license_is_fine_where_any_duty_needs_a_driver(taxonomy):
    idle = description(duties=(), conditions=Conditions())
    assert [one.code for one in flags_now(idle, taxonomy)] == ["LICENSE_WITHOUT_DRIVING"]
    task = Duty("Drive vehicles over specified routes.", Source(SourceKind.ONET_TASK))
    assert flags_now(replace(idle, duties=(task,)), taxonomy) == []


def test_nobody_has_to_mend_the_words_of_onet(taxonomy):
    task = Duty("Inform waiters about specials.", Source(SourceKind.ONET_TASK))
    assert flags_now(description(duties=(task,)), taxonomy) == []


def test_a_title_of_one_sex_comes_with_one_for_everybody():
    assert "salesperson" in flags("We look for a salesman.")[0].instead
    assert flags("Waiter/waitress") == []
