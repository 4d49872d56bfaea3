"""The portal in a real browser, in front of the whole network."""

from playwright.async_api import Browser, expect
from talent_cli.actors import Employer, Holder, Services
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.registry.v1.registry_pb2 import GetCredentialRequest

from tests.browser.visitor import Visitor, subject_of, visitor
from tests.waiting import eventually
from tests.world import Town, found_town, item, job, unique


async def welder(town: Town) -> Holder:
    """A person who is found, and who can sign in to the portal with their address."""
    email = f"{unique('ana')}@example.org"
    ana = Holder(town.services, subject_of(email), "Ana Torres", email)
    await ana.open()
    return ana


async def open_job(window: Visitor, town: Town) -> None:
    await window.go(f"/jobs/{town.job_id}")
    await window.sign_in(
        role="employer", email="eve@example.org", name="Eve", org_id=town.employer.org_id
    )


async def test_a_match_arrives_is_invited_accepts_and_is_withdrawn(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    portal = stack.url("portal")
    async with visitor(browser, portal) as eve, visitor(browser, portal) as holder:
        await open_job(eve, town)
        page = eve.page
        await expect(page.get_by_text("Nobody fits this job yet")).to_be_visible()
        await eve.is_fine()

        # It arrives by itself.
        credential_id = await town.provider.publish_one(item(town.achievement_id, ana.email))
        card = page.locator(".candidate")
        await expect(card).to_have_count(1)
        await expect(page.get_by_role("status")).to_contain_text("1 new candidate arrived")
        await expect(card).to_contain_text(town.provider.name)
        await expect(card).to_contain_text("Genuine and current")
        await expect(card).to_contain_text("Tested against set criteria")
        await expect(card).not_to_contain_text("Ana")
        await eve.is_fine()

        await card.get_by_role("button", name="Shortlist").click()
        await expect(card).to_contain_text("On your shortlist")
        await expect(card.get_by_role("heading", level=3)).to_be_focused()
        await card.get_by_role("button", name="Invite").click()
        await expect(card).to_contain_text("Invited, no answer yet")
        await eve.is_fine()

        # The holder accepts in another window.
        await holder.go("/invitations")
        await holder.sign_in(role="holder", email=ana.email, name=ana.name)
        await holder.is_fine()
        await holder.page.get_by_role("link", name="Welder").click()
        await expect(holder.page.get_by_role("heading", level=1)).to_contain_text(
            f"{town.employer.name} would like to meet you"
        )
        await holder.is_fine()
        await holder.page.get_by_role("button", name="Accept").click()
        await expect(holder.page.get_by_role("status")).to_contain_text("You accepted")
        await holder.is_fine()

        # Only now, and only when asked for, the name is there.
        await expect(card).to_contain_text("Accepted your invitation")
        await expect(card).not_to_contain_text("Ana")
        await card.get_by_role("button", name="Show contact").click()
        await expect(card).to_contain_text(ana.email)
        await expect(card).to_contain_text("Ana Torres")
        await eve.is_fine()

        # The revocation runs the same path backward.
        await town.provider.revoke(credential_id)
        await expect(card).to_have_count(0)
        await expect(page.get_by_role("status")).to_contain_text("no longer available")
        await eve.is_fine()


async def test_passing_and_declining_work_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    portal = stack.url("portal")
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    async with visitor(browser, portal, scripts=False) as eve:
        await open_job(eve, town)
        card = eve.page.locator(".candidate")

        async def look() -> int:
            await eve.page.reload()
            return await card.count()

        await eventually(look)
        await card.get_by_role("button", name="Invite").click()
        await expect(card).to_contain_text("Invited, no answer yet")
        await card.locator("summary").click()
        await card.get_by_label("Why?").select_option("schedule")
        await card.get_by_role("button", name="Pass on this person").click()
        await expect(card).to_contain_text("You passed")


async def test_somebody_who_never_had_a_wallet_finds_an_empty_page(
    browser: Browser, stack: Sandbox
) -> None:
    email = f"{unique('new')}@example.org"
    async with visitor(browser, stack.url("portal")) as newcomer:
        await newcomer.go("/invitations")
        await newcomer.sign_in(role="holder", email=email, name="New Person")
        await expect(newcomer.page.get_by_role("heading", level=1)).to_have_text("My invitations")
        await expect(newcomer.page.get_by_text("No employer is waiting")).to_be_visible()
        await newcomer.is_fine()


async def test_an_employer_who_is_not_approved_sees_a_count_and_what_happens_next(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    name = unique("shop")
    skills = [SkillReference(uri=f"https://skills.example/{name}", label="Glass blowing")]
    town = await found_town(services, skills)
    shop = Employer(services, name, f"Shop {name}")
    await shop.sign_up()
    posted = await shop.post_job(f"job-{name}", job(skills=skills))
    ana = await welder(town)
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    async with visitor(browser, stack.url("portal")) as eve:
        await eve.go(f"/jobs/{posted.job.job_id}")
        await eve.is_fine()  # the issuer's page
        await eve.sign_in(role="employer", email="sam@example.org", name="Sam", org_id=name)
        await expect(eve.page.get_by_text("Your organization is not approved yet")).to_be_visible()

        async def counted() -> int:
            await eve.page.reload()
            return await eve.page.get_by_text("1 person fits this job").count()

        await eventually(counted)
        assert await eve.page.locator(".candidate").count() == 0
        await eve.is_fine()
        await eve.go("/jobs")
        await expect(eve.page.get_by_role("link", name="Welder")).to_be_visible()
        await eve.is_fine()
        # Another employer's job is nobody else's business.
        await eve.go(f"/jobs/{town.job_id}")
        await expect(eve.page.get_by_role("heading", level=1)).to_contain_text("not for you")
        await eve.is_fine()


async def test_anybody_checks_a_credential_without_sign_in(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = town.holder()
    credential_id = await town.provider.publish_one(item(town.achievement_id, ana.email))
    found = await services.registry.GetCredential(
        GetCredentialRequest(credential_id=credential_id), metadata=town.provider.metadata
    )
    text = found.credential.credential.decode()
    async with visitor(browser, stack.url("portal")) as anyone:
        page = anyone.page
        await anyone.go("/")
        await anyone.is_fine()
        await page.get_by_role("link", name="Check a credential").first.click()
        await expect(page.get_by_label("Or paste its text")).to_be_visible()
        await anyone.is_fine()

        await page.get_by_role("button", name="Check it").click()
        await expect(page.get_by_role("alert")).to_contain_text("Paste a credential")
        await anyone.is_fine()
        await page.get_by_label("Or paste its text").fill("my diploma")
        await page.get_by_role("button", name="Check it").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.get_by_text("Passed")).to_have_count(0)
        await anyone.is_fine()

        await anyone.go("/check")
        await page.get_by_label("Or paste its text").fill(text)
        await page.get_by_role("button", name="Check it").click()
        await expect(page.get_by_role("heading", name="Passed")).to_be_visible()
        await expect(page.get_by_role("heading", name="Failed")).to_have_count(0)
        await anyone.is_fine()

        # The same with one word changed, this time as a file.
        await anyone.go("/check")
        forged = text.replace("Welding", "Surgery")
        assert forged != text
        file = {"name": "badge.json", "mimeType": "application/json", "buffer": forged.encode()}
        await page.locator("input[type=file]").set_input_files(files=[file])
        await page.get_by_role("button", name="Check it").click()
        await expect(page.get_by_role("heading", name="Failed")).to_be_visible()
        await anyone.is_fine()
