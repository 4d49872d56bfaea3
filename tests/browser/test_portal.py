"""The portal in a real browser, in front of the whole network."""

import asyncio
import re
from urllib.parse import quote

from playwright.async_api import Browser, Locator, expect
from talent_cli.actors import Employer, Holder, Services
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.jobs_pb2 import JOB_CLOSE_REASON_FILLED
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.matcher_pb2 import CloseJobRequest
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
    # A matcher that has just got its first profiles says so, and the page asks to load it again.
    on_break = window.page.get_by_role("heading", name="taking a break")
    async with asyncio.timeout(30):
        while await on_break.count():
            await window.page.reload()


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
        await card.get_by_text("Why, point by point").click()
        await expect(card).to_contain_text("It rests on a test by set criteria")
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
        await expect(page.locator("#candidates .candidate")).to_have_count(0)
        await expect(page.get_by_role("status")).to_contain_text("is no longer a match")
        await expect(page.locator("#former .candidate")).to_contain_text("Accepted your invitation")
        await expect(page.get_by_text("Nobody fits this job yet")).to_be_visible()
        await eve.is_fine()

        # When the match is back, so is the one card.
        await town.provider.publish_one(item(town.achievement_id, ana.email))
        await expect(page.locator("#candidates .candidate")).to_have_count(1)
        await expect(card).to_have_count(1)
        await expect(page.get_by_text("Accepted before")).to_be_hidden()
        await eve.is_fine()

        close = CloseJobRequest(
            request_id=unique("close"), job_id=town.job_id, reason=JOB_CLOSE_REASON_FILLED
        )
        await services.matcher.CloseJob(close, metadata=town.employer.metadata)
        await expect(page.locator("#former .candidate")).to_have_count(1)
        await page.reload()
        await expect(page.get_by_text("No new candidates arrive for this job")).to_be_visible()
        await expect(page.get_by_text("Nobody fits this job yet")).to_have_count(0)
        await expect(page.locator("#former .candidate")).to_have_count(1)
        await eve.is_fine()


async def invited(eve: Visitor, town: Town, person: Holder) -> Locator:
    """The card of the only person who matches, after an invitation without scripts."""
    await town.provider.publish_one(item(town.achievement_id, person.email))
    await open_job(eve, town)
    card = eve.page.locator(".candidate")

    async def look() -> int:
        await eve.page.reload()
        return await card.count()

    await eventually(look)
    await card.get_by_role("button", name="Invite").click()
    await expect(card).to_contain_text("Invited, no answer yet")
    return card


async def read_invitation(window: Visitor, person: Holder) -> None:
    """Wait until it has come, sign in and open it."""
    await eventually(person.invitations)
    await window.go("/invitations")
    await window.sign_in(role="holder", email=person.email, name=person.name)
    await window.page.get_by_role("link", name="Welder").click()


async def test_passing_works_without_scripts_and_takes_the_invitation_back(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    portal = stack.url("portal")
    async with (
        visitor(browser, portal, scripts=False) as eve,
        visitor(browser, portal, scripts=False) as holder,
    ):
        card = await invited(eve, town, ana)
        await card.get_by_text("Pass (candidate").click()
        await card.get_by_label("Why?").select_option("schedule")
        await card.get_by_role("button", name="Pass on this person").click()
        await expect(card).to_contain_text("You passed")
        await eve.is_fine()

        async def taken_back() -> bool:
            return all(one["closed"] for one in await ana.invitations())

        await eventually(taken_back)
        await read_invitation(holder, ana)
        await expect(holder.page.get_by_text("took this invitation back")).to_be_visible()
        await holder.is_fine()
        await holder.go("/invitations")
        await expect(holder.page.get_by_text("Taken back by the employer")).to_be_visible()
        await holder.is_fine()


async def test_declining_works_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    portal = stack.url("portal")
    async with (
        visitor(browser, portal, scripts=False) as eve,
        visitor(browser, portal, scripts=False) as holder,
    ):
        card = await invited(eve, town, ana)
        await read_invitation(holder, ana)
        await holder.page.get_by_role("button", name="Decline").click()
        await expect(holder.page.get_by_role("heading", name="You declined")).to_be_visible()
        await holder.is_fine()

        async def told() -> bool:
            await eve.page.reload()
            return "Declined your invitation" in await card.inner_text()

        await eventually(told)
        await eve.is_fine()


async def test_the_contact_is_a_page_of_its_own_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    async with visitor(browser, stack.url("portal"), scripts=False) as eve:
        card = await invited(eve, town, ana)
        (invitation,) = await eventually(ana.invitations)
        await ana.accept(invitation["engagement_id"])
        contact = card.get_by_role("button", name="Show contact")

        async def accepted() -> int:
            await eve.page.reload()
            return await contact.count()

        await eventually(accepted)
        await contact.click()
        await expect(eve.page.get_by_role("heading", level=1)).to_contain_text("Contact of")
        await expect(eve.page.get_by_role("link", name=ana.email)).to_be_visible()
        await eve.is_fine()


async def test_what_goes_wrong_is_said_on_pages_that_everybody_can_read(
    browser: Browser, stack: Sandbox
) -> None:
    async with visitor(browser, stack.url("portal")) as anyone:
        page = anyone.page
        title = page.get_by_role("heading", level=1)
        await anyone.go("/check")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Check it").click()
        await expect(title).to_have_text("This page was open for too long")
        await anyone.is_fine()

        await anyone.go("/check")
        await page.get_by_label("Or paste its text").fill("{}")
        stack.stop_part("verifier")
        try:
            await page.get_by_role("button", name="Check it").click()
            await expect(title).to_have_text("This part of the site is taking a break")
        finally:
            stack.restart("verifier")
        await anyone.is_fine()

        await anyone.go("/nowhere")
        await expect(title).to_have_text("We cannot find that page")
        await anyone.is_fine()


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


async def test_a_holder_helps_to_check_fairness_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    email = f"{unique('fair')}@example.org"
    async with visitor(browser, stack.url("portal"), scripts=False) as ana:
        await ana.go("/invitations")
        await ana.sign_in(role="holder", email=email, name="Ana Torres")
        await ana.page.get_by_role("link", name="Help us be fair").click()
        await ana.is_fine()
        await ana.page.get_by_text("Female", exact=True).click()
        await ana.page.get_by_text("Asian", exact=True).click()
        await ana.page.get_by_label("What year were you born?").fill("1984")
        await ana.page.get_by_role("button", name="Save my answers").click()
        await expect(ana.page.get_by_role("status")).to_contain_text("Your answers are saved")
        await expect(ana.page.get_by_label("Female", exact=True)).to_be_checked()
        await ana.is_fine()


async def test_an_owner_writes_a_job_from_its_name_alone_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    async with visitor(browser, stack.url("portal"), scripts=False) as eve:
        await eve.go("/jobs")
        await eve.sign_in(
            role="employer", email="eve@example.org", name="Eve", org_id=town.employer.org_id
        )
        page = eve.page
        await page.get_by_role("link", name="Write a job").click()
        await eve.is_fine()
        await page.get_by_role("button", name="Show me the posting").click()
        await expect(page.get_by_role("alert")).to_contain_text("title")
        await page.get_by_label("What is the job called?").fill("Line cook")
        await page.get_by_role("button", name="Show me the posting").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your posting")
        await expect(page.get_by_label("What the person will do")).to_have_value(re.compile("food"))
        await expect(page.get_by_text("earned this in 2025")).to_be_visible()
        await expect(page.get_by_role("heading", name="Few people fit right now")).to_be_visible()
        await eve.is_fine()
        await page.get_by_label("What you offer, a line each").fill("Free meals")
        await page.get_by_role("button", name="See who fits now").click()
        await expect(page.get_by_label("What you offer, a line each")).to_have_value("Free meals")
        await eve.is_fine()
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Save as PDF").click()
        assert (await (await saved.value).path()).read_bytes().startswith(b"%PDF")
        await page.get_by_label("From, in dollars an hour").fill("21.50")
        await page.get_by_label("To, in dollars an hour").fill("24")
        await page.get_by_role("button", name="Post this job").click()
        await expect(page.get_by_role("status").first).to_contain_text("Your job is posted")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Line cook")
        await expect(page.locator("main")).to_contain_text("$21.50")
        await eve.is_fine()


async def test_a_person_looks_for_work_and_ahead_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    town = await found_town(services)
    ana = await welder(town)
    async with visitor(browser, stack.url("portal"), scripts=False) as window:
        page = window.page
        await window.go("/find-work")
        await window.sign_in(role="holder", email=ana.email, name=ana.name)
        await expect(page.get_by_role("heading", name="Within reach")).to_be_visible()
        await window.is_fine()
        await page.get_by_role("link", name="Programs that would help").click()
        await expect(page.get_by_text(f"School of {town.name}").first).to_be_visible()
        await window.is_fine()
        await window.go(f"/find-work/what-if?program={quote(town.achievement_id)}")
        await expect(page.get_by_text("One more job would come into your reach.")).to_be_visible()
        await page.get_by_text("Why?").first.click()
        await expect(page.get_by_text(f"You have Craft of {town.name}").first).to_be_visible()
        await window.is_fine()

        await town.provider.publish_one(item(town.achievement_id, ana.email))

        async def in_reach() -> bool:
            await window.go("/find-work")
            return await page.get_by_text(f"Shop of {town.name}").count() == 1

        await eventually(in_reach)
        await page.get_by_text("Why?").first.click()
        await window.is_fine()


async def test_a_person_writes_down_their_work_without_scripts(
    browser: Browser, stack: Sandbox, services: Services
) -> None:
    email = f"{unique('work')}@example.org"
    async with visitor(browser, stack.url("portal"), scripts=False) as window:
        page = window.page
        await window.go("/work-history")
        await window.sign_in(role="holder", email=email, name="Ana Torres")
        await page.get_by_label("What was your job called?").fill("Warehouse worker")
        await page.get_by_label("For whom did you work?").fill("Mile High Freight")
        words = "I had to operate a forklift and load trucks."
        await page.get_by_label("What did you do there?").fill(words)
        await page.get_by_role("button", name="Add it").click()
        await expect(page.get_by_role("status")).to_contain_text("Your work is added")

        async def read() -> bool:
            await page.reload()
            return await page.get_by_text("operate forklift", exact=True).count() == 1

        await eventually(read)
        await window.is_fine()
        await page.get_by_role("button", name="This is right (operate forklift)").click()
        await expect(page.get_by_role("status")).to_contain_text("What you say about a skill")
        await page.get_by_role("button", name="Delete this line").click()
        await expect(page.get_by_text("Nothing here yet.")).to_be_visible()
        await window.is_fine()
