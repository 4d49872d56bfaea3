"""Asks the wallet who may be shown, every time people are shown. No answer means nobody."""

import asyncio
from collections.abc import Sequence

import grpc
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import holders_pb2
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc

AT_ONCE = 1000  # holders in one question


class Consents:
    """`channel` leads to the wallet and carries this service's token."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = consent_pb2_grpc.ConsentServiceStub(channel)
        self._seconds = seconds

    async def allowed(self, holder_ids: Sequence[str], org_id: str) -> frozenset[str]:
        """Which of these holders may be shown to an employer now. Raises UNAVAILABLE."""
        allowed: set[str] = set()
        for begin in range(0, len(holder_ids), AT_ONCE):
            part = holder_ids[begin : begin + AT_ONCE]
            allowed |= set(part) & await self._ask(part, org_id)
        return frozenset(allowed)

    async def _ask(self, holder_ids: Sequence[str], org_id: str) -> set[str]:
        request = consent_pb2.CheckConsentsRequest(
            holder_id=holder_ids,
            purpose=holders_pb2.CONSENT_PURPOSE_DISCOVERY,
            recipient_org_id=org_id,
        )
        try:
            # Also the way to the token counts: whoever waits longer is shown nobody.
            async with asyncio.timeout(self._seconds):
                # A wallet that is just back is waited for, not missed while the channel pauses.
                answer = await self._stub.CheckConsents(
                    request, timeout=self._seconds, wait_for_ready=True
                )
        except (grpc.aio.AioRpcError, Problem, TimeoutError) as error:
            what = "no person is shown while the wallet"
            raise Problem(Reason.UNAVAILABLE, what=what) from error
        return set(answer.allowed_holder_id)
