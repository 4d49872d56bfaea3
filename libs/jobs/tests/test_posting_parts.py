"""Which part of a pasted posting each line belongs to: headings, facts of one line, and lines that
say themselves what they are."""

import pytest
from talent_jobs.bounds import DescriptionError, check
from talent_jobs.description import Conditions, JobType, PayPeriod, Shift, WorkPlace
from talent_jobs.posting_headings import heading_of
from talent_jobs.posting_text import read_posting
from talent_jobs.stated import stated_conditions

FACTS_ON_TOP = """Line cook
Joe's Diner
Pay: $18 - $20 an hour
Location: Denver, CO
Job Type: Full-time
Schedule:
- Monday to Friday
- Weekends as needed
Prepare soups and sauces for the day
Keep the kitchen clean
"""


def test_pay_and_place_on_top_leave_the_duties_below_them(drafter):
    job = drafter.from_posting(FACTS_ON_TOP, "Joe's Diner", "US-CO").job
    check(job)
    assert [one.text for one in job.duties] == [
        "Prepare soups and sauces for the day",
        "Keep the kitchen clean",
    ]
    assert (job.pay.least, job.pay.most, job.pay.period) == (1800, 2000, PayPeriod.HOUR)
    assert job.benefits == ()


@pytest.mark.parametrize(
    "above",
    ["", "Joe's Diner\n", "Pioneer a brighter future\nAcme, Denver\nRef.: MD-021784\n"],
    ids=["nothing", "the employer", "a slogan"],
)
def test_the_title_is_the_first_line_on_top_that_says_what_somebody_is(drafter, above):
    job = drafter.from_posting(f"{above}Line cook\nCook eggs\nKeep the kitchen clean\n", "Joe").job
    assert job.title == "Line cook"
    assert [one.text for one in job.duties] == ["Cook eggs", "Keep the kitchen clean"]


@pytest.mark.parametrize(
    ("said", "guess"),
    [
        (
            "We are looking for a wizard of light bulbs to join us.",
            ' Is it "wizard of light bulbs"?',
        ),
        ("We offer a lot.", ""),
        ("Duties", ""),
        ("- Cooks come to us", ""),
    ],
)
def test_a_slogan_is_no_title_and_is_asked_about(drafter, said, guess):
    slogan = "Challenging position with great career opportunities"
    text = f"{slogan}\n{said}\nDuties\n- Wire lamps for cooks\n"
    with pytest.raises(DescriptionError) as refused:
        drafter.from_posting(text, "Acme")
    assert refused.value.field == "title"
    assert str(refused.value).endswith(f"Type it.{guess}")
    assert drafter.from_posting(text, "Acme", title="Floater").job.title == "Floater"


def test_whom_they_look_for_may_follow_without_an_article():
    read = read_posting(
        "Great place\nWe look every day.\nSeeking Line Cook with a knife.", lambda _: False
    )
    assert read.sought == "Line Cook"


def test_a_fact_in_between_ends_no_part():
    read = read_posting(
        "Baker\nDuties:\n- Bake bread\nHours: 30 hours per week\n- Clean the oven\n"
        "Experience level:\nSenior\n- Order flour\n"
        "Requirements:\nKnows rye\nAdvantage: speaks Polish\nLicense: food handler's card\n"
        "Location\nPueblo\nLifts a sack\n"
    )
    assert read.duties == ("Bake bread", "Clean the oven", "Order flour")
    assert read.requirements == ("Knows rye", "food handler's card", "Lifts a sack")
    assert read.wishes == ("speaks Polish",)


def test_a_job_description_is_duties_and_what_stands_before_it_is_about_the_firm():
    read = read_posting(
        "Clerk\nAbout us\nWe sell tires.\nJob Description\nFile the bills\n"
        "The role\nCall customers\n"
    )
    assert read.duties == ("File the bills", "Call customers")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("Who we are looking for", "requirements"),
        ("What you bring", "requirements"),
        ("YOUR PROFILE", "requirements"),
        ("Minimum Qualifications and Skills:", "requirements"),
        ("Preferred Skills", "wishes"),
        ("About the job", "duties"),
        ("What you will do in this role at our company", "duties"),
        ("DUTIES WILL INCLUDE BUT NOT BE LIMITED TO:", "duties"),
        ("Your responsibilities will include, but not be limited to:", "duties"),
        ("Who we are", "other"),
        ("About Miller Plumbing", "other"),
        ("Pay and benefits", "benefits"),
    ],
)
def test_a_heading_is_found_by_its_whole_name(line, part):
    assert heading_of(line).part == part


@pytest.mark.parametrize(
    "line",
    [
        "Paid relocation",
        "Flexible working hours",
        "Educational assistance",
        "Referral bonus",
        "Experience in carpentry",
        "Project management experience",
        "Location scouting for our films",
        "- Benefits",
        "You have the skills.",
    ],
)
def test_a_line_that_only_has_the_word_of_a_heading_in_it_is_none(line):
    assert heading_of(line) is None


def test_benefits_that_sound_like_headings_stay_benefits():
    read = read_posting(
        "Welder\nWhat you will do:\nWeld gates\nBenefits\nPaid relocation\nFlexible working hours\n"
        "Tuition assistance and education\nDental plan\n"
    )
    assert read.benefits == (
        "Paid relocation",
        "Flexible working hours",
        "Tuition assistance and education",
        "Dental plan",
    )
    assert read.requirements == ()


def test_what_one_must_know_is_no_duty_wherever_it_stands():
    read = read_posting(
        "Bookkeeper\nResponsibilities\nSend out invoices\nStrong skills in payroll\n"
        "Fluent in Spanish is an asset\nYou have a sense of order.\nClose the month as required\n"
    )
    assert read.duties == ("Send out invoices", "Close the month as required")
    assert read.requirements == ("Strong skills in payroll", "You have a sense of order.")
    assert read.wishes == ("Fluent in Spanish is an asset",)


def test_a_must_beside_a_wish_is_a_need():
    read = read_posting(
        "Host\nRequirements\nSpanish is a must, and French is a plus\nGerman is a plus\n"
    )
    assert read.requirements == ("Spanish is a must, and French is a plus",)
    assert read.wishes == ("German is a plus",)


def test_the_firm_its_offers_and_how_to_apply_are_neither_duties_nor_needs(drafter):
    text = (
        "Office clerk\nDuties\n- File letters\n- Miller Software is a leading provider of video "
        "games.\nQualifications\n- Types fast\n- We offer opportunities for personal and "
        "professional development.\n- Mail your application as a PDF; first interviews "
        "are by Skype, after the shortlist is made.\n"
    )
    read = read_posting(text)
    assert (read.duties, read.requirements) == (("File letters",), ("Types fast",))
    assert read.about == ("Miller Software is a leading provider of video games.",)
    skills = {one.label for one in drafter.from_posting(text, "Miller", "US-CO").job.skills}
    assert not {"Skype", "personal development", "video games"} & skills


def test_what_the_person_will_do_is_kept_from_a_long_beginning(drafter):
    story = "We have baked for this town since our grandfather came here with his oven. " * 9
    text = f"Baker\n{story}\nYou will run the night bakery.\nResponsibilities\n- Bake rye bread\n"
    job = drafter.from_posting(text, "Bakery", "US-CO").job
    assert [one.text for one in job.duties] == [
        "You will run the night bakery.",
        "Bake rye bread",
    ]
    assert job.summary.startswith("We have baked for this town")


def test_numbers_and_short_forms_do_not_cut_a_sentence():
    text = (
        "Inspector\nDuties\n1. Check the boilers that the U.S. Department of Energy lists, i.e. "
        "those of public buildings, with Mayor Anna B. Stone.  2. Write to the owners of each "
        "building that fails the check.  3.\n"
    )
    assert read_posting(text).duties == (
        "Check the boilers that the U.S. Department of Energy lists, i.e. those of public "
        "buildings, with Mayor Anna B. Stone.",
        "Write to the owners of each building that fails the check.",
    )


def test_an_age_at_the_end_of_a_sentence_stays_in_it():
    text = "Host\n" + "We seat our guests and see to it that all of them are well. " * 3
    assert (
        "You must be over 18. No exceptions."
        in read_posting(f"{text} You must be over 18. No exceptions.").requirements
    )


def test_bullets_and_headings_inside_a_line_part_it():
    read = read_posting(
        "Cook\nDuties \x95 Cook eggs \x95Wash up\n● Lock the door (at ten) Job benefits:\n● Lunch\n"
    )
    assert read.benefits == ("Lunch",)
    assert read.duties == ("Cook eggs", "Wash up", "Lock the door (at ten)")


def test_pay_in_another_currency_is_kept_as_it_stands(drafter):
    text = "Line cook\nCompensation: €30k - 35k\nDuties\n- Season soups and sauces\n"
    job = drafter.from_posting(text, "Cafe", "US-CO").job
    assert [one.text for one in job.benefits] == ["€30k - 35k"]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("The position is temporary.", "job_type", JobType.TEMPORARY),
        ("Two years, with the chance of more or part-time work.", "job_type", JobType.FULL_TIME),
        ("You work half-time.", "job_type", JobType.PART_TIME),
        ("Location options:\nRemote", "work_place", WorkPlace.REMOTE),
        ("Work from home as well as in the office.", "work_place", WorkPlace.HYBRID),
        ("You are the delivery driver of our software team.", "driving", None),
        ("Delivery driver for our two vans.", "driving", True),
        ("You keep driving growth.", "driving", None),
        ("Monday between 8.30am-4.30pm", "shifts", (Shift(1, 510, 990),)),
        ("Monday between 9am and 1pm", "shifts", (Shift(1, 540, 780),)),
    ],
)
def test_conditions_in_other_words(text, field, value):
    assert getattr(stated_conditions(f"Clerk\n{text}", Conditions()), field) == value
