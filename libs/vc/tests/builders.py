"""Makes valid documents with a field changed."""

import json
from datetime import UTC, datetime

from talent_vc import (
    ContextLoader,
    Document,
    EmailRecipient,
    Issuer,
    SigningKey,
    build_open_badge,
    build_status_list,
    sign,
    status_entry,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = SigningKey.from_bytes(b"a fixed seed only for the tests!")
LISTS = {
    "revocation": "https://registry.example/status/1",
    "suspension": "https://registry.example/status/2",
}


def make_badge(index: int = 42, **changes: object) -> Document:
    document = build_open_badge(
        id="urn:uuid:01936b2a-0000-7000-8000-000000000001",
        issuer=Issuer(KEY.did_key, "Front Range Community College"),
        recipient=EmailRecipient("pat@example.org", "pepper"),
        achievement={
            "id": "https://college.example/achievements/welding-2",
            "name": "Welding Level 2",
            "description": "Shielded metal arc welding in all positions.",
            "criteria": {"narrative": "Pass a practical exam."},
        },
        name="Welding Level 2",
        valid_from=NOW,
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
        results=[{"value": "3"}],
        evidence=[{"name": "Weld coupon", "narrative": "Bend test passed."}],
        status=[
            status_entry(list_url=url, index=index, purpose=purpose)
            for purpose, url in LISTS.items()
        ],
    )
    return {**document, **changes}


def make_list(
    contexts: ContextLoader, purpose: str, key: SigningKey = KEY, **changes: object
) -> bytes:
    document = build_status_list(
        list_id=LISTS[purpose], issuer=key.did_key, purpose=purpose, set_bits=[7], valid_from=NOW
    )
    return json.dumps(make_signed({**document, **changes}, contexts, key)).encode()


def make_signed(document: Document, contexts: ContextLoader, key: SigningKey = KEY) -> Document:
    return sign(
        document,
        key=key,
        verification_method=key.did_key_method,
        created=NOW,
        contexts=contexts,
    )
