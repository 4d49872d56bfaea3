"""The organizations, skills and jobs of the network, as their topics tell: a view in memory."""

import asyncio
from collections.abc import Sequence
from sys import intern

from talent_kit.errors import Problem, Reason
from talent_kit.events import Record
from talent_kit.versions import Version
from talent_proto.events.v1 import catalog_pb2, skills_pb2

from talent_matcher.curriculum import TAGS_THAT_COUNT
from talent_matcher.programs import Programs

JOBS = "talent.jobs.v1"


class Network:
    """Fed by a tail of talent.catalog.v1 and talent.jobs.v1."""

    def __init__(self) -> None:
        self.known = asyncio.Event()  # set once everything there was has been read
        self.skills: dict[str, skills_pb2.SkillReference] = {}
        self.programs = Programs()
        self._orgs: dict[str, catalog_pb2.Organization] = {}
        self._org_changes: dict[str, int] = {}
        self._org_of_did: dict[str, str] = {}
        self._employer_of: dict[str, str] = {}
        self._cap_of: dict[str, int] = {}
        self._occupations_of: dict[str, tuple[str, ...]] = {}  # of open jobs that state some
        self._versions: dict[str, Version] = {}

    def apply(self, records: Sequence[Record]) -> None:
        for record in records:
            if self._newer(record):
                self._apply(record)

    def require_known(self) -> None:
        """Raises NOT_READY while the network is still being read."""
        if not self.known.is_set():
            raise Problem(Reason.NOT_READY, why="the catalog is still being read")

    def organization(self, org_id: str) -> catalog_pb2.Organization | None:
        return self._orgs.get(org_id)

    def is_employer(self, org_id: str) -> bool:
        org = self._orgs.get(org_id)
        return org is not None and catalog_pb2.ORGANIZATION_ROLE_EMPLOYER in org.roles

    def require_employer(self, org_id: str) -> None:
        """Raises NOT_READY, and WRONG_STATE when the organization is no registered employer."""
        self.require_known()
        if not self.is_employer(org_id):
            mend = "ask the agency to register your organization as an employer"
            raise Problem(Reason.WRONG_STATE, state="not registered as an employer", mend=mend)

    def is_vetted(self, org_id: str) -> bool:
        org = self._orgs.get(org_id)
        return org is not None and org.vetting == catalog_pb2.VETTING_STATE_VETTED

    def name(self, org_id: str) -> str:
        org = self._orgs.get(org_id)
        return org.name if org else ""

    def taught(self, skill: str) -> list[str]:
        """The programs that teach a skill, with who offers them, by name."""
        return [
            f"{one.name} at {self.name(one.org_id) or one.org_id}"
            for one in self.programs.teaching(skill)
        ]

    def portal_operator(self, org_id: str) -> str:
        """Who may read an employer's matches from a topic of its own, while both are vetted; ""
        when nobody."""
        org = self._orgs.get(org_id)
        operator = org.portal_operator_org_id if org else ""
        return operator if self.is_vetted(org_id) and self.is_vetted(operator) else ""

    def employers_of(self, operator: str) -> list[catalog_pb2.Organization]:
        return [one for one in self._orgs.values() if one.portal_operator_org_id == operator]

    def changes_of(self, org_id: str) -> int:
        """How often an organization has changed."""
        return self._org_changes.get(org_id, 0)

    def changes_of_job(self, job_id: str) -> int:
        """How often a job has changed."""
        known = self._versions.get(f"{JOBS} {job_id}")
        return known.n if known else 0

    def org_of_did(self, did: str) -> str:
        return self._org_of_did.get(did, "")

    def employer_of(self, job_id: str) -> str:
        """The employer of a job, also of one closed lately."""
        return self._employer_of.get(job_id, "")

    def occupations_of(self, job_id: str) -> tuple[str, ...]:
        """The codes of an open job's occupations, as far as it states them."""
        return self._occupations_of.get(job_id, ())

    def cap_of(self, job_id: str) -> int:
        """How many matches a job wants; 0 when it does not say."""
        return self._cap_of.get(job_id, 0)

    def _newer(self, record: Record) -> bool:
        key = f"{record.topic} {record.key}"
        if record.version <= self._versions.get(key, Version(0, 0)):
            return False
        self._versions[key] = record.version
        return True

    def _apply(self, record: Record) -> None:
        match record.type:
            case "OrganizationRegistered" | "OrganizationVetted" | "OrganizationSuspended":
                org = record.event.organization
                self._orgs[org.org_id] = org
                self._org_changes[org.org_id] = record.version.n
                self._org_of_did[org.did] = org.org_id
            case "AchievementPublished":
                self._learn_achievement(record.event.achievement)
                self.programs.published(record.event.achievement, record.event.org_id)
            case "AchievementTagged":
                self.programs.tagged(record.event)
                for tag in record.event.tag:
                    if tag.state in TAGS_THAT_COUNT:
                        self.skills.setdefault(tag.skill.uri, tag.skill)
            case "CompetencyPublished":
                competency = record.event.competency
                self.skills[competency.uri] = competency
            case "JobPosted" | "JobClosed" if record.event is not None:
                self._employer_of[record.key] = record.event.job.employer_org_id
                self._cap_of[record.key] = record.event.job.match_cap
                codes = tuple(intern(one.code) for one in record.event.job.soc)
                if codes and record.type == "JobPosted":
                    self._occupations_of[record.key] = codes
                else:
                    self._occupations_of.pop(record.key, None)
            case _ if record.value is None:
                self._employer_of.pop(record.key, None)
                self._cap_of.pop(record.key, None)
                self._occupations_of.pop(record.key, None)
                self._versions.pop(f"{record.topic} {record.key}", None)
            case _:
                pass  # an event that says nothing about matching

    def _learn_achievement(self, achievement: catalog_pb2.Achievement) -> None:
        alignments = list(achievement.alignment)
        for result in achievement.result_description:
            alignments.extend(result.alignment)
        for one in alignments:
            known = self.skills.get(one.target_url)
            # A competency that a framework publishes says more than an alignment to it.
            if one.target_url and (known is None or not known.ctid):
                self.skills[one.target_url] = skills_pb2.SkillReference(
                    uri=one.target_url,
                    framework_uri=one.target_framework,
                    label=one.target_name,
                )
