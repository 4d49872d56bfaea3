"""How to mend a broken rule, for whoever makes the credential: plain words for field and rule."""

from __future__ import annotations

import re

from talent_vc.verdict import Check

_MENDS = {
    "required": "Add {field}.",
    "type": "Let {owner} say {needed}.",
    "kind": "Write {field} as {needed}.",
    "many": "Give {field} only once.",
    "object": "Give {field} in full, with fields of its own.",
    "recipient": "Say whose it is, by an id or another identifier.",
    "criteria": "Say what it takes to earn the achievement, or where that is written.",
    "link": "Let {field} name {needed} that is in the same credential.",
    "allowed": "Let {field} be one of the values that the result description allows.",
    "range": "Let {field} be within the range that the result description gives.",
    "context": "List the contexts in the order that the standard asks for.",
    "context-first": "Begin the list of contexts with the one for credentials.",
    "context-kind": "Give each context as a web address or in full.",
    "id": "Write {field} as a web address or another URI.",
    "issuer": "Say who issued it, by a web address or another URI.",
    "subject": "Say what it is about.",
    "one-type": "Make it a credential or a presentation, not both.",
    "no-claims": "Say this in a credential, and let the presentation hold that.",
    "issuance-date": "Say when it was issued.",
    "date": "Write {field} as a date and time with a time zone, such as 2026-05-31T12:00:00Z.",
    "date-order": "Let the end date come after the start date.",
    "text": "Write {field} as text, or as text with a language.",
    "holder": "Name the holder by a web address or another URI.",
    "data-url": "Put the credential inside as a data URL.",
    "too-many": "Give at most {limit} of {field}.",
    "related-id": "Name each related file once, by its web address.",
    "digest": "Give {field} a digest that shows when the file was changed.",
    "claim": "Write {field} as the standard asks for.",
    # Of Open Badges 2.0.
    "alignment": "Give each alignment the name and web address of its target.",
    "badge": "Name the kind of badge, in full or by its web address.",
    "email": "Write {field} as text.",
    "evidence": "Give the evidence in full, or by its web address.",
    "image": "Give the image by its web address.",
    "name": "Write {field} as text.",
    "revoked": "Let it say true or false where it says whether it was taken back.",
    "url": "Write {field} as a web address.",
    "verification": "Say how it can be checked: on a website, or by a signature.",
}
_KINDS = {
    "AchievementType": "a type of achievement that the standard lists, or ext: and a name",
    "Achievement": "an achievement or credential",
    "AlignmentTargetType": "a type that the standard lists, or ext: and a name",
    "Association": "an association",
    "AssociationType": "a type of association that the standard lists",
    "Boolean": "true or false",
    "CompactJws": "a signed token with three parts",
    "CountryCode": "a country code of two capital letters, such as US",
    "Credential": "a credential",
    "Date": "a date, such as 2026-05-31",
    "DateTime": "a date and time, such as 2026-05-31T12:00:00Z",
    "DateTimeZ": "a date and time with a time zone, such as 2026-05-31T12:00:00Z",
    "EmailAddress": "an email address",
    "Endorsement": "a credential for an endorsement",
    "Float": "a number",
    "IdentifierTypeEnum": "a type of identifier that the standard lists, or ext: and a name",
    "IdentityHash": "a hash, such as sha256$ and 64 digits",
    "Image": "an image",
    "LanguageCode": "a language code, such as en-US",
    "Markdown": "text",
    "PhoneNumber": "a phone number",
    "Profile": "a profile",
    "ResultDescription": "a result description",
    "ResultStatusType": "a status that the standard lists",
    "ResultType": "a type of result that the standard lists, or ext: and a name",
    "RubricCriterionLevel": "a level",
    "SomeString": "text that is not empty",
    "String": "text",
    "Text": "text",
    "URI": "a web address or another URI",
    "URL": "a web address",
}
_LEARNER = "part about the learner"
_FIELDS = {
    "@context": "list of contexts",
    "credentialSchema": "schema",
    "credentialStatus": "status",
    "credentialSubject": _LEARNER,
    "endorsementJwt": "endorsement",
    "expirationDate": "end date",
    "hashed": "mark for a hashed identity",
    "identityHash": "hash of the identity",
    "issuanceDate": "start date",
    "parentOrg": "parent organization",
    "proof": "signature",
    "targetUrl": "target web address",
    "validFrom": "start date",
    "validUntil": "end date",
    "verifiableCredential": "inner credential",
}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def mend(check: Check) -> str:
    """One sentence for a check with the argument `rule`: what would put it right."""
    rule, needed = check.arguments["rule"], check.arguments.get("needed", "")
    kinds = needed.split("/")
    # A web address is the URI that people know.
    words = [
        _KINDS["URL" if kind == "URI" and kinds[1:] else kind] for kind in kinds if kind in _KINDS
    ]
    needed_words = " or ".join(words) or needed
    if rule == "type":
        needed_words = f"that it is of type {needed}" if needed else "of what type it is"
    return _MENDS.get(rule, "Mend {field}.").format(
        field=field_in_words(check.about),
        owner=owner_in_words(check.about),
        needed=needed_words,
        limit=check.arguments.get("limit", ""),
    )


def field_in_words(about: str) -> str:
    """ "/credentialSubject/achievement/alignment/1/targetUrl" -> "the target web address of
    alignment 2 of the achievement"."""
    names: list[str] = []
    for part in about.strip("/").split("/"):
        if part.isdecimal() and names:
            names[-1] = f"{names[-1].removeprefix('the ')} {int(part[:9]) + 1}"
        elif part:
            plain = _CAPITAL.sub(" ", part).lower()
            names.append(f"the {_FIELDS.get(part, plain)}")
    if len(names) > 1 and names[0].removeprefix("the ").startswith(_LEARNER):
        names = names[1:]
    return " of ".join(reversed(names)) or "the document"


def owner_in_words(about: str) -> str:
    """What the field at the end belongs to, in words; "it" where that is the document itself."""
    path = about.rstrip("/0123456789").rpartition("/")[0]
    return field_in_words(path) if path else "it"


def number_in_words(about: str) -> str:
    """ " (number 2)" for "/verifiableCredential/1", otherwise ""."""
    last = about.rpartition("/")[2]
    return f" (number {int(last[:9]) + 1})" if last.isdecimal() else ""
