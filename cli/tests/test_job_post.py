"""What `talent job post` tells of the skills in an old posting."""

from talent_cli.job_post import decided
from talent_jobs.description import JobDescription, NeededSkill, Source, SourceKind
from talent_proto.events.v1 import jobs_pb2, tagging_pb2


def job(*uris: str, durable: str = "") -> JobDescription:
    source = Source(SourceKind.ESCO_SKILL)
    skills = [NeededSkill(uri, uri, source, required=True) for uri in uris]
    soft = [NeededSkill(durable, durable, source, required=False, durable=True)] if durable else []
    return JobDescription("Welder", "Acme", "", skills=(*skills, *soft))


def test_what_the_job_kept_is_accepted_what_it_lost_rejected_and_the_rest_undecided() -> None:
    tags = jobs_pb2.JobTags(taxonomy_version="7")
    for uri in ("urn:kept", "urn:lost", "urn:never-shown", "urn:team", "urn:added"):
        tags.tag.add(found={"skill": {"uri": uri}})
    shown = job("urn:kept", "urn:lost", durable="urn:team")
    kept = job("urn:kept", "urn:added", durable="urn:team")
    accepted, rejected, undecided = (
        tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
        tagging_pb2.SKILL_TAG_STATE_REJECTED,
        tagging_pb2.SKILL_TAG_STATE_UNSPECIFIED,
    )
    found = [one.decision for one in decided(tags, shown, kept).tag]
    assert found == [accepted, rejected, undecided, undecided, accepted]
