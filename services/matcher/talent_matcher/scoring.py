"""ScoringService: the table of weights, which all can read, and whom an employer trusts more."""

# ruff: noqa: N802 - methods are named by the contract

from typing import Any

from talent_kit import pages
from talent_kit.audit import AuditEntry
from talent_kit.callers import Role, require
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Acting, Outgoing, header, outgoing
from talent_kit.store import Session
from talent_kit.versions import Version
from talent_proto.events.v1 import scoring_pb2
from talent_proto.matcher.v1 import scoring_pb2 as pb
from talent_proto.matcher.v1 import scoring_pb2_grpc as pb_grpc

from talent_matcher.actor import ACTOR
from talent_matcher.messages import stamp
from talent_matcher.network import Network
from talent_matcher.requests import Requests, require_org
from talent_matcher.scoring_store import ScoringStore, StoredWeights, Trusted
from talent_matcher.store import MatcherStore
from talent_matcher.weight_table import ROWS, numbers_of, weights_of
from talent_matcher.weights import WEIGHTS

NAME = "talent.matcher.v1.ScoringService"
PUBLIC = [f"/{NAME}/GetWeights", f"/{NAME}/ListWeights"]  # nobody need sign in
TOPIC, WEIGHTS_KEY = "talent.scoring.v1", "weights"
FIRST = scoring_pb2.WeightsTable(version=WEIGHTS.version, weight=numbers_of(WEIGHTS))
VALIDATORS = 50  # that one employer names
PAGE = 100


class Scoring(pb_grpc.ScoringServiceServicer):
    def __init__(
        self,
        *,
        scoring: ScoringStore,
        store: MatcherStore,
        requests: Requests,
        network: Network,
        clock: Clock,
    ) -> None:
        self._scoring = scoring
        self._store = store
        self._requests = requests
        self._network = network
        self._clock = clock

    async def GetWeights(
        self, request: pb.GetWeightsRequest, context: Any
    ) -> pb.GetWeightsResponse:
        return await self.weights(request.version)

    async def weights(self, version: str = "") -> pb.GetWeightsResponse:
        """A table with what its rows mean; the one in force where none is named."""
        in_force = (await self._scoring.in_force())[0] or WEIGHTS.version
        wanted = version or in_force
        table, adopted_at = FIRST, None
        if wanted != WEIGHTS.version:
            stored = await self._scoring.weights(wanted)
            if stored is None:
                raise Problem(Reason.NOT_FOUND, field="version", what="version of the weights")
            table, adopted_at = stored.table, stamp(stored.adopted_at)
        rows = [one for one in ROWS if one.name in table.weight]
        return pb.GetWeightsResponse(
            table=table,
            row=[
                pb.WeightRow(
                    name=one.name,
                    meaning=one.meaning,
                    value=table.weight[one.name],
                    min=one.min,
                    max=one.max,
                )
                for one in rows
            ],
            adopted_at=adopted_at,
            in_force=wanted == in_force,
        )

    async def ListWeights(
        self, request: pb.ListWeightsRequest, context: Any
    ) -> pb.ListWeightsResponse:
        size = pages.page_size(request.page_size, PAGE)
        before = pages.number(pages.decode(request.page_token), "before", pages.NUMBER_MOST)
        found = await self._scoring.earlier(before, size + 1)
        page = [
            pb.WeightsVersion(version=one.table.version, adopted_at=stamp(one.adopted_at))
            for _, one in found[:size]
        ]
        if len(found) <= size:
            return pb.ListWeightsResponse(
                weights=[*page, pb.WeightsVersion(version=WEIGHTS.version)]
            )
        token = pages.encode({"before": found[size - 1][0]})
        return pb.ListWeightsResponse(weights=page, next_page_token=token)

    async def SetWeights(
        self, request: pb.SetWeightsRequest, context: Any
    ) -> pb.SetWeightsResponse:
        caller = require_org(require(Role.AGENCY))
        table = request.table
        weights_of(table.version, table.weight)

        async def work(session: Session) -> pb.SetWeightsResponse:
            name, at = await self._scoring.in_force(session)
            before = name or WEIGHTS.version
            if request.replaces not in {"", before}:
                raise Problem(Reason.STALE_VERSION, field="replaces")
            known = await self._scoring.weights(table.version, session)
            if known is not None or table.version == WEIGHTS.version:
                what = "version of the weights"
                raise Problem(Reason.ALREADY_EXISTS, field="table.version", what=what)
            version = at.next(self._scoring.epoch)
            stored = StoredWeights(table, self._clock.now())
            await self._scoring.add_weights(session, stored, version)
            details = {"replaces": before}
            entry = AuditEntry("WEIGHTS_ADOPTED", caller, object_id=table.version, details=details)
            await self._store.record(session, self._weights_event(table, version, caller), entry)
            return pb.SetWeightsResponse(table=table)

        return await self._requests.once(caller, request, pb.SetWeightsResponse, work)

    async def GetTrustedValidators(
        self, request: pb.GetTrustedValidatorsRequest, context: Any
    ) -> pb.GetTrustedValidatorsResponse:
        caller = require_org(require(Role.EMPLOYER))
        self._network.require_known()
        there = await self._scoring.trusted(caller.org_id)
        return pb.GetTrustedValidatorsResponse(validator=self._named(there), etag=there.etag)

    async def SetTrustedValidators(
        self, request: pb.SetTrustedValidatorsRequest, context: Any
    ) -> pb.SetTrustedValidatorsResponse:
        caller = require_org(require(Role.EMPLOYER))
        self._network.require_employer(caller.org_id)
        validators = self._checked(request)

        async def work(session: Session) -> pb.SetTrustedValidatorsResponse:
            there = await self._scoring.trusted(caller.org_id, session)
            if request.if_match != there.etag:
                raise Problem(Reason.STALE_VERSION, field="if_match")
            version = there.version.next(self._scoring.epoch)
            now = Trusted(caller.org_id, validators, version)
            await self._scoring.put_trusted(session, now)
            details = {"validators": " ".join(validators)}
            entry = AuditEntry(
                "VALIDATORS_TRUSTED", caller, object_id=caller.org_id, details=details
            )
            await self._store.record(session, self._trusted_event(now, caller), entry)
            return pb.SetTrustedValidatorsResponse(validator=self._named(now), etag=now.etag)

        return await self._requests.once(caller, request, pb.SetTrustedValidatorsResponse, work)

    # Announcing again

    async def weights_again(self, session: Session) -> int:
        """How many tables: 0 before the first was adopted."""
        name, at = await self._scoring.in_force(session)
        stored = await self._scoring.weights(name, session) if name else None
        if stored is None:
            return 0
        version = at.next(self._scoring.epoch)
        await self._scoring.put_in_force(session, name, version)
        await self._store.record(session, self._weights_event(stored.table, version, ACTOR))
        return 1

    async def trusted_again(self, session: Session, org_id: str) -> None:
        there = await self._scoring.trusted(org_id, session)
        now = Trusted(org_id, there.validators, there.version.next(self._scoring.epoch))
        await self._scoring.put_trusted(session, now)
        await self._store.record(session, self._trusted_event(now, ACTOR))

    def _weights_event(
        self, table: scoring_pb2.WeightsTable, version: Version, actor: Acting
    ) -> Outgoing:
        head = header(version=version, actor=actor, clock=self._clock)
        return outgoing(TOPIC, WEIGHTS_KEY, scoring_pb2.WeightsAdopted(header=head, table=table))

    def _trusted_event(self, one: Trusted, actor: Acting) -> Outgoing:
        event = scoring_pb2.ValidatorsTrusted(
            header=header(version=one.version, actor=actor, clock=self._clock),
            employer_org_id=one.org_id,
            validator_org_id=one.validators,
        )
        return outgoing(TOPIC, f"validators/{one.org_id}", event)

    def _checked(self, request: pb.SetTrustedValidatorsRequest) -> tuple[str, ...]:
        if len(request.validator_org_id) > VALIDATORS:
            limit = f"{VALIDATORS} organizations"
            raise Problem(Reason.TOO_LARGE, field="validator_org_id", limit=limit)
        for index, org_id in enumerate(request.validator_org_id):
            if self._network.organization(org_id) is None:
                mend = "name an organization of the registry"
                raise Problem(Reason.INVALID_FIELD, field=f"validator_org_id[{index}]", mend=mend)
        return tuple(sorted({*request.validator_org_id}))

    def _named(self, there: Trusted) -> list[pb.TrustedValidator]:
        """By name."""
        found = [(one, self._network.organization(one)) for one in there.validators]
        named = [
            pb.TrustedValidator(org_id=org_id, name=org.name, type=org.type)
            if org
            else pb.TrustedValidator(org_id=org_id)
            for org_id, org in found
        ]
        return sorted(named, key=lambda one: (one.name, one.org_id))
