"""Every form that a job is written in."""

import os
import subprocess
import sys

import pytest
from talent_jobs.description import Duty, NeededSkill, Source, SourceKind
from talent_jobs.documents import BINARY, Form, document
from talent_jobs.json_form import to_json

from .descriptions import description

STARTS = {
    Form.HTML: b"<!doctype html>",
    Form.PDF: b"%PDF-1.7",
    Form.DOCX: b"PK\x03\x04",
    Form.SCHEMA_ORG: b"{",
    Form.JDX: b"{",
    Form.GUIDE: b"<!doctype html>",
    Form.GUIDE_PDF: b"%PDF-1.7",
    Form.GUIDE_DOCX: b"PK\x03\x04",
}
HOLDS = {
    Form.HTML: b'"@type": "JobPosting"',
    Form.SCHEMA_ORG: b'"minValue": 21.5',
    Form.JDX: b"http://purl.org/jdx/terms/",
    Form.GUIDE: b"Show me how you would drive the van",
}
EMPLOYER = Source(SourceKind.EMPLOYER)


@pytest.mark.parametrize("form", Form)
def test_a_job_is_written_in_every_form(form: Form) -> None:
    made = document(description(), form)
    assert made.startswith(STARTS[form])
    assert HOLDS.get(form, b"") in made
    if form not in BINARY:
        made.decode()


@pytest.mark.parametrize("form", Form)
def test_another_process_on_another_day_writes_the_same_bytes(form: Form) -> None:
    script = (
        "import sys; from talent_jobs.json_form import from_json;"
        "from talent_jobs.documents import Form, document;"
        "sys.stdout.buffer.write(document(from_json(sys.stdin.buffer.read()), Form(sys.argv[1])))"
    )
    told = subprocess.run(
        (sys.executable, "-c", script, form.value),
        input=to_json(description()).encode(),
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert told.stdout == document(description(), form)


@pytest.mark.parametrize("form", Form)
def test_the_largest_job_that_is_allowed_can_be_written(form: Form) -> None:
    long = "word " * 199
    skill = NeededSkill(
        "https://e.example/s", long, EMPLOYER, True, 3, long, observe=long, durable=True
    )
    job = description(
        summary="line\n" * 1000,
        duties=(Duty(long, EMPLOYER),) * 100,
        skills=(skill,) * 50 + (NeededSkill("", long, EMPLOYER, True, 5, long),) * 50,
        attributions=(long,) * 100,
    )
    assert len(document(job, form)) < 5_000_000
