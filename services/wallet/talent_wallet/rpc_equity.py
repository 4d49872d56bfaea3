"""EquityService: the answers of all holders, for an agency's check of fairness."""

from collections.abc import AsyncIterator
from typing import Any

from talent_kit.callers import Role, require
from talent_proto.wallet.v1 import equity_pb2 as pb
from talent_proto.wallet.v1 import equity_pb2_grpc as pb_grpc

from talent_wallet.equity import Equity, EquityAnswers, HolderAnswers, Race, Sex

NAME = "talent.wallet.v1.EquityService"
_SEX = {Sex.FEMALE: pb.SEX_FEMALE, Sex.MALE: pb.SEX_MALE}
_RACE = {
    Race.HISPANIC: pb.RACE_OR_ETHNICITY_HISPANIC,
    Race.WHITE: pb.RACE_OR_ETHNICITY_WHITE,
    Race.BLACK: pb.RACE_OR_ETHNICITY_BLACK,
    Race.PACIFIC_ISLANDER: pb.RACE_OR_ETHNICITY_PACIFIC_ISLANDER,
    Race.ASIAN: pb.RACE_OR_ETHNICITY_ASIAN,
    Race.NATIVE_AMERICAN: pb.RACE_OR_ETHNICITY_NATIVE_AMERICAN,
}
_YES_OR_NO = {True: pb.YES_OR_NO_YES, False: pb.YES_OR_NO_NO, None: pb.YES_OR_NO_UNSPECIFIED}


class EquityService(pb_grpc.EquityServiceServicer):
    def __init__(self, equity: Equity) -> None:
        self._equity = equity

    async def ListEquityAnswers(  # noqa: N802
        self, request: pb.ListEquityAnswersRequest, context: Any
    ) -> AsyncIterator[pb.ListEquityAnswersResponse]:
        caller = require(Role.AGENCY)
        async for some in self._equity.read_all(caller):
            yield pb.ListEquityAnswersResponse(holder=[_holder(one) for one in some])


def _holder(one: HolderAnswers) -> pb.HolderEquityAnswers:
    message = pb.HolderEquityAnswers(holder_id=one.holder_id, discoverable=one.discoverable)
    if one.answers is not None:
        message.answers.CopyFrom(_answers(one.answers))
    return message


def _answers(answers: EquityAnswers) -> pb.EquityAnswers:
    return pb.EquityAnswers(
        sex=_SEX[answers.sex] if answers.sex else pb.SEX_UNSPECIFIED,
        race=[_RACE[race] for race in sorted(answers.races)],
        birth_year=answers.birth_year or 0,
        disability=_YES_OR_NO[answers.disability],
        limited_english=_YES_OR_NO[answers.limited_english],
    )
