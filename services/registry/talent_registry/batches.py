"""One batch of items on its way: what each item has become so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from talent_kit.callers import Caller
from talent_kit.errors import Problem, Reason

from talent_registry.catalog import Achievement
from talent_registry.drafts import Draft
from talent_registry.model import Credential, CredentialId, Organization
from talent_registry.signed import Signed
from talent_registry.store import Answered, Request

MAX_REQUEST_ID = 128


@dataclass(frozen=True)
class Item:
    """One thing to publish, or why it cannot even be read."""

    request: Request
    content: Draft | Signed | Problem


@dataclass(frozen=True)
class Accepted:
    credential_id: CredentialId
    digest: str
    repeated_request: bool = False


Outcome = Accepted | Problem


@dataclass(frozen=True)
class CheckedDraft:
    draft: Draft
    achievement: Achievement


@dataclass
class Batch:
    """Outcomes and prepared credentials by request; filled in step by step."""

    caller: Caller
    organization: Organization
    items: Sequence[Item]
    outcomes: dict[Request, Outcome] = field(default_factory=dict[Request, Outcome])
    ready: dict[Request, Credential] = field(default_factory=dict[Request, Credential])

    def open_items(self) -> dict[Request, Draft | Signed]:
        """What has no outcome yet: of identical items only the first.

        An item that takes the request_id of another, but not its content, is refused at once.
        """
        found: dict[str, Item] = {}
        for item in self.items:
            if isinstance(item.content, Problem):
                self.outcomes[item.request] = item.content
                continue
            first = found.setdefault(item.request.key, item)
            if first.request.digest != item.request.digest:
                self.outcomes[item.request] = other_content()
        return {
            item.request: item.content
            for item in found.values()
            if item.request not in self.outcomes and not isinstance(item.content, Problem)
        }

    def take_answers(self, answers: Mapping[str, Answered], digests: Mapping[str, str]) -> None:
        """Give requests that were done before the answer that they had."""
        for item in self.items:
            known = answers.get(item.request.key)
            if known is None or item.request in self.outcomes:
                continue
            self.outcomes[item.request] = repeated(item.request, known, digests)

    def answers(self) -> list[Outcome]:
        """An outcome for each item, in the items' order."""
        seen: set[Request] = set()
        answers: list[Outcome] = []
        for item in self.items:
            outcome = self.outcomes[item.request]
            if item.request in seen and isinstance(outcome, Accepted):
                outcome = Accepted(outcome.credential_id, outcome.digest, True)
            seen.add(item.request)
            answers.append(outcome)
        return answers


def repeated(request: Request, known: Answered, digests: Mapping[str, str]) -> Outcome:
    """The outcome of a request that was done before; `digests` are of stored credentials."""
    if known.digest != request.digest or known.object_id not in digests:
        return other_content()
    return Accepted(CredentialId(known.object_id), digests[known.object_id], True)


def other_content() -> Problem:
    return Problem(Reason.ALREADY_EXISTS, field="request_id", what="request_id")
