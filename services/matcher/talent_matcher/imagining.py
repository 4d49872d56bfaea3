"""What a person would have who had earned a program of the catalog, or shown a skill, today."""

from datetime import date

from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb

from talent_matcher.earned import Earned, Issuer, earned, tested
from talent_matcher.model import Assertion, ValidatorType
from talent_matcher.network import Network
from talent_matcher.posting import Skills
from talent_matcher.programs import Program

MOST = 20
LEVELS = 5


class Imagining:
    def __init__(self, network: Network, skills: Skills) -> None:
        self._network = network
        self._skills = skills

    def asked(self, request: pb.WhatIfRequest, today: date) -> Earned:
        """All that a request names. Raises Problem for what nobody can earn."""
        count = len(request.achievement) + len(request.skill)
        if not count:
            raise Problem(Reason.MISSING_FIELD, field="achievement or skill")
        if count > MOST:
            limit = f"{MOST} achievements and skills"
            raise Problem(Reason.TOO_LARGE, field="achievement and skill", limit=limit)
        found = [
            self._achievement(one, f"achievement[{index}]", today)
            for index, one in enumerate(request.achievement)
        ]
        own = [
            self._skill(one, f"skill[{index}]", today) for index, one in enumerate(request.skill)
        ]
        return Earned(
            (*own, *(each for one in found for each in one.assertions)),
            tuple(each for one in found for each in one.licenses),
        )

    def program(self, program: Program, today: date, level: int = 0) -> Earned:
        taught = self._network.programs.curriculum(program)
        return earned(program, taught, self._issuer(program), today, level)

    def _achievement(self, one: pb.EarnedAchievement, field: str, today: date) -> Earned:
        program = self._network.programs.get(one.achievement_id)
        if program is None:
            raise Problem(Reason.NOT_FOUND, field=f"{field}.achievement_id", what="achievement")
        _check(one.level, f"{field}.level")
        says, _ = self._network.programs.curriculum(program)
        if one.level and not any(skill.graded for skill in says.skills):
            mend = "leave it out, this program does not say how well a skill was shown"
            raise Problem(Reason.INVALID_FIELD, field=f"{field}.level", mend=mend)
        return self.program(program, today, one.level)

    def _skill(self, one: pb.EarnedSkill, field: str, today: date) -> Assertion:
        known = self._skills.get(one.skill_uri)
        if known is None:
            skill = one.skill_uri[:100]
            raise Problem(Reason.UNKNOWN_SKILL, field=f"{field}.skill_uri", skill=skill)
        _check(one.level, f"{field}.level")
        return tested(known.uri, known.label, one.level, today)

    def _issuer(self, program: Program) -> Issuer:
        org = self._network.organization(program.org_id)
        return Issuer(
            org_id=program.org_id,
            did=org.did if org else "",
            name=org.name if org else "",
            type=ValidatorType(org.type) if org else ValidatorType.UNSPECIFIED,
            trusted=self._network.is_vetted(program.org_id),
        )


def _check(level: int, field: str) -> None:
    if level > LEVELS:
        raise Problem(Reason.INVALID_FIELD, field=field, mend=f"use a level from 1 to {LEVELS}")
