"""A drafted job's page shows who fits beside it, without scripts."""

import html
import json
import re
from typing import Any

import pytest
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import tagging_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb

from .conftest import Portal
from .neighbors import Neighbors, candidate
from .test_pages import browser, fields

JOB: dict[str, Any] = {
    "schema_version": 1,
    "title": "Welder",
    "employer": "Summit Lifts",
    "summary": "",
    "duties": [{"text": "Weld frames.", "source": {"kind": "onet-task"}}],
    "skills": [
        {
            "uri": "urn:weld",
            "label": "MIG welding",
            "source": {"kind": "esco-skill"},
            "required": True,
            "looks_like": "Does usual tasks alone.",
        }
    ],
    "licenses": [{"type": "Forklift card", "jurisdiction": "US-CO"}],
    "benefits": [{"text": "Paid vacation", "source": {"kind": "posting"}}],
    "attributions": ["ESCO"],
    "pay": {"least": 2300, "most": 3300, "period": "hour", "year": 2025, "area": "Colorado"},
}


def drafted(world: Neighbors, preview: Problem | pb.PreviewJobResponse) -> None:
    flag = pb.DraftFlag(code="AGE", words="digital native", why="It speaks of age.", instead="No.")
    world.draft = pb.DraftJobResponse(description_json=json.dumps(JOB), flag=[flag], note=["Hm."])
    world.preview = preview


def fitting(*scores: int, **changed: bool) -> pb.PreviewJobResponse:
    found = [candidate("", score) for score in scores]
    shown = [pb.PreviewedCandidate(match=o.match, explanation=o.explanation) for o in found]
    return pb.PreviewJobResponse(at_least=5, candidate=shown, **changed)


async def test_who_fits_is_beside_the_draft_at_once(portal: Portal) -> None:
    drafted(portal.world, fitting(820, 640, candidates_visible=True))
    async with browser(portal) as eve:
        await eve.sign_in()
        page = (await eve.post("/jobs/draft", title="Welder")).text
    assert "5 or more people fit" in page
    assert "<strong>820</strong>" in page
    assert "Has MIG welding, level 4 of 5" in page
    assert "Paid vacation" in page
    assert "candidates/" not in page  # nothing can be done to anybody yet


@pytest.mark.parametrize(
    ("preview", "words"),
    [
        (pb.PreviewJobResponse(few=True, candidates_visible=True), "Few people fit right now"),
        (fitting(), "when the agency has approved your organization"),
        (fitting(820, candidates_visible=True, partial=True), "There may be more"),
        (Problem(Reason.RATE_LIMITED, seconds="900"), "We cannot show this right now"),
        (Problem(Reason.UNAVAILABLE, what="the wallet"), "We cannot show this right now"),
    ],
    ids=["few", "not approved", "partial", "too many questions", "wallet away"],
)
async def test_what_is_not_told_is_said_and_the_draft_is_there(
    portal: Portal, preview: Problem | pb.PreviewJobResponse, words: str
) -> None:
    drafted(portal.world, preview)
    async with browser(portal) as eve:
        await eve.sign_in()
        page = (await eve.post("/jobs/draft", title="Welder")).text
    assert words in page
    assert "Weld frames." in page


async def test_each_task_and_each_skill_says_where_it_comes_from(portal: Portal) -> None:
    drafted(portal.world, pb.PreviewJobResponse(few=True))
    esco = "http://data.europa.eu/esco/skill/1"
    named = [{**JOB["skills"][0], "uri": uri} for uri in (esco, "urn:own", "javascript:alert(1)")]
    task = {"kind": "onet-task", "id": "9842", "occupation": "51-4121.00"}
    own = {"text": "Sweep.", "source": {"kind": "employer"}}
    duties = [{"text": "Weld frames.", "source": task}, own]
    portal.world.draft = pb.DraftJobResponse(
        description_json=json.dumps({**JOB, "skills": named, "duties": duties})
    )
    async with browser(portal) as eve:
        await eve.sign_in()
        page = (await eve.post("/jobs/draft", title="Welder")).text
    assert "O*NET task 9842" in page
    assert 'href="https://www.onetonline.org/link/summary/51-4121.00"' in page
    assert "Your own words" in page
    assert page.count("ESCO<span") == page.count(f'href="{esco}"') == 1
    assert "javascript:" not in page.replace("&#34;javascript:", "")


async def test_a_changed_draft_is_asked_again_and_flagged_as_it_is_now(portal: Portal) -> None:
    pay = pb.DraftFlag(code="PAY_LOW", why="The pay is low.", instead="Others pay $30.")
    drafted(portal.world, pb.PreviewJobResponse(few=True, flag=[pay]))
    async with browser(portal) as eve:
        await eve.sign_in()
        first = (await eve.post("/jobs/draft", title="Welder")).text
        hidden = {name: html.unescape(value) for name, value in fields(first).items()}
        changes = {"title": "Night welder", "skill-0": "plus", "least": "25", "most": "30"}
        changes |= {
            "license-0": "needed",
            "pending-0": "yes",
            "level-0": "4",
            "evidence-0": "assessed",
        }
        changes |= {"job_type": "part-time", "work_place": "on-site", "hours-least": "20"}
        changes |= {"shift-1-start": "08:00", "shift-1-end": "16:00"}
        changes |= {"duties": "Weld frames.", "benefits": "", "do": "preview"}
        page = (await eve.post("/jobs/new", **{**hidden, **changes})).text
    assert "digital native" in first
    assert "digital native" not in page
    assert "The pay is low." in page
    assert "Hm." in page
    assert "Night welder" in page
    asked = json.loads(portal.world.previewed[-1])
    assert asked["skills"][0]["required"] is False
    assert asked["skills"][0]["evidence"] == ["assessed"]
    assert re.search(r'<option value="4" selected>4. Does hard tasks alone', page)
    assert re.search(r'value="assessed" checked', page)
    assert asked["licenses"][0]["accept_pending"] is True
    assert asked["conditions"]["hours"] == [20, 0]
    assert asked["conditions"]["shifts"] == [{"day": 2, "start": 480, "end": 960}]
    assert re.search(r'name="shift-1-end" value="16:00"', page)
    assert re.search(r'name="pending-0" value="yes" checked', page)
    assert (asked["pay"]["least"], asked["benefits"]) == (2500, [])


async def test_flags_stay_while_nobody_can_say_what_is_flagged_now(portal: Portal) -> None:
    drafted(portal.world, Problem(Reason.RATE_LIMITED, seconds="900"))
    async with browser(portal) as eve:
        await eve.sign_in()
        first = (await eve.post("/jobs/draft", title="Welder")).text
        hidden = {name: html.unescape(value) for name, value in fields(first).items()}
        page = (await eve.post("/jobs/new", **{**hidden, "title": "Welder", "do": "preview"})).text
    assert "digital native" in page


async def test_what_is_kept_and_left_out_of_a_pasted_posting_goes_with_the_job(
    portal: Portal,
) -> None:
    drafted(portal.world, pb.PreviewJobResponse(few=True))
    two = [{**JOB["skills"][0], "uri": uri} for uri in ("urn:weld", "urn:cut")]
    portal.world.draft = pb.DraftJobResponse(description_json=json.dumps({**JOB, "skills": two}))
    named = portal.world.draft.tags
    named.taxonomy_version = "7"
    for uri in ("urn:weld", "urn:cut", "urn:not-shown"):
        named.tag.add(found={"skill": {"uri": uri}, "start": 3, "end": 9, "method": "label"})

    def hidden(page: str) -> dict[str, str]:
        return {name: html.unescape(value) for name, value in fields(page).items()}

    async with browser(portal) as eve:
        await eve.sign_in()
        first = (await eve.post("/jobs/draft", posting="Welder")).text
        left_out = {"title": "Welder", "skill-1": "out", "do": "preview"}
        second = (await eve.post("/jobs/new", **{**hidden(first), **left_out})).text
        await eve.post("/jobs/new", **{**hidden(second), "title": "Welder", "do": "post"})
    (sent,) = portal.world.described
    assert sent.tags.taxonomy_version == "7"
    assert [(one.found.skill.uri, one.decision, one.found.end) for one in sent.tags.tag] == [
        ("urn:weld", tagging_pb2.SKILL_TAG_STATE_ACCEPTED, 9),
        ("urn:cut", tagging_pb2.SKILL_TAG_STATE_REJECTED, 9),
        ("urn:not-shown", tagging_pb2.SKILL_TAG_STATE_UNSPECIFIED, 9),
    ]


@pytest.mark.parametrize(("typed", "kept"), [("80205", "802"), ("802", "802"), ("", "")])
async def test_the_start_of_a_zip_code_goes_along_so_that_people_nearby_are_found(
    portal: Portal, typed: str, kept: str
) -> None:
    drafted(portal.world, pb.PreviewJobResponse(few=True))
    async with browser(portal) as eve:
        await eve.sign_in()
        await eve.post("/jobs/draft", title="Welder", zip=typed)
    assert [one.zip3 for one in portal.world.drafted] == [kept]


async def test_who_knows_the_code_of_an_occupation_can_type_that(portal: Portal) -> None:
    drafted(portal.world, pb.PreviewJobResponse(few=True))
    async with browser(portal) as eve:
        await eve.sign_in()
        await eve.post("/jobs/draft", title="51-4121.00")
        await eve.post("/jobs/draft", title="Welder")
    starts = [(one.WhichOneof("start"), one.occupation_code) for one in portal.world.drafted]
    assert starts == [("occupation_code", "51-4121.00"), ("title", "")]


async def test_what_is_no_zip_code_is_asked_for_again_with_all_that_was_typed(
    portal: Portal,
) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        answer = await eve.post("/jobs/draft", title="Night welder", zip="Denver")
    assert answer.status_code == 422
    assert "Check the ZIP code: use five digits" in answer.text
    assert 'value="Night welder"' in answer.text
    assert not portal.world.drafted


async def test_what_a_pasted_posting_only_suggests_is_asked_and_a_yes_is_a_plus(
    portal: Portal,
) -> None:
    drafted(portal.world, pb.PreviewJobResponse(few=True))
    named = portal.world.draft.tags
    named.taxonomy_version = "7"
    for uri, state in (
        ("urn:weld", tagging_pb2.SKILL_TAG_STATE_ASSERTED),  # the draft asks for it
        ("urn:cut", tagging_pb2.SKILL_TAG_STATE_SUGGESTED),
        ("urn:drive", tagging_pb2.SKILL_TAG_STATE_SUGGESTED),
        ("urn:lift", tagging_pb2.SKILL_TAG_STATE_ASSERTED),
    ):
        named.tag.add(found={"skill": {"uri": uri, "label": uri[4:]}, "state": state})

    def hidden(page: str) -> dict[str, str]:
        return {name: html.unescape(value) for name, value in fields(page).items()}

    def asked(page: str) -> list[str]:
        return re.findall(r'for="also-\d+">([^<]*)<', page)

    async with browser(portal) as eve:
        await eve.sign_in()
        first = (await eve.post("/jobs/draft", posting="Welder")).text
        assert asked(first) == ["lift", "cut", "drive"]
        answers = {"also-0": "yes", "also-1": "no", "also-2": "", "do": "preview"}
        second = (await eve.post("/jobs/new", **{**hidden(first), **answers})).text
        assert asked(second) == ["drive"]
        await eve.post("/jobs/new", **{**hidden(second), "do": "post"})
    (sent,) = portal.world.described
    skills = json.loads(sent.description_json)["skills"]
    assert [(one["uri"], one["required"]) for one in skills] == [
        ("urn:weld", True),
        ("urn:lift", False),
    ]
    assert {one.found.skill.uri[4:]: one.decision for one in sent.tags.tag} == {
        "weld": tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
        "cut": tagging_pb2.SKILL_TAG_STATE_REJECTED,
        "drive": tagging_pb2.SKILL_TAG_STATE_UNSPECIFIED,
        "lift": tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
    }
