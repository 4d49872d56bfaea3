"""Opens the staff that an organization has imported, for a caller of that organization."""

import asyncio

from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason

from talent_matcher.store import MatcherStore
from talent_matcher.workforce.keeping import Kept, WorkforceStore
from talent_matcher.workforce.staff import Employee


class StaffReader:
    def __init__(self, *, workforces: WorkforceStore, store: MatcherStore, clock: Clock) -> None:
        self._workforces = workforces
        self._store = store
        self._clock = clock

    async def staff(self, caller: Caller) -> Kept | None:
        """Whoever is shown is recorded first."""
        there = await self._workforces.find(caller.org_id, self._clock.now())
        if there is None:
            return None
        entry = AuditEntry("WORKFORCE_READ", caller, object_id=caller.org_id)
        await self._store.record_reads(entry)
        return await asyncio.to_thread(self._workforces.opened, there)

    async def employee(self, caller: Caller, employee_id: str) -> Employee:
        """Raises NOT_FOUND, also for somebody of another organization's staff."""
        kept = await self.staff(caller)
        for one in kept.staff if kept else ():
            if one.employee_id == employee_id:
                return one
        raise Problem(Reason.NOT_FOUND, field="employee_id", what="person on your staff")
