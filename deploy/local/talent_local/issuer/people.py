"""Who may sign in: anybody who types a name, and the people of a demo."""

import hashlib
import json
from pathlib import Path

from talent_local.issuer.tokens import Person

ROLES = ("holder", "employer", "provider", "agency")


def load_personas(path: Path) -> list[Person]:
    """The demo's people; none when there is no such file."""
    if not path.exists():
        return []
    return [
        Person(
            subject=row["subject"],
            roles=tuple(row["roles"]),
            org_id=row.get("org_id", ""),
            name=row["name"],
            email=row.get("email", ""),
        )
        for row in json.loads(path.read_text())
    ]


def typed_in(form: dict[str, str], personas: list[Person]) -> Person:
    """The person whom the sign-in form names. Raises ValueError with a sentence to show."""
    chosen = form.get("persona", "")
    for person in personas:
        if person.subject == chosen:
            return person
    email, role = form.get("email", "").strip(), form.get("role", "")
    if "@" not in email:
        raise ValueError("Type an e-mail address, such as ana@example.com.")
    if role not in ROLES:
        raise ValueError("Choose what you are here as.")
    org_id = form.get("org_id", "").strip()
    if role in ("employer", "provider") and not org_id:
        raise ValueError("Type the id of your organization.")
    # The same address is the same person on the next visit.
    subject = "person-" + hashlib.sha256(email.casefold().encode()).hexdigest()[:20]
    return Person(
        subject=subject, roles=(role,), org_id=org_id, name=form.get("name", ""), email=email
    )
