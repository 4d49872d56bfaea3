"""A job is saved as a document, while it is drafted and after it is posted."""

import html

import pytest
from talent_portal.papers import DOCUMENTS, MORE

from .conftest import Portal
from .neighbors import JOB
from .test_pages import browser, fields
from .test_previews import drafted, fitting


@pytest.mark.parametrize("form", DOCUMENTS)
async def test_a_draft_is_saved_in_every_form(portal: Portal, form: str) -> None:
    drafted(portal.world, fitting())
    async with browser(portal) as eve:
        await eve.sign_in()
        page = (await eve.post("/jobs/draft", title="Welder")).text
        assert f'value="{form}"' in page
        hidden = {name: html.unescape(value) for name, value in fields(page).items()}
        saved = await eve.post("/jobs/new", **{**hidden, "title": "Welder", "do": form})
    assert saved.text == form
    assert saved.headers["content-type"].startswith(DOCUMENTS[form].media_type)
    assert DOCUMENTS[form].name in saved.headers["content-disposition"]


async def test_a_posted_job_offers_the_documents_of_what_it_was_posted_as(portal: Portal) -> None:
    portal.world.description = "described"
    async with browser(portal) as eve:
        page = (await eve.sign_in(next_page=f"/jobs/{JOB}")).text
        for form, document in DOCUMENTS.items():
            assert document.words in page
            saved = await eve.client.get(f"/jobs/{JOB}/documents/{form}")
            assert saved.text == form
            assert document.name in saved.headers["content-disposition"]
        assert (await eve.client.get(f"/jobs/{JOB}/documents/odt")).status_code == 404
    assert portal.world.written == [("described", form) for form in DOCUMENTS]


async def test_a_job_that_was_posted_without_a_description_offers_none(portal: Portal) -> None:
    async with browser(portal) as eve:
        page = (await eve.sign_in(next_page=f"/jobs/{JOB}")).text
        assert not [one for one in MORE.values() if one.words in page]
        assert (await eve.client.get(f"/jobs/{JOB}/documents/pdf")).status_code == 404
