"""The pages that a job description is written as, in a real browser."""

import pypdfium2
import pytest
from playwright.async_api import Browser
from talent_jobs.description import (
    Conditions,
    Duty,
    JobDescription,
    NeededLicense,
    NeededSkill,
    PayPeriod,
    PayRange,
    Shift,
    Source,
    SourceKind,
)
from talent_jobs.documents import Form, document

from tests.browser.visitor import visitor

EMPLOYER = Source(SourceKind.EMPLOYER)
SPITE = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"


def a_job(employer: str = "Nguyễn's Bakery") -> JobDescription:
    return JobDescription(
        title="Baker",
        employer=employer,
        summary="Bake bread before the town wakes up.\nSell it while it is warm.",
        duties=tuple(Duty(f"Bake loaf number {number}.", EMPLOYER) for number in range(12)),
        skills=tuple(
            NeededSkill(
                f"https://skills.example/{number}",
                f"skill number {number}",
                EMPLOYER,
                required=number < 8,
                level=number % 6,
                durable=number % 4 == 3,
                observe="Asks before the oven is full." if number % 4 == 3 else "",
            )
            for number in range(10)
        ),
        licenses=(NeededLicense("Food handler card", "US-CO"),),
        pay=PayRange(1850, 2200, PayPeriod.HOUR),
        conditions=Conditions(
            hours=(30, 36),
            shifts=tuple(Shift(day, 240, 600) for day in range(1, 6)),
            time_zone="America/Denver",
            state="US-CO",
        ),
    )


@pytest.mark.parametrize("form", [Form.HTML, Form.GUIDE])
async def test_a_page_can_be_used_by_everybody_at_every_width(browser: Browser, form: Form) -> None:
    async with visitor(browser, "") as window:
        await window.page.set_content(document(a_job(), form).decode())
        await window.is_fine()


@pytest.mark.parametrize("form", [Form.HTML, Form.GUIDE])
async def test_nothing_in_a_page_of_strangers_words_runs(browser: Browser, form: Form) -> None:
    async with visitor(browser, "") as window:
        await window.page.set_content(document(a_job(SPITE + "W" * 500), form).decode())
        assert "Baker" in await window.page.title()
        assert await window.page.locator("img").count() == 0
        await window.is_fine()


async def test_a_posting_is_printed_on_at_most_two_letter_pages(browser: Browser) -> None:
    async with visitor(browser, "") as window:
        await window.page.set_content(document(a_job(), Form.HTML).decode())
        printed = await window.page.pdf(prefer_css_page_size=True)
    with pypdfium2.PdfDocument(printed) as pages:
        assert len(pages) <= 2
        assert (round(pages[0].get_width()), round(pages[0].get_height())) == (612, 792)
