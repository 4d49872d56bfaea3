"""A posting that starts from somebody of the staff."""

import html
import re
from urllib.parse import unquote_plus

import pytest
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import workforce_pb2 as pb

from .conftest import Portal
from .test_pages import browser
from .test_previews import drafted, fitting

ANA = pb.Employee(employee_id="one-1", name="Ana <b>Ruizquez", job_title="Helper")
BEN = pb.Employee(employee_id="one-2", employee_number="17")


def options(page: str) -> dict[str, str]:
    """Whom the page lets one pick, by id."""
    found = re.findall(r'<option value="([^"]*)" (?:selected)?>([^<]*)</option>', page)
    return {value: html.unescape(words) for value, words in found}


async def test_somebody_in_the_list_of_people_becomes_a_posting_with_who_fits(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    portal.world.staff = [ANA, BEN]
    drafted(portal.world, fitting(820, candidates_visible=True))
    async with browser(portal) as eve:
        await eve.sign_in()
        people = (await eve.client.get("/staff/people")).text
        assert "Hire someone like this person" in people
        name, value = re.findall(r'form="hire" name="(\w+)" value="([^"]+)"', people)[0]
        page = await eve.post("/jobs/draft", **{name: value})
    (asked,) = portal.world.drafted
    assert (asked.like_employee.employee_id, asked.like_employee.title) == ("one-1", "")
    assert asked.state == "US-CO"
    assert "Your posting" in page.text
    assert "<strong>820</strong>" in page.text
    assert "MIG welding" in page.text
    for known in ("Ruizquez", "one-1"):
        assert known not in page.text
        assert known not in unquote_plus(str(page.url))
        assert known not in caplog.text


async def test_where_a_posting_is_begun_one_of_the_staff_can_be_picked(portal: Portal) -> None:
    drafted(portal.world, fitting(820))
    async with browser(portal) as eve:
        await eve.sign_in()
        assert "works for you" not in (await eve.client.get("/jobs/new")).text
        portal.world.staff = [ANA, BEN]
        page = (await eve.client.get("/jobs/new")).text
        assert "Or start from someone who works for you" in page
        assert "<b>" not in page
        assert list(options(page).values()) == ["Ana <b>Ruizquez, Helper", "17"]
        await eve.post("/jobs/draft", title="Night welder", like="one-2")
        await eve.post("/jobs/draft", title="Welder", like="")
    first, second = portal.world.drafted
    assert first.like_employee.employee_id == "one-2"
    assert first.like_employee.title == "Night welder"
    assert (second.WhichOneof("start"), second.title) == ("title", "Welder")


@pytest.mark.parametrize(
    ("problem", "given", "picked", "words"),
    [
        (
            Problem(Reason.INVALID_FIELD, field="title", mend="type what the job is called"),
            {"like": "one-51"},
            "one-51",
            "Check title: type what the job is called.",
        ),
        (None, {"like": "one-1", "posting": "Cook wanted"}, "one-1", "not both"),
        (
            Problem(Reason.NOT_FOUND, field="employee_id", what="person on your staff"),
            {"like": "one-9", "title": "Cook"},
            "",
            "not in your list any more",
        ),
    ],
    ids=["no title", "two starts", "gone"],
)
async def test_what_is_missing_is_asked_for_and_nothing_is_lost(
    portal: Portal, problem: Problem | None, given: dict[str, str], picked: str, words: str
) -> None:
    many = range(3, 60)
    portal.world.staff = [ANA, BEN, *(pb.Employee(employee_id=f"one-{n}") for n in many)]
    if problem:
        portal.world.draft = problem
    async with browser(portal) as eve:
        await eve.sign_in()
        answer = await eve.post("/jobs/draft", **given)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert words in page
    assert re.findall(r'value="([^"]*)" selected', page) == ([picked] if picked else [])
    assert given.get("posting", "") in page
    assert given.get("title", "") in page
    assert "See everybody" in page
    assert len(portal.world.drafted) == bool(problem)


async def test_without_the_staff_a_posting_can_still_be_begun(portal: Portal) -> None:
    portal.world.staff = [ANA]
    portal.world.away = True
    async with browser(portal) as eve:
        await eve.sign_in()
        page = await eve.client.get("/jobs/new")
    assert page.status_code == 200
    assert "works for you" not in page.text
