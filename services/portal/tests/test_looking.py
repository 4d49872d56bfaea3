"""The pages of a person who looks for work."""

from typing import Any

from .conftest import Portal
from .neighbors import JOB
from .test_pages import browser


def fitting(title: str, **changed: Any) -> dict[str, Any]:
    """A job as the wallet tells it."""
    program = {"achievement_id": "urn:mig", "name": "MIG course", "org_name": "School"}
    posting = {
        "job_id": JOB,
        "title": title,
        "employer_name": "Summit Lift Works",
        "description": "Weld frames.",
        "location_type": "on_site",
        "weekly_hours_min": 36,
        "weekly_hours_max": 40,
        "valid_through": "2027-01-31",
        "pay": {
            "min_minor_units": 2650,
            "max_minor_units": 3100,
            "currency": "USD",
            "period": "hour",
        },
    }
    stated = {
        "posting": posting,
        "score": 520,
        "threshold": 400,
        "sentences": ["You have MIG welding, level 3 of 5."],
        "missing": [{"taught_in": [program]}],
    }
    return {**stated, **changed}


async def test_a_person_finds_work_and_who_teaches_what_is_missing(portal: Portal) -> None:
    portal.world.jobs["in_reach"] = [fitting("Welder")]
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/find-work")
        assert (
            "on site · $26.50–$31 an hour · 40 hours a week · open until Jan 31, 2027" in page.text
        )
        assert "520 of 1,000 points. This job looks for 400 or more." in page.text
        assert "You have MIG welding, level 3 of 5." in page.text
        assert "/find-work/what-if?program=urn%3Amig" in page.text
        assert "/find-work?reach=in_reach&amp;page=second" in page.text
        page = await ana.client.get("/find-work?reach=closed")
        assert "No condition of a job keeps you out." in page.text


async def test_a_look_ahead_tells_what_would_change(portal: Portal) -> None:
    portal.world.changed = [
        {"now": fitting("Welder"), "score_before": 0, "reach_before": "closed"},
        {"now": fitting("Fitter"), "score_before": 450, "reach_before": "in_reach"},
    ]
    async with browser(portal) as ana:
        await ana.sign_in(role="holder", next_page="/find-work/programs")
        page = await ana.client.get("/find-work/what-if?program=urn%3Amig")
        assert "One more job would come into your reach." in page.text
        assert "What if you finished MIG &lt;b&gt;course&lt;/b&gt; at School?" in page.text
        assert "0 points now, 520 then." in page.text
        opened, better = page.text.split("Would fit better")
        assert "Welder" in opened
        assert "Fitter" in better
    (asked,) = portal.world.what_if
    assert asked["achievements"] == [{"achievement_id": "urn:mig"}]


async def test_programs_come_with_the_jobs_that_they_would_open(portal: Portal) -> None:
    portal.world.programs = [
        {
            "achievement_id": "urn:mig",
            "name": "MIG course",
            "org_name": "School",
            "come_into_reach": 3,
            "job_titles": ["Welder", "Fitter"],
            "skills": ["MIG welding"],
        }
    ]
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/find-work/programs")
        assert "3 jobs would come into reach." in page.text
        assert "Such as: Welder, Fitter." in page.text
        assert "/find-work/what-if?program=urn%3Amig" in page.text


async def test_only_a_person_with_a_wallet_finds_work(portal: Portal) -> None:
    async with browser(portal) as ed:
        page = await ed.sign_in(role="employer", next_page="/find-work")
        assert page.status_code == 403
