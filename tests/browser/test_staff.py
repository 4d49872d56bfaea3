"""An employer's pages about its own people, without scripts, in front of the whole network."""

import io
import os
from pathlib import Path
from typing import Any

import openpyxl
from playwright.async_api import Browser, FilePayload, expect
from talent_cli.actors import Services
from talent_local.sandbox import Sandbox

from tests.browser.visitor import visitor
from tests.collector import Collector
from tests.waiting import eventually
from tests.world import found_town

HEADER = ["First name", "Last name", "Employee #", "Role here", "Birth date", "Hire date", "Skills"]


def workbook(rows: list[list[Any]]) -> FilePayload:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in [HEADER, *rows]:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "staff.xlsx", "mimeType": kind, "buffer": written.getvalue()}


async def test_a_file_becomes_people_who_are_compared_with_a_job(
    browser: Browser, stack: Sandbox, services: Services, collector: Collector
) -> None:
    town = await found_town(services)
    craft = f"Craft of {town.employer.org_id.removesuffix('-shop')}"
    rows: list[list[Any]] = [
        ["Ana", "Ruiz", 1, "Helper", "1990-01-01", "2020-03-01", f"{craft} (3); forklift"],
        ["Ben", "Okonkwo", 2, "Clerk", "1991-01-01", "1/7/2019", f"{craft} (1), first aid"],
        ["Cy", "Young", 2, "Clerk", "1992-01-01", "someday", "first aid"],
        ["Di", "Fox", 4, "Welder", "1993-01-01", "", ""],
    ]
    async with visitor(browser, stack.url("portal"), scripts=False) as eve:
        page = eve.page
        await eve.go("/staff")
        await eve.sign_in(
            role="employer", email="eve@example.org", name="Eve", org_id=town.employer.org_id
        )
        await expect(page.get_by_role("heading", level=1)).to_have_text("My staff")
        await eve.is_fine()
        await picture(page, "1-start")

        # What cannot be read is told, and nothing is lost.
        old = b"\xd0\xcf\x11\xe0"
        broken: FilePayload = {"name": "staff.xls", "mimeType": "x/y", "buffer": old}
        await page.get_by_label("Choose your file").set_input_files(broken)
        await page.get_by_role("button", name="Show me what you read").click()
        await expect(page.get_by_role("alert")).to_contain_text("save it as .xlsx")
        await eve.is_fine()

        await page.get_by_label("Choose your file").set_input_files(workbook(rows))
        await page.get_by_role("button", name="Show me what you read").click()
        await expect(page.get_by_text("2 people can be imported")).to_be_visible()
        problems = page.get_by_role("table").first
        await expect(problems).to_contain_text("F (Hire date)")
        await expect(page.get_by_label("Column E: Birth date")).to_have_value("1")  # left out
        await eve.is_fine()
        await picture(page, "2-preview")

        # Importing with problems changes nothing; columns are fixed and words accepted.
        await page.get_by_label("Column D: Role here").select_option("Job title")
        await page.get_by_text("“forklift” means “operate forklift”").click()
        await page.get_by_role("button", name="Import these people").click()
        await expect(page.get_by_role("alert")).to_contain_text("You have changed something")
        await expect(page.get_by_text("Helper", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Import these people").click()
        await expect(page.get_by_role("alert")).to_contain_text("Nothing was imported. Row 3")
        await eve.is_fine()

        rows[2][2:6] = [3, "Clerk", "1992-01-01", "5/6/2021"]
        await page.get_by_role("link", name="My staff").last.click()
        await page.get_by_label("Choose your file").set_input_files(workbook(rows))
        await page.get_by_role("button", name="Show me what you read").click()
        await page.get_by_label("Column D: Role here").select_option("Job title")
        await page.get_by_text("“forklift” means “operate forklift”").click()
        await page.get_by_role("button", name="Read it again with my changes").click()
        await expect(page.get_by_label("“forklift” means “operate forklift”")).to_be_checked()
        usual = page.get_by_role("group", name="Welder (1 person)").locator("label").first
        can_do = await usual.inner_text()
        await usual.click()
        await eve.is_fine()
        await picture(page, "2-again")
        await page.get_by_role("button", name="Read it again with my changes").click()
        await expect(page.get_by_role("row", name="Di Fox")).to_contain_text(can_do)
        await page.get_by_role("button", name="Import these people").click()
        await expect(page.get_by_role("status")).to_contain_text("Your staff is imported")
        await expect(page.get_by_text("4 people, imported on")).to_be_visible()
        await expect(page.get_by_role("row", name="first aid")).to_contain_text("2 not stated")
        await expect(page.get_by_role("row", name=can_do)).to_contain_text("1 not stated")
        await eve.is_fine()
        await picture(page, "3-staff")

        await page.get_by_role("link", name="Welder").click()
        await expect(page.get_by_text("2 of 4 people on your staff")).to_be_visible()
        first, second = await page.locator(".candidate").all()
        await expect(first).to_contain_text("Ana Ruiz")
        await expect(first).to_contain_text("Nothing that you asked for")
        await expect(second).to_contain_text(f"Needs {craft} at level 2; has level 1.")
        learn = page.get_by_role("region", name="What to teach, and where it is taught")
        await expect(learn).to_contain_text(
            "It is the only thing missing for Ben Okonkwo, Cy Young, Di"
        )
        await expect(learn).to_contain_text(town.provider.name)
        await eve.is_fine()
        await picture(page, "4-job")

        # One more like Ana: what she can do, and nothing of who she is.
        await eve.go("/staff")
        await page.get_by_role("link", name="Hire someone like one of them").click()
        like_ana = page.get_by_role("row", name="Ana Ruiz").get_by_role("button")
        await expect(like_ana).to_have_accessible_description("Ana Ruiz")
        await like_ana.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your posting")
        await expect(page.get_by_label("Title")).to_have_value("Helper")
        await expect(page.get_by_label(craft, exact=True)).to_have_value("needed")
        await expect(page.get_by_label("operate forklift", exact=True)).to_have_value("needed")
        await expect(page.get_by_role("region", name="Few people fit")).to_be_visible()
        assert "Ruiz" not in await page.content()
        await eve.is_fine()
        await picture(page, "5-like")
        await page.get_by_role("link", name="Start again").click()
        start = page.get_by_label("Or start from someone who works for you")
        await start.select_option("Ben Okonkwo, Clerk")
        await page.get_by_label("What is the job called?").fill("MIG welder")
        await eve.is_fine()
        await picture(page, "5-start")
        await page.get_by_role("button", name="Show me the posting").click()
        await expect(page.get_by_label("Title")).to_have_value("MIG welder")
        await expect(page.get_by_label("first aid", exact=True)).to_have_value("needed")
        assert "Okonkwo" not in await page.content()

        async def traced() -> bool:
            return any("JobDraftService/DraftJob" in one for one in list(collector.raw))

        await eventually(traced)
        assert not any("Okonkwo" in one for one in collector.raw)

        await eve.go("/staff/people")
        await page.get_by_label("Delete Cy Young").check()
        await eve.is_fine()
        await picture(page, "6-people")
        await page.get_by_role("button", name="Delete those that are checked").click()
        await expect(page.get_by_text("3 people, imported on")).to_be_visible()
        await page.get_by_text("Yes, delete all of it now").click()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("The people are deleted")
        await expect(page.get_by_text("Somebody who works for you")).to_be_visible()


async def picture(page: Any, name: str) -> None:
    """For whoever wants to look: in the folder that TALENT_PICTURES names."""
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=str(Path(folder) / f"staff-{name}.png"), full_page=True)
