"""How to mend a broken rule, for whoever makes the credential: plain words for field and rule."""

from __future__ import annotations

import re

from talent_vc.verdict import Check

_MENDS = {
    "required": "Add {field}.",
    "type": "Let {field} say {needed}.",
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
    "issuance-date": "Say when it was issued.",
    "date": "Write {field} as a date and time with a time zone, such as 2026-05-31T12:00:00Z.",
    "date-order": "Let the end date come after the start date.",
    "text": "Write {field} as text, or as text with a language.",
    "holder": "Name the holder by a web address or another URI.",
    "data-url": "Put the credential inside as a data URL.",
    "too-many": "Give at most {limit} of {field}.",
    "related-id": "Name each related file once, by its web address.",
    "digest": "Give {field} a digest that shows when the file was changed.",
}
_KINDS = {
    "AchievementType": "a type of achievement that the standard lists, or one that starts with "
    "ext:",
    "Achievement": "an achievement or credential",
    "AlignmentTargetType": "a type that the standard lists, or one that starts with ext:",
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
    "IdentifierTypeEnum": "a type of identifier that the standard lists, or one that starts with "
    "ext:",
    "IdentityHash": "a hash, such as sha256$ and 64 digits",
    "Image": "an image",
    "LanguageCode": "a language code, such as en-US",
    "Markdown": "text",
    "PhoneNumber": "a phone number",
    "Profile": "a profile",
    "ResultDescription": "a result description",
    "ResultStatusType": "a status that the standard lists",
    "ResultType": "a type of result that the standard lists, or one that starts with ext:",
    "RubricCriterionLevel": "a level",
    "SomeString": "text that is not empty",
    "String": "text",
    "Text": "text",
    "URI": "a web address or another URI",
    "URL": "a web address",
}
_FIELDS = {
    "@context": "list of contexts",
    "credentialSchema": "schema",
    "credentialStatus": "status",
    "credentialSubject": "part about the learner",
    "expirationDate": "end date",
    "identityHash": "hash of the identity",
    "issuanceDate": "start date",
    "parentOrg": "parent organization",
    "proof": "signature",
    "targetUrl": "target web address",
    "validFrom": "start date",
    "validUntil": "end date",
    "verifiableCredential": "credential inside",
}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def mend(check: Check) -> str:
    """One sentence for a check with the argument `rule`: what would put it right."""
    rule, needed = check.arguments["rule"], check.arguments.get("needed", "")
    words = " or ".join(_KINDS.get(part, part) for part in needed.split("/"))
    if rule == "type":
        words = f"that it is of type {needed}" if needed else "of what type it is"
    template = _MENDS.get(rule, "Mend {field}.")
    limit = check.arguments.get("limit", "")
    return template.format(field=field_in_words(check.about), needed=words, limit=limit)


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
    if len(names) > 1 and names[0] == f"the {_FIELDS['credentialSubject']}":
        names = names[1:]
    return " of ".join(reversed(names)) or "the document"
