"""What a file of staff is understood as, and what is wrong with it by row and column."""

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_matcher.model import Skill, SkillUri
from talent_matcher.workforce import cells
from talent_matcher.workforce.cells import CellError
from talent_matcher.workforce.columns import Holds
from talent_matcher.workforce.meanings import Meanings
from talent_matcher.workforce.reading import Understood, understand
from talent_matcher.workforce.rows import SENTENCES
from talent_matcher.workforce.spreadsheet import SpreadsheetError
from talent_proto.events.v1 import skills_pb2

from .builders import BLUEPRINTS, LABELS, SAFETY, WELDING, skill_message
from .sheets import workbook

TODAY = date(2026, 11, 23)
CATALOG = {label.casefold(): skill_message(uri) for uri, label in LABELS.items()}


def read(content: bytes | str, *choices: tuple[int, Holds], **accepted: Any) -> Understood:
    text = content.encode() if isinstance(content, str) else content
    numbers = itertools.count(1)
    return understand(
        text,
        choices,
        Meanings(CATALOG, accepted, None),
        as_said=b"",
        new_id=lambda: f"id-{next(numbers)}",
        today=TODAY,
    )


def held(understood: Understood) -> list[str]:
    return [one.holds.name for one in understood.columns]


def errors(understood: Understood) -> list[tuple[str, str]]:
    return [(one.place, one.code) for one in understood.read.errors]


HEADERS = {
    "NAME": [
        "Name",
        "Full name",
        "EMPLOYEE_NAME",
        "First Name",
        "last_name",
        "Surname",
        "Employee",
    ],
    "EMPLOYEE_NUMBER": ["Employee #", "EmployeeID", "emp_no", "ID", "Badge Number", "Staff No."],
    "JOB_TITLE": ["Title", "Job Title", "Position", "Role", "Job profile"],
    "DEPARTMENT": ["Dept.", "Department", "Team", "Home Department"],
    "START_DATE": ["Hire Date", "Start date", "Date of hire", "Hired", "Original Hire Date"],
    "SKILLS": ["Skills", "Skill set", "Key skills", "Competencies"],
    "LICENSES": ["Licenses", "License", "Certifications", "Licenses & Certificates"],
    "LEFT_OUT": ["SSN", "Birth date", "Phone number", "Tax ID", "Gender", "Salary", "Zip code"],
}


@pytest.mark.parametrize(
    ("holds", "header"), [(holds, one) for holds, headers in HEADERS.items() for one in headers]
)
def test_usual_headers_are_known_and_what_nobody_needs_is_left_out(holds: str, header: str):
    assert held(read(f"{header},Zzz\n12,a\n"))[0] == holds


def test_a_header_that_is_a_skill_over_levels_is_a_column_of_levels():
    understood = read("Name,Welding (MIG),Notes,Shop safety\nAna,3,hello,x\nBen,,3,Expert\n")
    assert held(understood) == ["NAME", "LEVEL", "LEFT_OUT", "LEVEL"]
    ana, ben = understood.read.employees
    assert [(one.skill.uri, one.level) for one in ana.skills] == [(WELDING, 3), (SAFETY, 0)]
    assert [(one.skill.uri, one.level) for one in ben.skills] == [(SAFETY, 5)]


def test_a_row_becomes_a_person():
    understood = read(
        "First name,Last name,Employee #,Title,Dept,Hire date,Skills,Licenses\n"
        'Ana,Ruiz,007,Welder,Shop,3/1/2020,"Welding (MIG) (3), shop safety; juggling",'
        '"CDL (CO), CPR"\n'
    )
    [ana] = understood.read.employees
    assert (ana.name, ana.number, ana.title, ana.department) == (
        "Ana Ruiz",
        "007",
        "Welder",
        "Shop",
    )
    assert ana.started == date(2020, 3, 1)
    assert [(one.skill.uri, one.level) for one in ana.skills] == [(WELDING, 3), (SAFETY, 0)]
    assert [(one.type, one.jurisdiction) for one in ana.licenses] == [("CDL", "US-CO"), ("CPR", "")]
    assert ana.unrecognized == ("juggling",)
    assert understood.read.unrecognized == {"juggling": 1}


def test_the_last_name_stands_last_and_a_whole_name_is_enough():
    assert read("Last name,First name\nRuiz,Ana\n").read.employees[0].name == "Ana Ruiz"
    assert read("Last name,Full name\nRuiz,Ana Ruiz\n").read.employees[0].name == "Ana Ruiz"


def test_lines_above_the_header_are_not_read():
    understood = read("Our staff 2026,,\n\nName,Title,Skills\nAna,Welder,\n")
    assert [one.name for one in understood.read.employees] == ["Ana"]
    assert any("Row 3 names the columns" in note for note in understood.notes)


def test_what_is_wrong_is_told_by_row_and_column():
    understood = read(
        "Name,Employee #,Hire date,Skills\n"
        "Ana,1,2020-13-01,\n"
        "Ben,2,1/1/1900,\n"
        "Cy,3,,Welding (MIG) (9)\n"
        "Di,4,,\n"
        "Ed,4,,\n"
        ",,2020-01-01,\n"
        "Flo,5,25/12/2019,#REF!\n"
        "Gus,6,2020-01-01,shop safety (expert)\n"
    )
    assert errors(understood) == [
        ("row 2, column C", "NOT_A_DATE"),
        ("row 3, column C", "DATE_OUT_OF_RANGE"),
        ("row 4, column D", "UNKNOWN_LEVEL"),
        ("row 5, column B", "NUMBER_TWICE"),
        ("row 6, column B", "NUMBER_TWICE"),
        ("row 7", "NOBODY"),
        ("row 8, column D", "BROKEN"),
        ("row 8, column C", "NOT_A_DATE"),
    ]
    assert [one.name for one in understood.read.employees] == ["Gus"]
    assert understood.read.bad_rows == 7
    assert all(one.sentence.endswith(".") for one in understood.read.errors)


def test_merged_cells_and_formulas_without_a_result_are_errors_of_their_rows():
    def change(sheet: Any) -> None:
        sheet.merge_cells("B2:B3")
        sheet["C4"] = "=1+1"

    sheet = [["Name", "Dept", "Employee #"], ["Ana", "Shop", 1], ["Ben", "", 2], ["Cy", "Shop", 3]]
    understood = read(workbook(sheet, change))
    assert errors(understood) == [
        ("row 2, column B", "MERGED"),
        ("row 3, column B", "MERGED"),
        ("row 4, column C", "NO_RESULT"),
    ]
    left_out = read(workbook(sheet, change), (0, Holds.NAME))
    assert not left_out.read.errors  # what is wrong with a column that is not read is no matter


def test_a_person_says_what_columns_hold_and_words_mean():
    understood = read("A,B,C\nAna,juggling,x\n", (0, Holds.NAME), (1, Holds.SKILLS))
    assert held(understood) == ["NAME", "SKILLS", "LEFT_OUT"]
    meant = read(
        "A,B,C\nAna,Juggling,x\n",
        *((0, Holds.NAME), (1, Holds.SKILLS)),
        juggling=skills_pb2.SkillReference(uri=BLUEPRINTS),
    )
    assert [one.skill.uri for one in meant.read.employees[0].skills] == [BLUEPRINTS]


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ([(9, Holds.NAME)], "only 2 columns"),
        ([(0, Holds.NAME), (0, Holds.SKILLS)], "only once"),
        ([(0, Holds.JOB_TITLE), (1, Holds.JOB_TITLE)], "only one column"),
    ],
)
def test_choices_that_cannot_be_are_refused(choices: list[tuple[int, Holds]], says: str):
    with pytest.raises(SpreadsheetError, match=says):
        read("Name,Title\nAna,Welder\n", *choices)


@pytest.mark.parametrize("content", ["Name,Title\n", "\n\n,,\n"])
def test_a_file_without_people_is_refused(content: str):
    with pytest.raises(SpreadsheetError):
        read(content)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        *((str(number), number) for number in range(1, 6)),
        *((name, number) for number, name in enumerate(["beginner", "Basic"], 1)),
        ("EXPERT", 5),
        ("level 4", 4),
        ("3/5", 3),
        ("2 of 5", 2),
        ("x", 0),
        ("Yes", 0),
        ("", None),
        ("no", None),
        ("0", None),
    ],
)
def test_levels_in_words(words: str, level: int | None):
    assert cells.level(words) == level


@pytest.mark.parametrize("words", ["6", "guru", "intermediate", "-1", "3.5", "3/4", "²"])
def test_a_level_that_is_not_known_is_never_guessed(words: str):
    with pytest.raises(CellError):
        cells.level(words)


@given(st.dates(date(1940, 1, 1), date(2026, 12, 31)))
def test_dates_are_read_as_they_are_written_in_the_united_states(day: date):
    for text in (
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%B %d, %Y}",
        f"{day:%d-%b-%Y}",
        f"{day.isoformat()} 00:00:00",
    ):
        assert cells.day(text, TODAY) == day


@given(st.text(max_size=40))
def test_any_words_are_a_date_or_a_refusal(words: str):
    try:
        found = cells.day(words, TODAY)
    except CellError as refused:
        found = None
        refused_for = refused.code
        assert refused_for in SENTENCES
    assert found is None or found.year >= 1940


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["3", "x", "2020-01-01", "Ana", "7", "Welding (MIG)", "shop safety (9)", "a;b"]
    ),
)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=8))
@settings(max_examples=100)
def test_every_row_is_a_person_or_has_an_error(rows: list[list[str]]):
    header = [["Name", "Employee #", "Hire date", "Skills", "Welding (MIG)"]]
    quoted = [",".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in header + rows]
    try:
        understood = read("\n".join(quoted).encode("utf-8", "replace"))
    except SpreadsheetError:
        return
    found = understood.read
    wrong = {one.row for one in found.errors}
    assert len(wrong) == found.bad_rows
    assert all(one.name or one.number for one in found.employees)
    numbers = [one.number for one in found.employees if one.number]
    assert len(numbers) == len(set(numbers))
    for one in found.employees:
        assert len({shown.skill.uri for shown in one.skills}) == len(one.skills)
        assert all(0 <= shown.level <= 5 for shown in one.skills)


def test_what_everybody_with_a_title_can_do_is_theirs_beside_what_they_state():
    titles = {"WELDER": [skill_message(WELDING), skill_message(SAFETY)]}
    understood = understand(
        b"Name,Title,Skills\nAna,Welder,Welding (MIG) (4)\nBen,welder,\nCy,Cook,\n",
        [],
        Meanings(CATALOG, {}, None, titles),
        as_said=b"",
        new_id=str,
        today=TODAY,
    )
    ana, ben, cy = understood.read.employees
    assert [(one.skill.uri, one.level) for one in ana.skills] == [(WELDING, 4), (SAFETY, 0)]
    assert [(one.skill.uri, one.words) for one in ben.skills] == [
        (WELDING, "welder"),
        (SAFETY, "welder"),
    ]
    assert cy.skills == ()


def test_the_digest_changes_with_the_file_and_the_way_it_is_read():
    text = "Name,Role\nAna,Welder\n"
    said = [(0, Holds.NAME), (1, Holds.JOB_TITLE)]
    digests = {
        read(text).digest,
        read(text + "Ben,Cook\n").digest,
        read(text, (0, Holds.NAME)).digest,
    }
    assert len(digests) == 3
    assert read(text).digest == read(text, *said).digest


def test_words_that_are_looked_up_are_asked_once():
    meanings = Meanings({"a": skills_pb2.SkillReference(uri="urn:a", label="A")}, {}, None)
    assert meanings.of("A") == meanings.of("a") == (Skill(SkillUri("urn:a"), "A"),)
    assert meanings.of("b") == ()
    assert meanings.suggestion("b") is None
