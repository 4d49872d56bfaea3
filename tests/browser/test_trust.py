"""The page of whom an employer trusts, in a real browser."""

from playwright.async_api import Browser, expect
from talent_cli.actors import Services
from talent_local.sandbox import Sandbox

from tests.browser.visitor import visitor
from tests.world import found_town


async def test_anybody_reads_how_matches_are_scored(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    async with visitor(browser, stack.url("portal")) as somebody:
        await somebody.go("/")
        await somebody.page.get_by_role("link", name="How matches are scored").click()
        row = somebody.page.get_by_role("row", name="an industry association")
        await expect(row).to_contain_text("1000")
        await somebody.is_fine()
        await somebody.go("/weights?version=none")
        await expect(somebody.page.get_by_text("We cannot find that page")).to_be_visible()


async def test_a_school_is_found_trusted_and_endorsed(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    async with visitor(browser, stack.url("portal")) as eve:
        await eve.go("/trust")
        await eve.sign_in(
            role="employer", email="eve@example.org", name="Eve", org_id=town.employer.org_id
        )
        page = eve.page
        await eve.is_fine()
        await page.get_by_label("Find a school").fill("no such school anywhere")
        await page.get_by_role("button", name="Find").click()
        await expect(page.get_by_text("No other organization has this")).to_be_visible()
        await page.get_by_label("Find a school").fill(town.provider.name)
        await page.get_by_role("button", name="Find").click()
        await eve.is_fine()
        await page.get_by_role("button", name=f"Trust: {town.provider.name}").click()
        await expect(page.get_by_role("status")).to_contain_text("Saved.")
        await page.get_by_role("button", name="Endorse: ").click()
        await expect(page.get_by_text("You endorse this")).to_be_visible()
        await eve.is_fine()
