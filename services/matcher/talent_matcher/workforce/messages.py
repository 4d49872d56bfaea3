"""Between the contract's messages and the staff's own values."""

from talent_proto.events.v1 import jobs_pb2, skills_pb2
from talent_proto.matcher.v1 import workforce_pb2 as pb

from talent_matcher.messages import (
    civil_date,
    date_message,
    gate_message,
    missing_message,
    skill,
    skill_message,
)
from talent_matcher.workforce.columns import Column
from talent_matcher.workforce.comparing import EmployeeFit, SkillCount, Target
from talent_matcher.workforce.rows import RowError
from talent_matcher.workforce.spreadsheet import letter
from talent_matcher.workforce.staff import Employee, HeldLicense, ShownSkill
from talent_matcher.workforce.titles import TitleHint

MOST_NAMED = 20  # people who are one skill away


def employee_message(one: Employee) -> pb.Employee:
    return pb.Employee(
        employee_id=one.employee_id,
        name=one.name,
        employee_number=one.number,
        job_title=one.title,
        department=one.department,
        start_date=date_message(one.started) if one.started else None,
        skill=[
            pb.EmployeeSkill(skill=skill_message(each.skill), level=each.level, words=each.words)
            for each in one.skills
        ],
        license=[
            pb.EmployeeLicense(type=each.type, jurisdiction=each.jurisdiction)
            for each in one.licenses
        ],
        unrecognized=one.unrecognized,
        basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
        scope=skills_pb2.ASSERTION_SCOPE_EMPLOYER_PRIVATE,
    )


def employee(one: pb.Employee) -> Employee:
    return Employee(
        employee_id=one.employee_id,
        name=one.name,
        number=one.employee_number,
        title=one.job_title,
        department=one.department,
        started=civil_date(one.start_date),
        skills=tuple(ShownSkill(skill(each.skill), each.level, each.words) for each in one.skill),
        licenses=tuple(HeldLicense(each.type, each.jurisdiction) for each in one.license),
        unrecognized=tuple(one.unrecognized),
    )


def column_message(one: Column, examples: list[str]) -> pb.FileColumn:
    return pb.FileColumn(
        column=one.number,
        letter=letter(one.number),
        header=one.header,
        holds=pb.WorkforceColumn.ValueType(one.holds),
        why=one.why,
        example=examples,
    )


def error_message(one: RowError) -> pb.RowError:
    return pb.RowError(
        row=one.row,
        letter="" if one.column is None else letter(one.column),
        header=one.header,
        code=one.code,
        sentence=one.sentence,
    )


def fit_message(one: EmployeeFit) -> pb.EmployeeFit:
    return pb.EmployeeFit(
        employee_id=one.employee.employee_id,
        name=one.employee.name,
        employee_number=one.employee.number,
        job_title=one.employee.title,
        department=one.employee.department,
        score=one.fit.score,
        has=[skill_message(each.skill) for each in one.fit.contributions],
        missing=[missing_message(each) for each in one.fit.missing],
        closed=[gate_message(each) for each in one.closed],
        has_sentence=one.has_sentences(),
        needs_sentence=one.needs_sentences(),
    )


def hint_message(one: TitleHint) -> pb.TitleHint:
    return pb.TitleHint(
        title=one.title,
        count=one.count,
        occupation=one.occupation,
        skill=[skill_message(each) for each in one.skills],
    )


def count_message(one: SkillCount) -> pb.SkillCount:
    return pb.SkillCount(
        skill=skill_message(one.skill),
        count=one.count,
        at_level=one.at_level[1:],
        level_not_stated=one.at_level[0],
    )


def target_message(one: Target, programs: list[pb.TrainingProgram]) -> pb.UpskillingTarget:
    named = one.one_away[:MOST_NAMED]
    return pb.UpskillingTarget(
        skill=skill_message(one.missing.skill),
        importance=jobs_pb2.Importance.ValueType(one.missing.importance),
        required_level=one.missing.required_level,
        missing=one.lacking,
        one_skill_away=len(one.one_away),
        employee_id=[each.employee_id for each in named],
        name=[each.name for each in named],
        program=programs,
    )
