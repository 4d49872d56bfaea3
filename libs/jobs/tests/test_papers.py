"""The same paper as HTML, PDF and DOCX."""

import io
from dataclasses import replace

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from talent_jobs.bounds import DescriptionError
from talent_jobs.description import Duty, JobDescription, NeededSkill, Source, SourceKind
from talent_jobs.docx_file import docx_file
from talent_jobs.html_page import html_page
from talent_jobs.paper import Paper, clean, shown_text
from talent_jobs.pdf_file import pdf_file
from talent_jobs.posting import posting, skill_said

from .descriptions import description
from .hostile import descriptions
from .readers import docx_text, html_text, pdf_text, read_html, squeezed

EMPLOYER = Source(SourceKind.EMPLOYER)


def content(paper: Paper) -> str:
    return squeezed("".join(shown_text(paper)))


def test_all_formats_say_the_same_in_the_same_order() -> None:
    paper = posting(description())
    wanted = content(paper)
    assert squeezed(html_text(html_page(paper))) == wanted
    assert squeezed(docx_text(docx_file(paper))) == wanted
    assert squeezed(pdf_text(pdf_file(paper))) == wanted


def test_a_posting_says_all_that_the_description_holds() -> None:
    job = description()
    shown = "\n".join(shown_text(posting(job)))
    for words in (
        *(duty.text for duty in job.duties),
        *(skill.label for skill in job.skills),
        *(skill.observe for skill in job.skills),
        *job.attributions,
        "$21.50 to $28.75 an hour",
        "25 to 30 hours a week",
        "Friday, 10:00 p.m. to 2:00 a.m. the next day",
        "Level 3 of 5, Skilled: Closes a month of usual entries alone",
        "Driver's license (Colorado). You may apply while the check",
        "O*NET tasks, version 29.3, numbers 9891, 2868",
        "30% Bookkeeping, Accounting, and Auditing Clerks (O*NET-SOC 43-3031.00)",
        "Pay: a survey of wages (Colorado, May 2024)",
    ):
        assert words in shown


@given(descriptions())
@settings(max_examples=60)
def test_hostile_text_is_only_ever_text(job: JobDescription) -> None:
    paper = posting(job)
    page = read_html(html_page(paper))
    assert squeezed("".join(page.words)) == content(paper)
    assert all(link.startswith(("http://", "https://")) for link in page.links)
    assert squeezed(docx_text(docx_file(paper))) == content(paper)
    docx.Document(io.BytesIO(docx_file(paper)))
    pdf_text(pdf_file(paper))


@pytest.mark.parametrize(
    "name", ["José Nguyễn", "Łukasz Żółć", "Ελένη Юлия", "Ærøskøbing & Søn", 'A "#b" *c* $d$ <e>']
)
def test_names_can_be_read_and_copied_in_every_format(name: str) -> None:
    paper = posting(description(employer=name))
    for text in (
        html_text(html_page(paper)),
        docx_text(docx_file(paper)),
        pdf_text(pdf_file(paper)),
    ):
        assert squeezed(name) in squeezed(text)


def test_letters_that_no_font_has_do_not_hinder_the_rest() -> None:
    made = pdf_file(posting(description(employer="山田 👩🏽‍🔧 \U00011fff")))
    assert squeezed("What you will do") in squeezed(pdf_text(made))
    assert b"pdfuaid" not in made


def test_a_very_long_word_stays_on_the_page() -> None:
    made = pdf_file(posting(description(duties=(Duty("W" * 900, EMPLOYER),))))
    with pypdfium2.PdfDocument(made) as pages:
        text = pages[0].get_textpage()
        width = pages[0].get_width()
        boxes = [text.get_charbox(number) for number in range(text.count_chars())]
    assert max(box[2] for box in boxes) < width - 60
    assert pdf_text(made).replace("\u200b", "").count("W") >= 900


@given(descriptions())
@settings(max_examples=15)
def test_the_same_description_gives_the_same_bytes(job: JobDescription) -> None:
    for write in (html_page, docx_file, pdf_file):
        assert write(posting(job)) == write(posting(replace(job)))


def test_a_pdf_is_made_for_screen_readers() -> None:
    made = pdf_file(posting(description()))
    with pypdfium2.PdfDocument(made) as pages:
        assert pages.is_tagged()
        about = pages.get_metadata_dict()
        assert (pages[0].get_width(), pages[0].get_height()) == (612, 792)
        assert len(pages) == 1
    assert about["Title"] == "Office manager"
    assert about["Author"] == "José's Plumbing & Heating"
    assert about["CreationDate"] == ""
    assert b"pdfuaid" in made
    assert b"/Lang" in made


def test_a_word_file_has_headings_links_and_properties() -> None:
    file = docx.Document(io.BytesIO(docx_file(posting(description()))))
    about = file.core_properties
    assert (about.title, about.language) == ("Office manager", "en-US")
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert headings[:2] == ["About this job", "What you will do"]
    links = [link.address for one in file.paragraphs for link in one.hyperlinks]
    assert links == [skill.uri for skill in description().skills]


def test_each_skill_of_a_page_is_a_link_that_programs_can_read() -> None:
    page = html_page(posting(description()))
    uri = description().skills[0].uri
    assert (
        f'<a href="{uri}" rel="noopener" data-skill="{uri}" data-required="true" data-level="3">'
        in page
    )
    assert read_html(page).links == [skill.uri for skill in description().skills]


def test_a_skill_without_an_address_to_open_is_no_link() -> None:
    skill = NeededSkill("urn:x:1", "welding", EMPLOYER, required=True)
    page = html_page(posting(description(skills=(skill,))))
    assert '<strong data-skill="urn:x:1" data-required="true"><bdi>welding</bdi></strong>' in page


def test_a_description_out_of_bounds_is_not_written() -> None:
    with pytest.raises(DescriptionError, match=r"duties\[0\]\.text"):
        posting(description(duties=(Duty("\u202e ", EMPLOYER),)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[2Jc", "a b [2Jc"),
        ("  a \r\n\u2028 b ", "a b"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("x\ud800\ufffe", "x\ufffd\ufffd"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_clean_text_is_one_line_that_every_format_can_hold(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_posting_says_which_skill_nobody_may_lack() -> None:
    first, *_ = description().skills
    said = "Nobody is considered without it."
    assert said in skill_said(replace(first, gate=True))
    assert said not in skill_said(replace(first, gate=True, required=False))
    assert said not in skill_said(first)
