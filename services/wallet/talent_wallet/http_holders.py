"""A holder's own entry: made at the first sign-in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from talent_kit.errors import Problem, Reason

from talent_wallet.requests import HolderCaller
from talent_wallet.signing_in import Me, SignIn

router = APIRouter(tags=["holder"])


class SignInBody(BaseModel):
    """Empty: the name of the sign-in is taken."""

    name: str = Field("", max_length=200)


class HolderOut(BaseModel):
    holder_id: str
    did: str
    name: str
    email: str


async def _sign_in(request: Request) -> SignIn:
    sign_in: SignIn = request.app.state.sign_in
    return sign_in


SigningIn = Annotated[SignIn, Depends(_sign_in)]


@router.put("/holders/me")
async def put_me(
    caller: HolderCaller, signing_in: SigningIn, body: SignInBody | None = None
) -> HolderOut:
    """Sign in: makes the wallet the first time, and finds what was addressed to its holder."""
    name = (body.name if body else "").strip() or caller.name
    return _shown(await signing_in.sign_in(caller, name))


@router.get("/holders/me")
async def get_me(caller: HolderCaller, signing_in: SigningIn) -> HolderOut:
    me = await signing_in.find(caller.subject)
    if me is None:
        raise Problem(Reason.NOT_FOUND, what="holder")
    return _shown(me)


def _shown(me: Me) -> HolderOut:
    return HolderOut(
        holder_id=me.holder.holder_id,
        did=me.holder.did,
        name=me.person.name,
        email=me.person.email,
    )
