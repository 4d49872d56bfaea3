"""An employer's staff in the matcher's database: one sealed document for each organization.

All of it is replaced or deleted at once, so nothing is ever half there. With the document its data
key goes too. Each change seals anew, under a new data key.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson.binary import Binary
from talent_kit.errors import Problem, Reason
from talent_kit.migrate import Step
from talent_kit.sealing import Sealed, Sealer
from talent_kit.store import Session, Store
from talent_proto.matcher.v1 import workforce_pb2 as pb

from talent_matcher.workforce.messages import employee, employee_message
from talent_matcher.workforce.staff import Employee

COLLECTION = "workforces"
MOST_SEALED = 8 << 20  # the database takes 16 MB in one document


@dataclass(frozen=True)
class Kept:
    """As stored. `kept_until`: when all of it goes by itself."""

    staff: tuple[Employee, ...]
    imported_at: datetime
    kept_until: datetime


@dataclass(frozen=True)
class StillSealed:
    org_id: str
    sealed: Sealed
    imported_at: datetime
    kept_until: datetime


class WorkforceStore:
    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer
        self._workforces: Any = store.db[COLLECTION]

    def steps(self) -> list[Step]:
        return [Step("matcher-3-workforces", self.prepare)]

    async def prepare(self) -> None:
        await self._store.ensure_collections(COLLECTION)
        await self._workforces.create_index([("kept_until", 1)], expireAfterSeconds=0)

    def sealed(self, org_id: str, staff: Sequence[Employee]) -> Sealed:
        """Takes a while for thousands of people. Raises TOO_LARGE."""
        message = pb.Workforce(employee=[employee_message(one) for one in staff])
        text = zlib.compress(message.SerializeToString(deterministic=True))
        if len(text) > MOST_SEALED:
            raise Problem(Reason.TOO_LARGE, field="file", limit="8 MB of people and skills")
        return self._sealer.seal_text(_bound_to(org_id), text)

    def opened(self, found: StillSealed) -> Kept:
        """Takes a while for thousands of people. Raises CannotOpen."""
        text = zlib.decompress(self._sealer.open_text(_bound_to(found.org_id), found.sealed))
        people = pb.Workforce.FromString(text).employee
        staff = tuple(employee(one) for one in people)
        return Kept(staff, found.imported_at, found.kept_until)

    async def find(
        self, org_id: str, now: datetime, session: Session | None = None
    ) -> StillSealed | None:
        """None also for what should be gone: the database deletes only now and then."""
        wanted = {"_id": org_id, "kept_until": {"$gt": now}}
        found = await self._workforces.find_one(wanted, session=session)
        if found is None:
            return None
        sealed = Sealed(found["kek_id"], bytes(found["wrapped"]), bytes(found["sealed"]))
        times = (found[name].replace(tzinfo=UTC) for name in ("imported_at", "kept_until"))
        return StillSealed(org_id, sealed, *times)

    async def put(
        self,
        session: Session,
        org_id: str,
        sealed: Sealed,
        *,
        imported_at: datetime,
        kept_until: datetime,
    ) -> None:
        document = {
            "schema_version": 1,
            "org_id": org_id,
            "kek_id": sealed.kek_id,
            "wrapped": Binary(sealed.wrapped),
            "sealed": Binary(sealed.sealed),
            "imported_at": imported_at,
            "kept_until": kept_until,
        }
        await self._workforces.replace_one({"_id": org_id}, document, upsert=True, session=session)

    async def delete(self, session: Session, org_id: str) -> None:
        await self._workforces.delete_one({"_id": org_id}, session=session)


def _bound_to(org_id: str) -> str:
    return f"workforce {org_id}"
