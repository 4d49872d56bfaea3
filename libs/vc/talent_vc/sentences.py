"""Sentences for people, made at the edge from codes and arguments."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from talent_vc.reasons import why_open
from talent_vc.rule_sentences import field_in_words, mend, number_in_words, owner_in_words
from talent_vc.verdict import Check, Outcome

_PASSED, _FAILED = Outcome.PASSED, Outcome.FAILED
_UNSURE, _NONE = Outcome.NOT_CHECKED, Outcome.NOT_APPLICABLE

SENTENCES: dict[tuple[str, Outcome], str] = {
    ("structure.readable", _FAILED): "This is not a credential that we can read. {mend}",
    ("structure.data_model", _PASSED): "The credential is complete and well formed.",
    ("structure.data_model", _FAILED): "It is not complete and well formed. {mend}",
    ("structure.terms", _PASSED): "Every word in the credential has a meaning.",
    ("structure.terms", _FAILED): "It uses words that nobody has defined. {mend}",
    ("structure.terms", _UNSURE): "It uses a list of words that we do not have: {context}.",
    ("structure.meaning", _PASSED): "What it says is what was signed.",
    ("structure.meaning", _UNSURE): "It gives some words a meaning of its own, so we cannot be "
    "sure that it says what was signed.",
    ("source.address", _UNSURE): "We could not get the credential from this address: {url}.",
    ("format.unsupported", _UNSURE): "We cannot read this kind of file yet ({format}).",
    ("schema.open_badges", _PASSED): "It follows the rules for Open Badges.",
    ("schema.open_badges", _FAILED): "It breaks a rule for Open Badges. {mend}",
    (
        "schema.open_badges.advice",
        _FAILED,
    ): "It does not keep a small rule for Open Badges; the rest "
    "can be read all the same. Its issuer can mend this: {mend}",
    ("schema.clr", _PASSED): "It follows the rules for learner records.",
    ("schema.clr", _FAILED): "It breaks a rule for learner records. {mend}",
    (
        "schema.clr.advice",
        _FAILED,
    ): "It does not keep a small rule for learner records; the rest can "
    "be read all the same. Its issuer can mend this: {mend}",
    ("schema.clr.association", _PASSED): "It links two achievements that are in it.",
    ("schema.clr.association", _FAILED): "It links an achievement to one that is not in it.",
    ("schema.clr.association", _UNSURE): "We could not see both achievements that it links.",
    ("schema.open_badges", _NONE): "It is not an Open Badge, so those rules do not apply.",
    ("schema.credential", _PASSED): "It follows its publisher's own rules.",
    ("schema.credential", _FAILED): "It breaks its publisher's own rules in {field}.",
    ("schema.credential", _UNSURE): "We could not check it against its publisher's own rules.",
    ("legacy.open_badges_2", _UNSURE): "It is an older kind of badge (Open Badges 2.0).",
    ("proof.hosted", _PASSED): "Its issuer's website shows the same badge.",
    ("proof.hosted", _FAILED): "Its issuer's website says something else than this badge.",
    ("proof.hosted", _UNSURE): "We could not find this badge on its issuer's website.",
    ("proof.present", _FAILED): "It is not signed, so anyone could have written it.",
    ("proof.unsupported", _UNSURE): "It is signed in a way that we cannot check yet ({suite}).",
    ("proof.context", _UNSURE): "It uses a list of words that we do not have: {context}.",
    ("proof.signature", _PASSED): "It has not been changed since it was signed.",
    ("proof.signature", _FAILED): "It was changed after it was signed, or the signature is wrong.",
    ("proof.base", _FAILED): "It is the holder's own copy, from which they make copies to show. "
    "Ask the holder for one of those.",
    ("proof.beside", _UNSURE): "It has one more signature, which we could not check.",
    ("proof.purpose", _PASSED): "The signature was made for what it is used for here.",
    ("proof.purpose", _FAILED): "The signature was not made for what it is used for here.",
    ("proof.created", _FAILED): "The signature does not have a proper date.",
    ("proof.created.future", _UNSURE): "The signature has a date that is still to come: {created}.",
    ("proof.expires", _PASSED): "The signature has not run out.",
    ("proof.expires", _FAILED): "The signature ran out on {expires}.",
    ("proof.previous", _PASSED): "The signature builds on another one, which holds.",
    ("proof.previous", _FAILED): "The signature builds on another one that is missing or wrong.",
    ("proof.previous", _UNSURE): "The signature builds on another one that we could not check.",
    ("proof.key", _PASSED): "The key belongs to the signer, who uses it for this.",
    ("proof.key", _FAILED): "The key is not one that its owner uses for this.",
    ("proof.key", _UNSURE): "We could not find out who owns the key.",
    ("proof.algorithm", _FAILED): "It is signed in a way that anyone could fake ({algorithm}).",
    ("proof.algorithm.usual", _FAILED): "It is signed in a way that some other programs cannot "
    "check ({algorithm}).",
    ("proof.type", _FAILED): "What was signed was not meant to be a credential.",
    ("proof.claims", _PASSED): "It does not contradict itself.",
    ("proof.claims", _FAILED): "It contradicts itself about {claim}.",
    ("proof.claims.advice", _FAILED): "It does not say in the usual way when it was signed.",
    ("proof.disclosures", _PASSED): "Every detail that is shown comes from the issuer.",
    ("proof.disclosures", _FAILED): "A detail that is shown is not one that the issuer signed.",
    ("proof.challenge", _PASSED): "It was made in answer to this request.",
    ("proof.challenge", _FAILED): "It was not made in answer to this request.",
    ("proof.challenge", _UNSURE): "We could not check that it was made in answer to this request.",
    ("proof.challenge", _NONE): "It was made in answer to a request, and we were not told which.",
    ("proof.domain", _PASSED): "It was made for the one who asked for it.",
    ("proof.domain", _FAILED): "It was made for someone else.",
    ("proof.domain", _UNSURE): "We could not check that it was made for the one who asked for it.",
    ("proof.domain", _NONE): "It was made to be shown to {domain}.",
    ("holder.binding", _PASSED): "The holder signed what is shown.",
    ("holder.binding", _FAILED): "Nothing proves that it was shown by its holder.",
    ("holder.binding", _UNSURE): "We could not check that it was shown by its holder.",
    ("holder.binding", _NONE): "Its holder did not need to sign what is shown.",
    ("issuer.binding", _PASSED): "It comes from the issuer that it names.",
    ("issuer.binding", _FAILED): "It was signed by someone other than the issuer that it names.",
    ("issuer.binding", _UNSURE): "We could not check that the issuer it names signed it.",
    ("issuer.trust", _PASSED): "The issuer is known to {source} as {name}.",
    ("issuer.trust", _FAILED): "The issuer is not one that {source} vouches for.",
    ("issuer.trust", _UNSURE): "We could not ask about the issuer.",
    ("issuer.trust", _NONE): "Nobody was asked about the issuer.",
    ("validity.from", _PASSED): "It has been valid since {limit}.",
    ("validity.from", _FAILED): "It is not valid until {limit}.",
    ("validity.from", _NONE): "It does not say when it starts to be valid.",
    ("validity.until", _PASSED): "It is valid until {limit}.",
    ("validity.until", _FAILED): "It expired on {limit}.",
    ("validity.until", _NONE): "It does not expire.",
    ("validity.readable", _FAILED): "It has a date that is not written as it should be ({raw}).",
    ("status.revocation", _PASSED): "It has not been revoked.",
    ("status.revocation", _FAILED): "The issuer has revoked it.",
    ("status.revocation", _UNSURE): "We could not check whether it has been revoked{why}.",
    ("status.revocation", _NONE): "The issuer keeps no list of badges that it took back.",
    ("status.suspension", _PASSED): "It is not on hold.",
    ("status.suspension", _FAILED): "The issuer has put it on hold.",
    ("status.suspension", _UNSURE): "We could not check whether it is on hold{why}.",
    ("status.message", _NONE): "It has a note that does not affect whether it is valid.",
    ("status.message", _UNSURE): "It may have a note, which we could not read{why}.",
    ("status.refresh", _PASSED): "There is no newer version of it.",
    ("status.refresh", _FAILED): "There may be a newer version of it.",
    ("status.refresh", _UNSURE): "We could not check whether there is a newer version{why}.",
    ("status.unsupported", _UNSURE): "It has a status list of a kind that we cannot check yet.",
    ("status.list.issuer", _PASSED): "The issuer keeps the status list itself.",
    ("status.list.length", _PASSED): "The status list is long enough to protect privacy.",
    ("status.list.length", _FAILED): "The status list is shorter than it should be for privacy.",
    ("status.list.issuer", _UNSURE): "Someone other than the issuer keeps the status list.",
    ("related.resource", _PASSED): "A file that it names is still the same: {url}.",
    (
        "related.resource",
        _FAILED,
    ): "A file that it names is not what the issuer saw: {url}.",
    ("related.resource", _UNSURE): "Our copy of a file that it names may be another one: {url}.",
    ("related.elsewhere", _UNSURE): "We did not look at a file that it names: {url}.",
    ("endorsement.subject", _UNSURE): "It speaks of something other than what it comes with.",
    ("part.credential", _PASSED): "A credential inside it is valid{number}.",
    ("part.credential", _FAILED): "A credential inside it does not hold{number}.",
    ("part.credential", _UNSURE): "We could not check all of a credential inside it{number}.",
    ("part.endorsement", _PASSED): "Someone else stands behind {whom}{number}.",
    ("part.endorsement", _FAILED): "What someone else says in favor of {whom} does not "
    "hold{number}.",
    ("part.endorsement", _UNSURE): "We could not check what someone else says in favor of "
    "{whom}{number}.",
    ("part.limit", _UNSURE): "It holds more credentials than we look at.",
}

# Where an argument has this value ("" is any), another sentence says it better.
_IN_PARTICULAR = {
    ("structure.meaning", "context", ""): "It uses a list of words that we do not have: {context}.",
    ("proof.signature", "mend", ""): "Its signature cannot hold as it is written. {mend}",
    ("proof.algorithm", "reason", "another-key"): "It is signed in a way that does not go with the "
    "key ({algorithm}).",
    ("proof.algorithm", "reason", "extension"): "It is signed in a way that we do not know.",
    ("proof.key", "reason", "ended"): "The key may not be used any more.",
    ("proof.claims", "reason", "malformed"): "It does not say properly {claim}.",
}
_GENERAL = {
    _PASSED: "A check passed ({code}).",
    _FAILED: "A check failed ({code}).",
    _UNSURE: "Something could not be checked ({code}).",
    _NONE: "A check does not apply ({code}).",
}
_CLAIMS = {
    "iss": "whom it comes from",
    "sub": "whom it is about",
    "jti": "which one it is",
    "nbf": "when it starts to be valid",
    "exp": "when it ends",
    "iat": "when it was signed",
}
_DATES = ("created", "expires", "limit")
_UNNAMED = {
    **dict.fromkeys(_DATES, "a day that we cannot read"),
    "claim": "a detail",
    "domain": "someone",
    "name": "an organization",
    "source": "a registry",
}


def sentence(check: Check) -> str:
    """One plain sentence of US English for a check."""
    said = {name: value for name, value in check.arguments.items() if value}
    template = SENTENCES.get((check.code, check.outcome), _GENERAL[check.outcome])
    if check.outcome in (_FAILED, _UNSURE):
        for name, value in said.items():
            keys = ((check.code, name, value), (check.code, name, ""))
            template = next(
                (_IN_PARTICULAR[key] for key in keys if key in _IN_PARTICULAR), template
            )
    said["raw"] = said.get("limit", "")
    said |= {name: _day(said[name]) for name in _DATES if name in said}
    if "claim" in said:
        said["claim"] = _CLAIMS.get(said["claim"], "a detail")
    if "rule" in said:
        said["mend"] = mend(check)
    words = {
        "code": check.code,
        "field": field_in_words(check.about),
        "number": number_in_words(check.about),
        "whom": owner_in_words(check.about),
        "why": why_open(said.get("reason", "")),
    }
    whole = template.format_map(defaultdict(str, {**_UNNAMED, **said, **words}))
    # What is not known leaves its place empty; and a value may bring lines of its own.
    return " ".join(whole.replace(" ()", "").replace(": .", ".").split())


def _day(value: str) -> str:
    """A date as people write it; anything else as it is."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{instant:%B} {instant.day}, {instant.year}"
