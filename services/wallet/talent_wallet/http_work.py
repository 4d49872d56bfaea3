"""A holder's work history: what they write themselves, and what credentials attest; and which of
the skills that were found in the words are right."""

import re
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field, model_validator
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7

from talent_wallet.changes import Change, Changes
from talent_wallet.employment import LONGEST, LONGEST_DESCRIPTION, SOC_CODE
from talent_wallet.http_statements import Strict
from talent_wallet.model import Holder
from talent_wallet.requests import Answer, Mine, Once, Wallet, once
from talent_wallet.work import Decision, FoundSkills, OwnWork, Work, decided, with_digest
from talent_wallet.work_lines import Line, all_lines, own_lines
from talent_wallet.work_reading import forget_unused

router = APIRouter(tags=["work history"])
MOST_LINES = 100
FIRST = date(1900, 1, 1)
Type = Literal[
    "unspecified",
    "full_time",
    "part_time",
    "contractor",
    "temporary",
    "seasonal",
    "apprentice",
    "intern",
    "per_diem",
    "volunteer",
]


class WorkIn(Strict):
    """`end` is left out by who is still there; `soc_code` is a SOC or O*NET-SOC code."""

    employer: str = Field(min_length=1, max_length=LONGEST)
    title: str = Field(min_length=1, max_length=LONGEST)
    soc_code: str = Field("", max_length=10)
    start: date | None = None
    end: date | None = None
    place: str = Field("", max_length=LONGEST)
    description: str = Field("", max_length=LONGEST_DESCRIPTION)
    employment_type: Type = "unspecified"

    @model_validator(mode="after")
    def _sound(self) -> "WorkIn":
        if self.soc_code and not SOC_CODE.fullmatch(self.soc_code):
            mend = "use a code such as 51-4121 or 51-4121.00"
            raise Problem(Reason.INVALID_FIELD, field="soc_code", mend=mend)
        if self.start and self.start < FIRST:
            raise Problem(Reason.INVALID_FIELD, field="start", mend="use a day after 1900")
        if self.end and (self.start is None or self.end < self.start):
            mend = "use a day that is not before the start, and say the start"
            raise Problem(Reason.INVALID_FIELD, field="end", mend=mend)
        return self


class FoundOut(Strict):
    """A skill that the words name. `state`: asserted, suggested, accepted, rejected; a suggested
    one counts only once it is accepted."""

    uri: str
    label: str
    start: int
    end: int
    score: float
    state: str


class LineOut(Strict):
    """`source`: self, employer, wage_records. `read`: whether its skills have been looked for."""

    line_id: str
    work: WorkIn
    source: str
    credential_id: str
    read: bool
    skills: list[FoundOut]
    taxonomy_version: str


class LinesOut(Strict):
    lines: list[LineOut]


class DecisionIn(Strict):
    line_id: str = Field(min_length=1, max_length=200)
    uri: str = Field(min_length=1, max_length=2000)
    accepted: bool


@router.get("/work-history")
async def list_work(me: Mine, wallet: Wallet) -> LinesOut:
    """The holder's own lines, and those of records that they have not declined."""
    holder = await wallet.store.holder(me.holder_id)
    if holder is None:
        raise Problem(Reason.NOT_FOUND, what="holder")
    lines = await _lines(wallet, None, holder)
    found = await wallet.store.found_skills(None, {one.shown.work.words for one in lines})
    return LinesOut(lines=[_line(one, holder, found.get(one.shown.work.words)) for one in lines])


@router.post("/work-history", status_code=201)
async def add_work(body: WorkIn, me: Mine, wallet: Wallet, request: Once) -> LineOut:
    """Write a line: the holder's own word. Its skills are looked for in the next moments."""
    work = _work(body, wallet)

    async def change_it(change: Change) -> Answer:
        holder = await wallet.lock(change, me.holder_id)
        if len(holder.own_work) >= MOST_LINES:
            raise Problem(Reason.TOO_LARGE, field="work-history", limit=f"{MOST_LINES} lines")
        added = OwnWork(uuid7(), work)
        return await _put(wallet, change, holder, (*holder.own_work, added), added)

    return LineOut.model_validate(await once(wallet, me, request, change_it))


@router.put("/work-history/{line_id}")
async def change_work(line_id: str, body: WorkIn, me: Mine, wallet: Wallet) -> LineOut:
    """Correct a line of one's own. What a credential says, only its issuer corrects."""
    work = _work(body, wallet)

    async def change_it(change: Change) -> Answer:
        holder = await wallet.lock(change, me.holder_id)
        before = _own(holder, line_id)
        changed = OwnWork(line_id, work)
        lines = tuple(changed if one.line_id == line_id else one for one in holder.own_work)
        told = await _put(wallet, change, holder, lines, changed)
        await forget_unused(change, wallet.store, [before.work.words])
        return told

    return LineOut.model_validate(await wallet.run(me.acting, change_it))


@router.delete("/work-history/{line_id}", status_code=204)
async def delete_work(line_id: str, me: Mine, wallet: Wallet) -> None:
    async def change_it(change: Change) -> None:
        holder = await wallet.lock(change, me.holder_id)
        before = _own(holder, line_id)
        change.holders[me.holder_id] = replace(
            holder,
            own_work=tuple(one for one in holder.own_work if one.line_id != line_id),
            work_decisions=tuple(one for one in holder.work_decisions if one.line_id != line_id),
        )
        wallet.tell_work(change, me.holder_id, line_id, None)
        change.refresh.add(me.holder_id)
        await forget_unused(change, wallet.store, [before.work.words])

    await wallet.run(me.acting, change_it)


@router.post("/work-history/skills")
async def decide(body: DecisionIn, me: Mine, wallet: Wallet, request: Once) -> LineOut:
    """Say that a skill which was found in a line is right, or wrong."""

    async def change_it(change: Change) -> Answer:
        holder = await wallet.lock(change, me.holder_id)
        lines = await _lines(wallet, change, holder)
        line = next((one for one in lines if one.line_id == body.line_id), None)
        if line is None:
            raise Problem(Reason.NOT_FOUND, field="line_id", what="line of your work history")
        words = line.shown.work.words
        found = (await wallet.store.found_skills(change.session, [words])).get(words)
        if body.uri not in {one.uri for one in (found.skills if found else ())}:
            mend = "name a skill that was found in this line"
            raise Problem(Reason.INVALID_FIELD, field="uri", mend=mend)
        about = (body.line_id, body.uri)
        others = (one for one in holder.work_decisions if (one.line_id, one.uri) != about)
        said = Decision(body.line_id, body.uri, body.accepted)
        holder = replace(holder, work_decisions=(*others, said))
        change.holders[me.holder_id] = holder
        wallet.tell_work(change, me.holder_id, body.line_id, found)
        change.note(
            "WORK_SKILL_ACCEPTED" if body.accepted else "WORK_SKILL_REJECTED",
            me.holder_id,
            body.line_id,
            skill=body.uri,
        )
        change.refresh.add(me.holder_id)
        return _line(line, holder, found).model_dump(mode="json")

    return LineOut.model_validate(await once(wallet, me, request, change_it))


async def _put(
    wallet: Changes, change: Change, holder: Holder, lines: tuple[OwnWork, ...], put: OwnWork
) -> Answer:
    """Keep the holder's lines, of which one is new or changed."""
    holder = replace(holder, own_work=lines)
    change.holders[holder.holder_id] = holder
    words = put.work.words
    await wallet.store.need_found_skills(change.session, [words])
    found = (await wallet.store.found_skills(change.session, [words])).get(words)
    wallet.tell_work(change, holder.holder_id, put.line_id, found)
    change.refresh.add(holder.holder_id)
    (line,) = (one for one in own_lines(holder) if one.line_id == put.line_id)
    return _line(line, holder, found).model_dump(mode="json")


async def _lines(wallet: Changes, change: Change | None, holder: Holder) -> list[Line]:
    session = change.session if change else None
    records = await wallet.store.records_of(session, [holder.holder_id])
    return all_lines(holder, records)  # declined ones are not among them


def _own(holder: Holder, line_id: str) -> OwnWork:
    for one in holder.own_work:
        if one.line_id == line_id:
            return one
    raise Problem(Reason.NOT_FOUND, what="line of your own work history")


def _work(body: WorkIn, wallet: Changes) -> Work:
    today = wallet.clock.today()
    for field, day in (("start", body.start), ("end", body.end)):
        if day and day > today:
            raise Problem(Reason.INVALID_FIELD, field=field, mend="use a day that is not to come")
    said = body.model_dump()
    return with_digest(Work(**{name: _clean(value) for name, value in said.items()}))


def _clean(value: Any) -> Any:
    return re.sub(r"[^\S\n]+", " ", value).strip() if isinstance(value, str) else value


def _line(line: Line, holder: Holder, found: FoundSkills | None) -> LineOut:
    work = line.shown.work
    return LineOut(
        line_id=line.line_id,
        work=WorkIn.model_construct(**{name: getattr(work, name) for name in WorkIn.model_fields}),
        source=line.shown.source.value,
        credential_id=line.record.credential_id if line.record else "",
        read=found is not None,
        skills=[
            FoundOut(
                uri=one.uri,
                label=one.label,
                start=one.start,
                end=one.end,
                score=one.score,
                state=one.state.value,
            )
            for one in decided(line.line_id, found, holder.work_decisions)
        ],
        taxonomy_version=found.taxonomy if found else "",
    )
