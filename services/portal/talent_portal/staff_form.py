"""The form on which a person looks at a file of staff before it is imported.

The portal stores nothing, so the file travels in the form, from the page that shows it to the one
that imports it.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import workforce_pb2 as pb

from talent_portal.visitor import text
from talent_portal.wording import _

LARGEST_FILE = 1 << 20  # bytes: with what surrounds it, it fits into a request
MOST_COLUMNS = 100
HOLDS = {
    pb.WORKFORCE_COLUMN_LEFT_OUT: _("Leave this column out"),
    pb.WORKFORCE_COLUMN_NAME: _("Name"),
    pb.WORKFORCE_COLUMN_EMPLOYEE_NUMBER: _("Employee number"),
    pb.WORKFORCE_COLUMN_JOB_TITLE: _("Job title"),
    pb.WORKFORCE_COLUMN_DEPARTMENT: _("Department or team"),
    pb.WORKFORCE_COLUMN_START_DATE: _("First day at work"),
    pb.WORKFORCE_COLUMN_SKILLS: _("Skills"),
    pb.WORKFORCE_COLUMN_LEVEL: _("How well people know the skill at the top"),
    pb.WORKFORCE_COLUMN_LICENSES: _("Licenses and certificates"),
}


@dataclass(frozen=True)
class Meaning:
    """That words of the file mean a skill, or that everybody with such a job title has it. `value`:
    as it travels in the form."""

    words: str
    uri: str
    label: str

    @property
    def value(self) -> str:
        return json.dumps([self.words, self.uri, self.label])


async def uploaded(form: FormData) -> pb.WorkforceFile:
    """The file that a person has chosen. Raises Problem."""
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Problem(Reason.INVALID_FIELD, field="file", mend=_("choose a file first"))
    content = await upload.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        mend = _("it has more than 1 MB; save it without pictures, or bring it in parts")
        raise Problem(Reason.INVALID_FIELD, field="file", mend=mend)
    return pb.WorkforceFile(content=content)


def looked_at(form: FormData) -> pb.WorkforceFile:
    """The file of the page, with what the person has changed on it. Raises Problem."""
    try:
        content = base64.b64decode(text(form, "content"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _start_again() from None
    file = pb.WorkforceFile(content=content)
    for column in range(MOST_COLUMNS):
        holds = text(form, f"column-{column}")
        if holds:
            if not holds.isdecimal() or int(holds) not in HOLDS:
                raise _start_again()
            file.mapping.add(column=column, holds=pb.WorkforceColumn.ValueType(int(holds)))
    for meaning in said(form, "means"):
        file.meaning.add(words=meaning.words, skill_uri=meaning.uri)
    for meaning in said(form, "can"):
        file.title_skill.add(title=meaning.words, skill_uri=meaning.uri)
    return file


def said(form: FormData, field: str) -> list[Meaning]:
    """What the person has checked: that words mean ("means"), or people with a job title can."""
    found: list[Meaning] = []
    for value in form.getlist(field):
        try:
            words, uri, label = json.loads(str(value))
        except (ValueError, TypeError):
            raise _start_again() from None
        found.append(Meaning(str(words), str(uri), str(label)))
    return found


def content_field(file: pb.WorkforceFile) -> str:
    return base64.urlsafe_b64encode(file.content).decode()


def in_words(problem: Problem) -> str:
    """What is wrong with a file and what to do."""
    mend = problem.arguments.get("mend", "")
    if problem.reason is Reason.STALE_VERSION:
        return _("You have changed something. Look at what we read now, then import it.")
    if problem.field == "file" and mend:
        return _("We cannot use this file: {mend}.").format(mend=mend)
    if problem.field and problem.field.startswith("row "):
        place = problem.field[:1].upper() + problem.field[1:]
        return _("Nothing was imported. {place}: {mend}.").format(place=place, mend=mend)
    return problem.sentence()


def _start_again() -> Problem:
    return Problem(Reason.INVALID_FIELD, field="file", mend=_("choose the file once more"))
