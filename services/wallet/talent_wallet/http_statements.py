"""What holders say of themselves (skills, what work they can take), and what others see of it."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel, ConfigDict, Field, model_validator
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7

from talent_wallet.changes import Change, Changes
from talent_wallet.model import Holder, Limits, OwnSkill, Pay, Place, Shift
from talent_wallet.reading import is_address
from talent_wallet.requests import Answer, Me, Mine, Once, Wallet, once

router = APIRouter(tags=["statements"])
MOST_SKILLS = 200
HOURS_OF_A_WEEK = 168


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SkillIn(Strict):
    uri: str = Field(max_length=2000)
    label: str = Field(min_length=1, max_length=200)
    level: int = Field(ge=1, le=5)


class SkillOut(SkillIn):
    skill_id: str


class SkillsOut(BaseModel):
    skills: list[SkillOut]


class ShiftBody(Strict):
    """Local time. An end at or before the start runs into the next day."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    start_minute: int = Field(ge=0, le=1439)
    end_minute: int = Field(ge=0, le=1439)


class PayBody(Strict):
    minor_units: int = Field(ge=0, le=10**12)
    currency: str = Field(pattern="^[A-Z]{3}$")
    period: Literal["hour", "week", "month", "year"]


class PlaceBody(Strict):
    """No finer than this is ever kept."""

    state: str = Field(default="", pattern="^([A-Z]{2}-[A-Z0-9]{1,3})?$")
    county_fips: str = Field(default="", pattern="^([0-9]{5})?$")
    zip3: str = Field(default="", pattern="^([0-9]{3})?$")


class LimitsBody(Strict):
    """Zero is not stated."""

    weekly_hours_min: int = Field(0, ge=0, le=HOURS_OF_A_WEEK)
    weekly_hours_max: int = Field(0, ge=0, le=HOURS_OF_A_WEEK)
    shifts: list[ShiftBody] = Field(default=[], max_length=50)
    commute_radius_miles: int = Field(0, ge=0, le=3000)
    pay_floor: PayBody | None = None
    willing_to_combine_roles: bool = False
    place: PlaceBody = PlaceBody()

    @model_validator(mode="after")
    def _ordered(self) -> "LimitsBody":
        if self.weekly_hours_max and self.weekly_hours_min > self.weekly_hours_max:
            raise Problem(
                Reason.INVALID_FIELD,
                field="weekly_hours_min",
                mend="use a number that is not above weekly_hours_max",
            )
        return self


class ProfileOut(BaseModel):
    """`profile` is what stands in the event; `shown`: whether anybody gets it now."""

    shown: bool
    profile: dict[str, Any]


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@router.get("/skills")
async def list_skills(me: Mine, wallet: Wallet) -> SkillsOut:
    holder = await _holder(wallet, me)
    return SkillsOut(skills=[_skill(one) for one in holder.own_skills])


@router.post("/skills", status_code=201)
async def add_skill(body: SkillIn, me: Mine, wallet: Wallet, request: Once) -> SkillOut:
    """Claim a skill; one that is there already gets the new level and label."""
    if not is_address(body.uri):
        raise Problem(Reason.UNKNOWN_SKILL, field="uri", skill=body.uri[:100])

    async def work(change: Change) -> Answer:
        holder = await wallet.lock(change, me.holder_id)
        same = next((one for one in holder.own_skills if one.uri == body.uri), None)
        if same is None and len(holder.own_skills) >= MOST_SKILLS:
            raise Problem(Reason.TOO_LARGE, field="uri", limit=f"{MOST_SKILLS} skills")
        added = OwnSkill(same.skill_id if same else uuid7(), body.uri, body.label, body.level)
        others = tuple(one for one in holder.own_skills if one.uri != body.uri)
        _state(change, replace(holder, own_skills=(*others, added)))
        return _skill(added).model_dump()

    return SkillOut.model_validate(await once(wallet, me, request, work))


@router.delete("/skills/{skill_id}", status_code=204)
async def remove_skill(skill_id: str, me: Mine, wallet: Wallet) -> None:
    async def work(change: Change) -> None:
        holder = await wallet.lock(change, me.holder_id)
        others = tuple(one for one in holder.own_skills if one.skill_id != skill_id)
        if len(others) == len(holder.own_skills):
            raise Problem(Reason.NOT_FOUND, what="skill")
        _state(change, replace(holder, own_skills=others))

    await wallet.run(me.acting, work)


@router.get("/limits")
async def get_limits(me: Mine, wallet: Wallet, response: Response) -> LimitsBody:
    holder = await _holder(wallet, me)
    response.headers["ETag"] = f'"{holder.limits_version}"'
    return _limits_out(holder.limits)


@router.put("/limits")
async def put_limits(
    body: LimitsBody,
    me: Mine,
    wallet: Wallet,
    response: Response,
    if_match: Annotated[str, Header(alias="If-Match")] = "*",
) -> LimitsBody:
    """What work the holder can take. With If-Match, only if nobody changed it meanwhile."""

    async def work(change: Change) -> Holder:
        holder = await wallet.lock(change, me.holder_id)
        if if_match not in {"*", f'"{holder.limits_version}"'}:
            raise Problem(Reason.STALE_VERSION, field="If-Match")
        changed = replace(holder, limits=_limits_in(body), limits_version=holder.limits_version + 1)
        _state(change, changed)
        return changed

    changed = await wallet.run(me.acting, work)
    response.headers["ETag"] = f'"{changed.limits_version}"'
    return _limits_out(changed.limits)


@router.get("/profile")
async def get_profile(me: Mine, wallet: Wallet) -> ProfileOut:
    """What others see, or would see if the holder agreed to be found."""
    message = await wallet.preview(await _holder(wallet, me))
    shown = MessageToDict(message, preserving_proto_field_name=True)
    return ProfileOut(shown=bool(message.consent_id), profile=shown)


def _state(change: Change, holder: Holder) -> None:
    change.holders[holder.holder_id] = holder
    change.refresh.add(holder.holder_id)


async def _holder(wallet: Changes, me: Me) -> Holder:
    holder = await wallet.store.holder(me.holder_id)
    if holder is None:
        raise Problem(Reason.NOT_FOUND, what="holder")
    return holder


def _skill(one: OwnSkill) -> SkillOut:
    return SkillOut(skill_id=one.skill_id, uri=one.uri, label=one.label, level=one.level)


def _limits_in(body: LimitsBody) -> Limits:
    pay = body.pay_floor
    return Limits(
        weekly_hours_min=body.weekly_hours_min,
        weekly_hours_max=body.weekly_hours_max,
        shifts=tuple(
            Shift(DAYS.index(one.day) + 1, one.start_minute, one.end_minute) for one in body.shifts
        ),
        commute_radius_miles=body.commute_radius_miles,
        pay_floor=Pay(pay.minor_units, pay.currency, pay.period) if pay else None,
        willing_to_combine_roles=body.willing_to_combine_roles,
        place=Place(body.place.state, body.place.county_fips, body.place.zip3),
    )


def _limits_out(limits: Limits) -> LimitsBody:
    pay, place = limits.pay_floor, limits.place
    return LimitsBody.model_validate(
        {
            "weekly_hours_min": limits.weekly_hours_min,
            "weekly_hours_max": limits.weekly_hours_max,
            "shifts": [
                {
                    "day": DAYS[one.day - 1],
                    "start_minute": one.start_minute,
                    "end_minute": one.end_minute,
                }
                for one in limits.shifts
            ],
            "commute_radius_miles": limits.commute_radius_miles,
            "pay_floor": pay
            and {
                "minor_units": pay.minor_units,
                "currency": pay.currency,
                "period": pay.period,
            },
            "willing_to_combine_roles": limits.willing_to_combine_roles,
            "place": {
                "state": place.state,
                "county_fips": place.county_fips,
                "zip3": place.zip3,
            },
        }
    )
