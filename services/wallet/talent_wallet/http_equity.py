"""A holder's answers for the check of fairness: given, read and taken back by the holder alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from talent_wallet.equity import Equity, EquityAnswers
from talent_wallet.requests import Mine

router = APIRouter(tags=["fairness"])


async def _equity(request: Request) -> Equity:
    equity: Equity = request.app.state.equity
    return equity


Answers = Annotated[Equity, Depends(_equity)]


@router.get("/holders/me/equity-answers")
async def get_answers(me: Mine, equity: Answers) -> EquityAnswers:
    return await equity.of(me.holder_id)


@router.put("/holders/me/equity-answers")
async def put_answers(me: Mine, equity: Answers, body: EquityAnswers) -> EquityAnswers:
    """All answers at once; what is left out is not told any more."""
    await equity.put(me, body)
    return await equity.of(me.holder_id)


@router.delete("/holders/me/equity-answers", status_code=204)
async def delete_answers(me: Mine, equity: Answers) -> None:
    await equity.put(me, EquityAnswers())
