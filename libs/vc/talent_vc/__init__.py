"""Verifiable credentials as data: reading, signing, verifying. No I/O but a passed-in loader."""

from talent_vc.baked import bake, unbake
from talent_vc.changes import changed_indexes
from talent_vc.contexts import ContextLoader
from talent_vc.dids import did_key_document, did_web_document, did_web_url
from talent_vc.document import Document, read_credential
from talent_vc.envelope import Envelope, open_envelope
from talent_vc.errors import (
    ContextError,
    CredentialError,
    DidError,
    ElsewhereError,
    LinkedDataError,
    LoadError,
    ParseError,
    ProofError,
    StatusError,
    TooDeepError,
    TooLargeError,
    UnsupportedFormatError,
)
from talent_vc.jsonld import canonical_quads
from talent_vc.key_binding import bind
from talent_vc.keys import SigningKey
from talent_vc.loading import DictLoader, Fetched, Loader
from talent_vc.open_badge import (
    DidRecipient,
    EmailRecipient,
    Issuer,
    build_open_badge,
    identity_hash,
)
from talent_vc.parts import issuers_within
from talent_vc.policies import Policy
from talent_vc.private_keys import PrivateKey, Signer
from talent_vc.sd_jwt_making import issue_sd_jwt, present_sd_jwt
from talent_vc.selective import derive
from talent_vc.sentences import sentence
from talent_vc.signing import ProofOptions, add_proof, sign
from talent_vc.status_list import StatusList, build_status_list, status_entry
from talent_vc.summary import issuer_is_proven, summary
from talent_vc.token_checks import check_token
from talent_vc.token_status_list import TokenStatusList, build_token_status_list
from talent_vc.tokens import Token, read_token
from talent_vc.trust import Trust, TrustLookup
from talent_vc.vc_jwt import sign_jwt
from talent_vc.verdict import Check, Outcome, Overall, Part, StatusEntry, Verdict
from talent_vc.verify import Options, needed_documents, verify, verify_bytes

__all__ = [
    "Check",
    "ContextError",
    "ContextLoader",
    "CredentialError",
    "DictLoader",
    "DidError",
    "DidRecipient",
    "Document",
    "ElsewhereError",
    "EmailRecipient",
    "Envelope",
    "Fetched",
    "Issuer",
    "LinkedDataError",
    "LoadError",
    "Loader",
    "Options",
    "Outcome",
    "Overall",
    "ParseError",
    "Part",
    "Policy",
    "PrivateKey",
    "ProofError",
    "ProofOptions",
    "Signer",
    "SigningKey",
    "StatusEntry",
    "StatusError",
    "StatusList",
    "Token",
    "TokenStatusList",
    "TooDeepError",
    "TooLargeError",
    "Trust",
    "TrustLookup",
    "UnsupportedFormatError",
    "Verdict",
    "add_proof",
    "bake",
    "bind",
    "build_open_badge",
    "build_status_list",
    "build_token_status_list",
    "canonical_quads",
    "changed_indexes",
    "check_token",
    "derive",
    "did_key_document",
    "did_web_document",
    "did_web_url",
    "identity_hash",
    "issue_sd_jwt",
    "issuer_is_proven",
    "issuers_within",
    "needed_documents",
    "open_envelope",
    "present_sd_jwt",
    "read_credential",
    "read_token",
    "sentence",
    "sign",
    "sign_jwt",
    "status_entry",
    "summary",
    "unbake",
    "verify",
    "verify_bytes",
]
