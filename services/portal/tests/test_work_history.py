"""The page of work history."""

from .conftest import Portal
from .test_pages import browser

SKILLS = [
    {"uri": "urn:forklift", "label": "operate forklift", "state": "asserted"},
    {"uri": "urn:trucks", "label": "load trucks", "state": "suggested"},
    {"uri": "urn:law", "label": "labor law", "state": "rejected"},
]


async def test_a_line_is_written_judged_and_deleted(portal: Portal) -> None:
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/work-history")
        assert "Nothing here yet." in page.text
        said = {"title": "Driver", "employer": "Mile High", "start": "2021-05-01", "end": ""}
        page = await ana.post("/work-history", **said, description="I drove.", place="")
        assert "Driver" in page.text
        assert "Mile High · May 2021 to now" in page.text
        assert "We are looking for the skills in it." in page.text
        assert portal.world.work[0]["work"]["start"] == "2021-05-01"

        portal.world.work[0] |= {"read": True, "skills": SKILLS}
        page = await ana.client.get("/work-history")
        for words in ("Skills that count", "Do these fit?", "Skills you turned down"):
            assert words in page.text
        said = {"line_id": "line-0", "uri": "urn:trucks", "accepted": "yes"}
        page = await ana.post("/work-history/skills", **said)
        assert "What you say about a skill counts." in page.text
        assert portal.world.decided == [{**said, "accepted": True}]
        page = await ana.post("/work-history/delete", line_id="line-0")
        assert "This line is deleted." in page.text
    assert portal.world.work == []


async def test_what_a_credential_says_cannot_be_deleted_here(portal: Portal) -> None:
    work = {"title": "Welder", "employer": "Acme", "place": "", "description": ""}
    portal.world.work = [
        {
            "line_id": "c1/0",
            "work": {**work, "start": None, "end": None},
            "source": "wage_records",
            "credential_id": "c1",
            "read": True,
            "skills": [],
        }
    ]
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/work-history")
        assert "Records of wages show it" in page.text
        assert "Delete this line" not in page.text


async def test_a_day_that_is_none_is_refused(portal: Portal) -> None:
    async with browser(portal) as ana:
        await ana.sign_in(role="holder", next_page="/work-history")
        page = await ana.post("/work-history", title="x", employer="y", start="May")
        assert page.status_code == 422
        assert "use a date such as 2021-05-31" in page.text
