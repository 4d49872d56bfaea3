"""Every document that a job description is written as, by its name."""

from __future__ import annotations

from enum import StrEnum

from talent_jobs.description import JobDescription


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    SCHEMA_ORG = "schema-org"
    JDX = "jdx"
    GUIDE = "guide"
    GUIDE_PDF = "guide-pdf"
    GUIDE_DOCX = "guide-docx"


BINARY = frozenset({Form.PDF, Form.DOCX, Form.GUIDE_PDF, Form.GUIDE_DOCX})


def document(job: JobDescription, form: Form) -> bytes:
    """The same bytes for the same job. Raises DescriptionError for one that is out of bounds."""
    # Each where it is needed: a typesetter is much to load for who wants a line of JSON.
    from talent_jobs.guide import guide
    from talent_jobs.html_page import html_page
    from talent_jobs.posting import posting

    match form:
        case Form.HTML:
            from talent_jobs.schema_org import schema_org

            return html_page(posting(job), schema_org(job)).encode()
        case Form.GUIDE:
            return html_page(guide(job)).encode()
        case Form.PDF | Form.GUIDE_PDF:
            from talent_jobs.pdf_file import pdf_file

            return pdf_file(posting(job) if form is Form.PDF else guide(job))
        case Form.DOCX | Form.GUIDE_DOCX:
            from talent_jobs.docx_file import docx_file

            return docx_file(posting(job) if form is Form.DOCX else guide(job))
        case Form.SCHEMA_ORG:
            from talent_jobs.schema_org import schema_org_json

            return schema_org_json(job).encode()
        case Form.JDX:
            from talent_jobs.jdx import jdx_json

            return jdx_json(job).encode()
