"""Somebody in front of a browser window, who also watches what the page does behind the scenes."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, CDPSession, Page, expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}  # 1280 at 400 % zoom (WCAG 1.4.10)


def subject_of(email: str) -> str:
    """Whom the issuer of one machine signs in for this address."""
    return "person-" + hashlib.sha256(email.casefold().encode()).hexdigest()[:20]


class Visitor:
    """One window on the portal. Fails when the page reaches elsewhere or breaks its own rules."""

    def __init__(self, page: Page, portal: str, devtools: CDPSession, *, scripts: bool) -> None:
        self.page = page
        self._devtools = devtools
        self._scripts = scripts
        self._portal = portal
        self._wrong: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self._said(message.text))
        page.on("pageerror", lambda error: self._wrong.append(f"script error: {error}"))

    async def go(self, path: str) -> None:
        await self.page.goto(self._portal + path)

    async def run_scripts(self, allowed: bool) -> None:
        """Whether pages that are loaded from now on may run any."""
        disabled = {"value": not allowed}
        await self._devtools.send("Emulation.setScriptExecutionDisabled", disabled)

    async def sign_in(self, *, role: str, email: str, name: str, org_id: str = "") -> None:
        """On the issuer's page, where the portal has sent this visitor."""
        await self.page.get_by_label("Name", exact=True).fill(name)
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("You are here as").select_option(role)
        await self.page.get_by_label("Organization id").fill(org_id)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    async def is_fine(self) -> None:
        """No violation that axe finds, no sideways scrolling at any width, nothing went wrong."""
        await self.page.wait_for_load_state("load")
        await self.run_scripts(True)  # axe is one
        found = await Axe().run(self.page)
        await self.run_scripts(self._scripts)
        violations = [
            (one["id"], [node["html"][:300] for node in one["nodes"]])
            for one in found.response["violations"]
        ]
        assert not violations, violations
        for size in (PHONE, NARROWEST, DESKTOP):
            await self.page.set_viewport_size(size)
            width = await self.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{self.page.url} is {width} wide"
        assert not self._wrong, self._wrong

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self._wrong.append(f"asked for {url}")

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text:
            self._wrong.append(text)


@asynccontextmanager
async def visitor(browser: Browser, portal: str, *, scripts: bool = True) -> AsyncIterator[Visitor]:
    """A window with no cookies of another."""
    context = await browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    window = Visitor(page, portal, devtools, scripts=scripts)
    await window.run_scripts(scripts)
    yield window
    await context.close()
