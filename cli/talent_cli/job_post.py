"""What `talent job post` does: a job goes to the network, with what became of the skills that the
text names out of which it was made.
"""

from talent_jobs.description import JobDescription
from talent_jobs.json_form import from_json, to_json
from talent_kit.ids import uuid7
from talent_proto.events.v1 import jobs_pb2, tagging_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb
from talent_proto.matcher.v1 import drafts_pb2_grpc as pb_grpc

from talent_cli.network import Network


async def post(network: Network, org: str, job: JobDescription, text: str) -> str:
    """The posted job's id. `text`: the old posting; empty where there is none."""
    metadata = network.metadata("talent-job", ["employer"], org_id=org)
    async with network.channel("matcher") as channel:
        drafts = pb_grpc.JobDraftServiceStub(channel)
        request = pb.PostDescribedJobRequest(request_id=uuid7(), description_json=to_json(job))
        if text:
            start = pb.DraftJobRequest(
                posting=text, posting_title=job.title, state=job.conditions.state
            )
            drafted = await drafts.DraftJob(start, metadata=metadata)
            shown = from_json(drafted.description_json)
            request.tags.CopyFrom(decided(drafted.tags, shown, job))
        answer = await drafts.PostDescribedJob(request, metadata=metadata)
    return answer.job.job.job_id


def decided(
    tags: jobs_pb2.JobTags, shown: JobDescription, kept: JobDescription
) -> jobs_pb2.JobTags:
    """What the job still has of the draft is accepted, what was taken out of it rejected; nobody
    was asked about the rest."""
    was, now = _counting(shown), _counting(kept)
    for one in tags.tag:
        if one.found.skill.uri in now:
            one.decision = tagging_pb2.SKILL_TAG_STATE_ACCEPTED
        elif one.found.skill.uri in was:
            one.decision = tagging_pb2.SKILL_TAG_STATE_REJECTED
    return tags


def _counting(job: JobDescription) -> set[str]:
    return {one.uri for one in job.skills if not one.durable}
