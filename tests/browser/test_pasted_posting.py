"""An owner pastes an old posting: what they keep and leave out of it is told with the job."""

from playwright.async_api import Browser, expect
from talent_cli.actors import Services
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_local.sandbox import Sandbox
from talent_proto.events.v1 import jobs_pb2, tagging_pb2

from tests.browser.visitor import visitor
from tests.waiting import eventually
from tests.world import found_town

OLD = """Welder
Duties:
- Operate forklift
- MIG welding of zebra gates
Requirements:
- First aid
- Communication
"""


async def test_what_is_left_out_of_a_pasted_posting_is_recorded_without_its_words(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    async with visitor(browser, stack.url("portal"), scripts=False) as eve:
        page = eve.page
        await eve.go("/jobs/new")
        await eve.sign_in(
            role="employer", email="eve@example.org", name="Eve", org_id=town.employer.org_id
        )
        await page.get_by_label("Or paste an old posting").fill(OLD)
        await page.get_by_role("button", name="Show me the posting").click()
        await page.get_by_label("operate forklift", exact=True).select_option("Leave out")
        await page.get_by_label("Title").press("Enter")  # as "See who fits now": it never posts
        await expect(page.get_by_role("heading", name="Your posting")).to_be_visible()
        await expect(page.get_by_label("operate forklift", exact=True)).to_have_count(0)
        await eve.is_fine()
        await page.get_by_label("first aid", exact=True).select_option("A plus")
        await page.get_by_role("button", name="Post this job").click()
        await expect(page.get_by_role("status").first).to_contain_text("Your job is posted")
        job_id = page.url.partition("/jobs/")[2].partition("?")[0]

    async def told() -> jobs_pb2.JobPosted | None:
        settings = CommonSettings(kafka_bootstrap=stack.kafka)
        async for record in read_to_end(settings, "talent.jobs.v1"):
            if record.key == job_id and record.type == "JobPosted":
                return record.event
        return None

    tags = (await eventually(told)).tags
    decided = {one.found.skill.label: one.decision for one in tags.tag}
    assert decided["first aid"] == tagging_pb2.SKILL_TAG_STATE_ACCEPTED
    assert decided["operate forklift"] == tagging_pb2.SKILL_TAG_STATE_REJECTED
    assert tagging_pb2.SKILL_TAG_STATE_UNSPECIFIED in decided.values()
    assert all(one.found.end for one in tags.tag)
    assert b"zebra" not in tags.SerializeToString()
