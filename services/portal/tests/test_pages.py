"""What the portal's routes answer, over HTTP, with a real issuer."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from talent_kit.errors import Problem, Reason

from .conftest import Portal
from .neighbors import JOB, candidate


class Browser:
    """A browser without scripts: keeps cookies, follows redirects, fills in forms."""

    def __init__(self, portal: Portal, client: httpx.AsyncClient) -> None:
        self.portal = portal
        self.client = client

    async def sign_in(self, role: str = "employer", next_page: str = "/jobs") -> httpx.Response:
        page = await self.client.get(f"/sign-in?next={next_page}")
        form = fields(page.text) | {
            "email": f"{role}@example.org",
            "role": role,
            "org_id": "org-1",
            "name": "Eve",
        }
        return await self.client.post(f"{self.portal.issuer.url}/authorize", data=form)

    async def post(self, path: str, **form: str | list[str]) -> httpx.Response:
        csrf = fields((await self.client.get("/check")).text)["csrf"]
        return await self.client.post(path, data={"csrf": csrf, **form})


@asynccontextmanager
async def browser(portal: Portal) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=portal.url, follow_redirects=True) as client:
        yield Browser(portal, client)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


async def test_sign_in_comes_back_to_the_page_that_was_asked_for(portal: Portal) -> None:
    async with browser(portal) as eve:
        asked = await eve.client.get(f"/jobs/{JOB}")
        assert asked.url.host == "127.0.0.1"
        assert asked.url.path == "/authorize"
        assert "S256" in str(asked.url)
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        assert page.url.path == f"/jobs/{JOB}"
        assert "Welder, night shift" in page.text


async def test_the_session_cookie_is_unreadable_and_the_token_is_in_no_address(
    portal: Portal,
) -> None:
    async with browser(portal) as eve:
        page = await eve.sign_in()
        token = portal.world.tokens[-1]
        cookie = next(
            one
            for answer in page.history
            for one in answer.headers.get_list("set-cookie")
            if one.startswith("talent_session=") and answer.url.path == "/sign-in/callback"
        )
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert token.split(".")[1] not in cookie
        assert all(token not in str(answer.url) for answer in [*page.history, page])
        assert token not in page.text


async def test_a_changed_cookie_is_nobody(portal: Portal) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        sealed = eve.client.cookies["talent_session"]
        eve.client.cookies.clear()
        forged = sealed[:-8] + ("AAAAAAAA" if not sealed.endswith("AAAAAAAA") else "BBBBBBBB")
        eve.client.cookies.set("talent_session", forged)
        answer = await eve.client.get("/jobs", follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")


async def test_sign_in_leads_to_no_other_site(portal: Portal) -> None:
    async with browser(portal) as eve:
        for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
            page = await eve.sign_in(next_page=elsewhere)
            assert str(page.url) == portal.url + "/"


async def test_a_callback_that_this_browser_did_not_ask_for_is_refused(portal: Portal) -> None:
    async with browser(portal) as eve:
        answer = await eve.client.get("/sign-in/callback?code=stolen&state=guessed")
        assert answer.status_code == 403
        assert "You are not signed in" in answer.text


async def test_sign_out_forgets(portal: Portal) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        page = await eve.post("/sign-out")
        assert "You are signed out." in page.text
        answer = await eve.client.get("/jobs", follow_redirects=False)
        assert answer.status_code == 303


async def test_a_form_from_elsewhere_changes_nothing(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        for form in ({}, {"csrf": "guessed"}):
            path = f"/jobs/{JOB}/candidates/a/invite"
            answer = await eve.client.post(path, data=form)
            assert answer.status_code == 403
        assert portal.world.matches["a"].contact_state == 0


async def test_every_page_is_dressed(portal: Portal) -> None:
    async with browser(portal) as eve:
        for path in ("/", "/check", "/nothing"):
            headers = (await eve.client.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


async def test_assets_are_kept_forever_and_pages_ask_nobody_else(portal: Portal) -> None:
    async with browser(portal) as eve:
        page = (await eve.client.get("/check")).text
        found = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
        assert len(found) >= 4
        for address in found:
            answer = await eve.client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        assert "http://" not in page
        assert 'src="https://' not in page


async def test_candidates_of_a_full_list_have_labels_of_their_own(portal: Portal) -> None:
    for number in range(500):
        portal.world.put(candidate(f"candidate {number}"))
    async with browser(portal) as eve:
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        labels = re.findall(r'-name" tabindex="-1">Candidate (\w+)</h3>', page.text)
        assert len(set(labels)) == 500


async def test_the_job_is_in_plain_words(portal: Portal) -> None:
    async with browser(portal) as eve:
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        assert "Monday, Tuesday: 10:00\u202fPM–6:00\u202fAM; Saturday: 2:00\u202fPM" in page.text
        for words in ("$26.50–$31 an hour", "36–40", "full time", "Jan 31, 2027", "level 3 of 5"):
            assert words in page.text


async def test_a_card_names_the_credential_behind_a_skill(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        page = (await eve.sign_in(next_page=f"/jobs/{JOB}")).text
        assert page.count("<dt>Credential</dt>") == 1
        assert "<dd>Certified Welder</dd>" in page


async def test_a_card_tells_who_teaches_what_is_missing_and_how_far_it_is(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        page = (await eve.sign_in(next_page=f"/jobs/{JOB}")).text
        assert "which you prefer. Taught in Drafting I at Front Range College." in page
        assert "Place: fits, about 15 miles from the job" in page


async def test_every_point_is_told_inside_the_card_and_on_a_page_of_its_own(
    portal: Portal,
) -> None:
    portal.world.put(candidate("a"))
    path = f"/jobs/{JOB}/candidates/a/why"
    told = ("780 of 850 points", "gives 85 percent.", "would not be shown.", "Number 1 of 1")
    async with browser(portal) as eve:
        page = (await eve.sign_in(next_page=f"/jobs/{JOB}")).text
        assert f'hx-get="{path}" hx-trigger="toggle once"' in page
        assert "gives 85 percent." not in page
        alone = (await eve.client.get(path)).text
        piece = (await eve.client.get(path, headers={"HX-Request": "true"})).text
        for words in told:
            assert words in alone
            assert words in piece
        assert "Taught in Drafting I" in alone
        assert "<h1" not in piece
        assert (await eve.client.get(f"/jobs/{JOB}/candidates/b/why")).status_code == 404


async def test_an_unvetted_employer_sees_a_count_and_nobody(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    portal.world.vetted = False
    async with browser(portal) as eve:
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        assert "1 person fits this job" in page.text
        assert "Your organization is not approved yet" in page.text
        assert "Certified Welder" not in page.text


async def test_acts_work_without_scripts(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        path = f"/jobs/{JOB}/candidates/a"
        assert "On your shortlist" in (await eve.post(f"{path}/shortlist")).text
        assert "Invited, no answer yet" in (await eve.post(f"{path}/invite")).text
        assert "Show contact" not in (await eve.client.get(f"/jobs/{JOB}")).text
        portal.world.accept("a")
        assert "Show contact" in (await eve.client.get(f"/jobs/{JOB}")).text
        assert "ana@example.com" in (await eve.post(f"{path}/contact")).text


async def test_who_accepted_stays_reachable_when_the_match_has_ended(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        await eve.post(f"/jobs/{JOB}/candidates/a/invite")
        portal.world.accept("a")
        portal.world.withdraw("a")
        page = (await eve.client.get(f"/jobs/{JOB}")).text
        assert "0 candidates" in page
        assert "Accepted before, no longer a match" in page
        assert "of 1,000 points" not in page
        assert "Show contact" in page
        contact = f"/jobs/{JOB}/candidates/a/contact"
        assert "ana@example.com" in (await eve.post(contact)).text
        assert (await eve.post(f"/jobs/{JOB}/candidates/b/contact")).status_code == 404


async def test_an_act_on_somebody_whose_match_just_ended_is_told_as_done(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    portal.world.put(candidate("b"))
    async with browser(portal) as eve:
        await eve.sign_in()
        await eve.post(f"/jobs/{JOB}/candidates/a/invite")
        portal.world.leave_when_acted_on = True
        page = await eve.post(f"/jobs/{JOB}/candidates/a/pass", reason="filled")
        assert page.status_code == 200
        assert "You passed on this candidate." in page.text
        page = await eve.post(f"/jobs/{JOB}/candidates/b/invite")
        assert "Your invitation is on its way." in page.text


async def test_who_accepted_moves_on_the_open_page_when_the_match_ends_and_comes_back(
    portal: Portal,
) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        await eve.post(f"/jobs/{JOB}/candidates/a/invite")
        portal.world.accept("a")
        again = portal.world.matches["a"]
        async with eve.client.stream("GET", f"/jobs/{JOB}/matches/stream") as stream:
            events = sse(stream)
            await anext(events)
            portal.world.withdraw("a")
            ended = await anext(events)
            assert "no longer available" not in ended
            assert "is no longer a match. They accepted" in ended
            assert ended.index('hx-swap-oob="delete"') < ended.index("beforeend:#former")
            assert ended.count("Show contact") == 1
            portal.world.put(again)
            back = await anext(events)
            assert back.index('hx-swap-oob="delete"') < back.index("beforeend:#candidates")


async def test_a_suspended_employer_sees_nobody_on_a_page_that_was_open(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        async with eve.client.stream("GET", f"/jobs/{JOB}/matches/stream") as stream:
            events = sse(stream)
            await anext(events)
            portal.world.suspend()
            ended = await anext(events)
            assert "This page cannot show candidates any more." in ended
            assert '<div id="job-candidates" hx-swap-oob="innerHTML"></div>' in ended


async def test_a_closed_job_promises_nobody(portal: Portal) -> None:
    portal.world.open = False
    async with browser(portal) as eve:
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        assert "No new candidates arrive for this job." in page.text
        assert "0 candidates" in page.text
        assert "Keep this page open" not in page.text


async def test_nobody_is_invited_twice(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        path = f"/jobs/{JOB}/candidates/a"
        assert f'action="{path}/invite"' in (await eve.client.get(f"/jobs/{JOB}")).text
        await eve.post(f"{path}/invite")
        passed = (await eve.post(f"{path}/pass", reason="filled")).text
        assert "You passed" in passed
        assert f'action="{path}/invite"' not in passed


async def test_the_pool_is_read_only_while_an_answer_is_awaited(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        path = f"/jobs/{JOB}"
        async with eve.client.stream("GET", f"{path}/matches/stream") as stream:
            events = sse(stream)
            await anext(events)
            portal.world.sign_of_life()
            portal.world.put(candidate("b"))
            await anext(events)
            assert portal.world.pool_asked == 0
            await eve.post(f"{path}/candidates/a/invite")
            portal.world.put(portal.world.matches["a"])
            assert "Invited, no answer yet" in await anext(events)
            portal.world.accept("a")
            portal.world.sign_of_life()
            assert "accepted your invitation" in await anext(events)


async def test_passing_needs_a_reason(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        path = f"/jobs/{JOB}/candidates/a/pass"
        assert (await eve.post(path, reason="because")).status_code == 422
        assert "You passed" in (await eve.post(path, reason="schedule")).text
        assert portal.world.reasons == ["schedule"]


async def test_matches_arrive_in_order_and_leave(portal: Portal) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        address = f"/jobs/{JOB}/matches/stream"
        async with eve.client.stream("GET", address) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            events = sse(stream)
            first = await anext(events)
            assert "0 candidates" in first
            portal.world.put(candidate("low", 500))
            assert "beforeend:#candidates" in await anext(events)
            portal.world.put(candidate("high", 900))
            arrived = await anext(events)
            assert "beforebegin:#candidate-" in arrived
            assert "1 new candidate arrived" in arrived
            portal.world.withdraw("low")
            gone = await anext(events)
            assert 'hx-swap-oob="delete"' in gone
            assert "1 candidate is no longer available" in gone


async def test_who_was_withdrawn_while_the_page_was_away_is_gone_when_it_is_back(
    portal: Portal,
) -> None:
    async with browser(portal) as eve:
        page = await eve.sign_in(next_page=f"/jobs/{JOB}")
        (address,) = re.findall('sse-connect="([^"]+)"', page.text)
        async with eve.client.stream("GET", address) as stream:
            events = sse(stream)
            await anext(events)
            portal.world.put(candidate("a"))
            assert "1 new candidate arrived" in await anext(events)
        portal.world.withdraw("a")
        # The browser connects again to the address that it knows.
        async with eve.client.stream("GET", address) as stream:
            again = await anext(sse(stream))
            assert "0 candidates" in again
            assert 'id="candidates"' in again


async def test_one_person_holds_only_so_many_streams(portal: Portal) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        address = f"{portal.url}/jobs/{JOB}/matches/stream"
        streams = [eve.client.stream("GET", address) for _ in range(10)]
        for one in streams:
            await one.__aenter__()
        assert (await eve.client.get(address)).status_code == 429
        for one in streams:
            await one.__aexit__(None, None, None)
        # A place is free again as soon as the server sees that the visitor left.
        async with asyncio.timeout(10):
            while (await status_of(eve, address)) == 429:
                await asyncio.sleep(0.05)


async def status_of(eve: Browser, address: str) -> int:
    async with eve.client.stream("GET", address) as stream:
        return stream.status_code


async def test_a_job_of_nobody_is_a_kind_404(portal: Portal) -> None:
    async with browser(portal) as eve:
        await eve.sign_in()
        answer = await eve.client.get("/jobs/other")
        assert answer.status_code == 404
        assert "We cannot find that page" in answer.text


async def test_a_holder_has_no_jobs_page(portal: Portal) -> None:
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/jobs")
        assert page.status_code == 403
        assert "This page is not for you" in page.text


async def test_all_jobs_can_be_reached_page_by_page(portal: Portal) -> None:
    portal.world.pages = 2
    async with browser(portal) as eve:
        page = await eve.sign_in()
        assert "Welder, night shift 1" in page.text
        (address,) = re.findall(r'href="(/jobs\?page=[^"]+)"', page.text)
        last = (await eve.client.get(address)).text
        assert "Welder, night shift 2" in last
        assert "Show older jobs" not in last


async def test_refusals_are_in_words_for_people_who_use_only_the_pages(portal: Portal) -> None:
    portal.world.put(candidate("a"))
    async with browser(portal) as eve:
        await eve.sign_in()
        path = f"/jobs/{JOB}/candidates/a/invite"
        portal.world.refuses = Problem(Reason.NOT_VETTED, org="acme-7")
        page = (await eve.post(path)).text
        assert "Your organization is not approved" in page
        assert "acme-7" not in page
        mend = "wait for the answer, or see it in the talent pool"
        portal.world.refuses = Problem(Reason.WRONG_STATE, state="already requested", mend=mend)
        page = (await eve.post(path)).text
        assert "load the page again to see how it stands now" in page
        assert "talent pool" not in page


async def test_a_service_that_is_away_is_a_kind_503(portal: Portal) -> None:
    portal.world.away = True
    async with browser(portal) as eve:
        page = await eve.sign_in()
        assert page.status_code == 503
        assert "taking a break" in page.text


async def test_a_new_holder_has_no_invitations_yet(portal: Portal) -> None:
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/invitations")
        assert page.status_code == 200
        assert "No employer is waiting for your answer." in page.text


async def test_an_address_of_another_account_is_a_kind_409_and_no_sign_in(portal: Portal) -> None:
    portal.world.address_taken = True
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/invitations")
        assert page.status_code == 409
        assert "This e-mail address belongs to another account" in page.text
        answer = await ana.client.get("/invitations", follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")


async def test_the_holder_answers_an_invitation(portal: Portal) -> None:
    portal.world.invite("e1")
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/invitations/e1")
        assert "Summit Lift Works would like to meet you" in page.text
        assert "They do not learn" in page.text
        page = await ana.post("/invitations/e1/accept")
        assert "You accepted" in page.text
        assert "Accept and share" not in page.text


async def test_who_has_no_address_learns_why_they_cannot_accept(portal: Portal) -> None:
    portal.world.invite("e1")
    portal.world.address_missing = True
    async with browser(portal) as ana:
        await ana.sign_in(role="holder", next_page="/invitations/e1")
        page = await ana.post("/invitations/e1/accept")
        assert "Your e-mail address is not confirmed" in page.text
        assert "nothing was shared" in page.text


async def test_errors_of_the_check_page_are_kind_and_keep_the_text(portal: Portal) -> None:
    async with browser(portal) as anyone:
        answer = await anyone.post("/check", credential="")
        assert answer.status_code == 422
        assert "Paste a credential or choose a file first." in answer.text
        assert "could not be read" not in answer.text
        portal.world.verdict = Problem(Reason.NOT_A_CREDENTIAL, mend="no type")
        answer = await anyone.post("/check", credential="<b>diploma</b>")
        assert "does not look like a credential" in answer.text
        assert "&lt;b&gt;diploma" in answer.text
        assert 'href="#credential"' in answer.text


async def test_an_issuer_that_is_only_named_is_not_vouched_for(portal: Portal) -> None:
    issuer = {"id": "did:web:c", "name": "State College", "trust": "trusted", "proven": True}
    answer = {"outcome": "valid", "summary": "Real.", "checks": [], "issuer": issuer}
    async with browser(portal) as anyone:
        portal.world.verdict = answer
        page = await anyone.post("/check", credential="{}")
        assert "Issuer: State College. The state agency vouches for this issuer." in page.text
        portal.world.verdict = answer | {"outcome": "invalid", "issuer": issuer | {"proven": False}}
        page = await anyone.post("/check", credential="{}")
        assert "It names State College as its issuer. That is not proven." in page.text
        assert "vouches" not in page.text


async def test_the_credentials_in_a_record_are_told_one_by_one(portal: Portal) -> None:
    issuer = {"id": "did:web:c", "name": "State College", "trust": "trusted", "proven": True}
    part = {"summary": "Verified: welding.", "outcome": "valid", "parts": []}
    inner = {"summary": "Taken back: driving.", "outcome": "revoked", "parts": [part]}
    answer = {"outcome": "revoked", "summary": "Taken back.", "checks": [], "issuer": issuer}
    async with browser(portal) as anyone:
        portal.world.verdict = answer | {"parts": [inner]}
        page = await anyone.post("/check", credential="{}")
        assert 'verdict__inside--bad">Taken back: driving.' in page.text
        assert 'verdict__inside--good">Verified: welding.' in page.text


async def test_what_decides_nothing_is_no_failure_and_a_stranger_gets_no_green_light(
    portal: Portal,
) -> None:
    issuer = {"id": "did:key:z6Mk", "name": "", "trust": "unknown", "proven": True}
    note = {"outcome": "failed", "sentence": "The state does not know it.", "decides": False}
    answer = {"outcome": "valid", "summary": "Real.", "checks": [note], "issuer": issuer}
    async with browser(portal) as anyone:
        portal.world.verdict = answer
        page = await anyone.post("/check", credential="{}")
        assert "Good to know" in page.text
        assert "Failed" not in page.text
        assert "verdict--open" in page.text
        assert "z6Mk" not in page.text


async def test_each_visitor_has_a_share_of_checks(portal: Portal) -> None:
    portal.world.verdict = Problem(Reason.NOT_A_CREDENTIAL, mend="no type")
    async with browser(portal) as busy, browser(portal) as other:
        busy.client.headers["x-forwarded-for"] = "203.0.113.7"  # as the proxy in front says
        csrf = fields((await busy.client.get("/check")).text)["csrf"]
        form = {"csrf": csrf, "credential": "{"}
        while "Too many requests" not in (await busy.client.post("/check", data=form)).text:
            assert len(portal.world.checked_with) < 200
        answer = await other.post("/check", credential="{")
        assert "does not look like a credential" in answer.text
    # Asked with the portal's own token, so that the verifier does not take all for one visitor.
    assert all(token.startswith("Bearer ey") for token in portal.world.checked_with)


async def test_a_large_request_is_refused(portal: Portal) -> None:
    async with browser(portal) as anyone:
        answer = await anyone.post("/check", credential="x" * 3_000_000)
        assert answer.status_code == 413
        assert "too large" in answer.text


async def sse(stream: httpx.Response) -> AsyncIterator[str]:
    """The HTML of each event."""
    lines: list[str] = []
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            lines.append(line.removeprefix("data: "))
        elif not line and lines:
            yield "\n".join(lines)
            lines = []


async def test_a_holder_answers_only_the_questions_that_they_like(portal: Portal) -> None:
    async with browser(portal) as ana:
        page = await ana.sign_in(role="holder", next_page="/fairness")
        assert "Employers never see your answers." in page.text
        assert 'id="sex-none" name="sex" value="" checked' in page.text
        form = {"sex": "female", "birth_year": "1984", "disability": "no", "limited_english": ""}
        page = await ana.post("/fairness", **form, races=["asian", "white"])
        assert "Your answers are saved." in page.text
        assert 'id="sex-female" name="sex" value="female" checked' in page.text
        assert 'value="1984"' in page.text
    assert portal.world.equity_answers == {
        "sex": "female",
        "races": ["asian", "white"],
        "birth_year": 1984,
        "disability": False,
        "limited_english": None,
    }


async def test_a_year_of_birth_that_is_none_is_refused(portal: Portal) -> None:
    async with browser(portal) as ana:
        await ana.sign_in(role="holder", next_page="/fairness")
        page = await ana.post("/fairness", birth_year="84")
        assert page.status_code == 422
        assert "use four digits, such as 1984" in page.text
    assert portal.world.equity_answers["birth_year"] is None
