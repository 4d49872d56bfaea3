"""Skills that the text of a posting names, and what its employer made of each: in the job's own
event, so that both stay known. The words stay out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import jobs_pb2, skills_pb2, tagging_pb2

from talent_matcher.posting import CODE, Skills

if TYPE_CHECKING:  # it loads a language model's libraries
    from talent_skills.tagger import Tag, Tagger

FIELD = "posting"
MOST = 200  # the richest of 41 real postings names 14
LONGEST_TEXT = 50_000
METHODS = frozenset({"label", "meaning"})
ASSERTED, SUGGESTED = (
    tagging_pb2.SKILL_TAG_STATE_ASSERTED,
    tagging_pb2.SKILL_TAG_STATE_SUGGESTED,
)
ACCEPTED, REJECTED = (
    tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
    tagging_pb2.SKILL_TAG_STATE_REJECTED,
)
UNDECIDED = tagging_pb2.SKILL_TAG_STATE_UNSPECIFIED


def found_in(tagger: "Tagger", text: str) -> jobs_pb2.JobTags:
    """Each skill once, at its best place; nothing is decided yet."""
    tagged = tagger.tag(text)
    best: dict[str, Tag] = {}
    for tag in tagged.tags:
        if tag.uri not in best or _goodness(tag) > _goodness(best[tag.uri]):
            best[tag.uri] = tag
    kept = sorted(best.values(), key=_goodness, reverse=True)[:MOST]
    return jobs_pb2.JobTags(
        tag=[
            jobs_pb2.JobSkillTag(
                found=tagging_pb2.SkillTag(
                    skill=skills_pb2.SkillReference(uri=one.uri, label=one.label),
                    field=FIELD,
                    start=one.start,
                    end=one.end,
                    score=one.score,
                    method=one.method.value,
                    state=ASSERTED if one.asserted else SUGGESTED,
                )
            )
            for one in sorted(kept, key=lambda one: one.uri)
        ],
        taxonomy_version=tagged.taxonomy_version,
    )


def stated(
    tags: jobs_pb2.JobTags, job: jobs_pb2.Job, *, skills: Skills, by: str, at: datetime
) -> jobs_pb2.JobTags:
    """As an employer sends them with a new job: checked, with who decided. Raises Problem."""
    if len(tags.tag) > MOST:
        raise Problem(Reason.TOO_LARGE, field="tags.tag", limit=f"{MOST} items")
    if tags.tag and not tags.taxonomy_version:
        raise Problem(Reason.MISSING_FIELD, field="tags.taxonomy_version")
    if len(tags.taxonomy_version) > CODE:
        field, limit = "tags.taxonomy_version", f"{CODE} characters"
        raise Problem(Reason.TOO_LARGE, field=field, limit=limit)
    checked: dict[str, jobs_pb2.JobSkillTag] = {}
    asked = _asked(job)
    for index, one in enumerate(tags.tag):
        field, uri = f"tags.tag[{index}]", one.found.skill.uri
        if uri in checked:
            raise _invalid(f"{field}.found.skill.uri", "name each skill only once")
        checked[uri] = _checked(field, one, skills)
        _check_decision(f"{field}.decision", one.decision, asked=uri in asked)
        if one.decision != UNDECIDED:
            _decide(checked[uri], one.decision, by, at)
    return jobs_pb2.JobTags(tag=checked.values(), taxonomy_version=tags.taxonomy_version)


def after_change(
    tags: jobs_pb2.JobTags, before: jobs_pb2.Job, after: jobs_pb2.Job, *, by: str, at: datetime
) -> jobs_pb2.JobTags:
    """Who takes a skill out of a job rejects it, who puts it in accepts it."""
    changed = jobs_pb2.JobTags()
    changed.CopyFrom(tags)
    was, now = _asked(before), _asked(after)
    for one in changed.tag:
        uri = one.found.skill.uri
        if (uri in was) != (uri in now):
            _decide(one, ACCEPTED if uri in now else REJECTED, by, at)
    return changed


def _checked(field: str, one: jobs_pb2.JobSkillTag, skills: Skills) -> jobs_pb2.JobSkillTag:
    """Made anew, with the skill as the network knows it: nothing else comes along."""
    found = one.found
    if not found.skill.uri:
        raise Problem(Reason.MISSING_FIELD, field=f"{field}.found.skill.uri")
    known = skills.get(found.skill.uri)
    if known is None:
        place = f"{field}.found.skill.uri"
        raise Problem(Reason.UNKNOWN_SKILL, field=place, skill=found.skill.uri[:CODE])
    wrong: Mapping[str, tuple[bool, str]] = {
        "field": (found.field != FIELD, f'use "{FIELD}"'),
        "end": (not found.start < found.end <= LONGEST_TEXT, "use a place in the text"),
        "score": (not 0 <= found.score <= 1, "use 0 to 1"),
        "method": (found.method not in METHODS, 'use "label" or "meaning"'),
        "state": (found.state not in (ASSERTED, SUGGESTED), "use ASSERTED or SUGGESTED"),
    }
    for name, (is_wrong, mend) in wrong.items():
        if is_wrong:
            raise _invalid(f"{field}.found.{name}", mend)
    return jobs_pb2.JobSkillTag(
        found=tagging_pb2.SkillTag(
            skill=known,
            field=FIELD,
            start=found.start,
            end=found.end,
            score=found.score,
            method=found.method,
            state=found.state,
        )
    )


def _check_decision(field: str, decision: int, *, asked: bool) -> None:
    if decision not in (ACCEPTED, REJECTED, UNDECIDED):
        raise _invalid(field, "use ACCEPTED or REJECTED, or leave it out")
    if decision == ACCEPTED and not asked:
        raise _invalid(field, "the job does not ask for this skill: reject it, or ask for it")
    if decision == REJECTED and asked:
        raise _invalid(field, "the job asks for this skill: accept it, or take it out of the job")


def _decide(
    one: jobs_pb2.JobSkillTag,
    decision: tagging_pb2.SkillTagState.ValueType,
    by: str,
    at: datetime,
) -> None:
    one.decision = decision
    one.found.decided_by = by
    one.found.decided_at.FromDatetime(at)


def _asked(job: jobs_pb2.Job) -> frozenset[str]:
    return frozenset(one.skill.uri for one in job.requirement)


def _goodness(tag: "Tag") -> tuple[bool, float, int]:
    return (tag.asserted, tag.score, -tag.start)


def _invalid(field: str, mend: str) -> Problem:
    return Problem(Reason.INVALID_FIELD, field=field, mend=mend)
