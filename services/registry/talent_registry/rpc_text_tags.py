"""TextTagService: skills in a text that another service has, by the one tagger of the network."""

# ruff: noqa: N802 - methods are named by the contract

from typing import Any

from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.registry.v1 import text_tags_pb2 as pb
from talent_proto.registry.v1 import text_tags_pb2_grpc as pb_grpc

from talent_registry.convert import tag_message
from talent_registry.tagging import Tagging

NAME = "talent.registry.v1.TextTagService"
LONGEST = 10_000  # characters


class TextTagServicer(pb_grpc.TextTagServiceServicer):
    def __init__(self, tagging: Tagging) -> None:
        self._tagging = tagging

    async def TagText(self, request: pb.TagTextRequest, context: Any) -> pb.TagTextResponse:
        require(Role.SERVICE)
        if not request.text.strip():
            raise Problem(Reason.MISSING_FIELD, field="text")
        if len(request.text) > LONGEST:
            raise Problem(Reason.TOO_LARGE, field="text", limit=f"{LONGEST} characters")
        found, taxonomy = await self._tagging.in_text(request.text)
        tags = [tag_message(one) for one in found]
        return pb.TagTextResponse(tag=tags, taxonomy_version=taxonomy)
