"""Verifying and signing one Open Badge on one core, keys and contexts warm, against four floors:
the bare signature, the JavaScript reference, pyld with cryptography as one would write it, and for
tokens joserfc's bare decode. The bare signature is that of cryptography, which is OpenSSL's.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import VerifyKey
from pyld import jsonld
from talent_local.home import Home
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Overall,
    SigningKey,
    StatusList,
    build_status_list,
    did_key_document,
    multibase,
    sign,
    status_entry,
    verify_bytes,
)
from talent_vc.instants import timestamp
from talent_vc.proofs import check_proofs
from talent_vc.public_keys import KeyKind
from talent_vc.suites import signed_bytes

from bench import reference
from bench.peer import run
from bench.report import Figure, against, at_least, at_most, plain, report
from bench.rounds import rates
from bench.tokens import of_tokens

AT = datetime(2026, 11, 25, tzinfo=UTC)
PEER = Path(__file__).parent / "peer" / "verification.mjs"
RDFC, JCS, ECDSA = "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019"
PEERS = 8  # times the JavaScript reference
A_THIRD = 0.333
SIZES = (10, 100, 300, 1000)
LIST = "https://registry.example/status/1"


class Bench:
    """The keys, the badge signed by each suite, and what they are verified with."""

    def __init__(self, contexts: ContextLoader) -> None:
        self.contexts = contexts
        self.key = SigningKey.generate()
        self.edwards = Ed25519PrivateKey.from_private_bytes(self.key.to_bytes())
        self.curve = ec.generate_private_key(ec.SECP256R1())
        point = self.curve.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self.curve_did = "did:key:" + multibase.encode(b"\x80\x24" + point)
        self.unsigned = badge(self.key.did_key)
        self.signed = {
            RDFC: self.sign(self.unsigned),
            JCS: self.sign_by(JCS, self.key.did_key, KeyKind.ED25519, self.edwards.sign),
            ECDSA: self.sign_by(ECDSA, self.curve_did, KeyKind.P256, self.sign_p256),
        }

    def sign(self, document: Document) -> Document:
        method = self.key.did_key_method
        return sign(
            document,
            key=self.key,
            verification_method=method,
            created=AT,
            contexts=self.contexts,
        )

    def sign_p256(self, message: bytes) -> bytes:
        pair = decode_dss_signature(self.curve.sign(message, ec.ECDSA(hashes.SHA256())))
        return b"".join(number.to_bytes(32) for number in pair)

    def sign_by(
        self, suite: str, did: str, kind: KeyKind, sign_message: Callable[[bytes], bytes]
    ) -> Document:
        document = badge(did)
        proof: Document = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": timestamp(AT),
            "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
            "proofPurpose": "assertionMethod",
        }
        signature = sign_message(signed_bytes(document, proof, self.contexts, kind))
        return {**document, "proof": {**proof, "proofValue": multibase.encode(signature)}}

    def verify(self, data: bytes, loader: DictLoader) -> None:
        verdict = verify_bytes(data, at=AT, contexts=self.contexts, loader=loader)
        if verdict.outcome is not Overall.VALID:
            raise SystemExit(f"not valid: {verdict.checks}")

    def check(self, document: Document) -> None:
        check_proofs(document, at=AT, contexts=self.contexts, loader=DictLoader({}))


def badge(did: str, claims: int = 2) -> Document:
    """The reference credential without its status, issued by the DID, with so many alignments."""
    [document] = reference.unsigned("2kB", 1)
    del document["credentialStatus"]
    document["issuer"]["id"] = did
    achievement = document["credentialSubject"]["achievement"]
    [first, second] = achievement["alignment"]
    more = [{**first, "targetUrl": f"{reference.ESCO}{n}"} for n in range(claims - 2)]
    achievement["alignment"] = [first, second, *more]
    return document


def main() -> None:
    bench = Bench(ContextLoader.from_folder(Home.find().contexts))
    figures = [*of_badges(bench), *of_tokens(bench.contexts)]
    report("verification", [*figures, *of_status(bench), *of_sizes(bench)])


def of_badges(bench: Bench) -> list[Figure]:
    message = bytes(64)
    public, signature = bench.edwards.public_key(), bench.edwards.sign(message)
    ecdsa = ec.ECDSA(hashes.SHA256())
    sodium = VerifyKey(bench.edwards.public_key().public_bytes_raw())
    curve, pair = bench.curve.public_key(), bench.curve.sign(message, ecdsa)
    none = DictLoader({})
    found = rates(
        {
            "raw verify": partial(public.verify, signature, message),
            "sodium verify": partial(sodium.verify, message, signature),
            "raw sign": partial(bench.edwards.sign, message),
            "raw verify P-256": partial(curve.verify, pair, message, ecdsa),
            "plain": plain_pyld(bench),
            "sign": partial(bench.sign, bench.unsigned),
            **{f"check {name}": partial(bench.check, one) for name, one in bench.signed.items()},
            **{
                f"verify {name}": partial(bench.verify, json.dumps(one).encode(), none)
                for name, one in bench.signed.items()
            },
        }
    )
    peer = of_peer(bench)
    unit = "credentials/s"
    figures = [
        plain("bare Ed25519 verification", found["raw verify"], "signatures/s"),
        plain("bare Ed25519 verification by libsodium", found["sodium verify"], "signatures/s"),
        plain("bare Ed25519 signature", found["raw sign"], "signatures/s"),
        plain("JavaScript reference: verify", peer["verify"][RDFC], unit),
        plain("JavaScript reference: sign", peer["sign"], unit),
        plain("pyld and cryptography, written plainly: verify", found["plain"], unit),
    ]
    verify = {"signature check": found[f"check {RDFC}"], "whole verdict": found[f"verify {RDFC}"]}
    for what, rate in verify.items():
        name = f"{RDFC}: {what}"
        figures += [
            against(f"{name}, to bare Ed25519", rate, unit, found["raw verify"], A_THIRD),
            against(f"{name}, to JavaScript", rate, unit, peer["verify"][RDFC], PEERS),
            beside(f"{name}, to plain pyld", rate, found["plain"]),
        ]
    times = found["sign"] / verify["signature check"]
    figures += [
        at_least(f"{RDFC}: sign, to the signature check", times, "x", 1),
        against(f"{RDFC}: sign, to JavaScript", found["sign"], unit, peer["sign"], PEERS),
    ]
    for name, raw in ((JCS, "raw verify"), (ECDSA, "raw verify P-256")):
        for what, kind in (("signature check", "check"), ("whole verdict", "verify")):
            rate = found[f"{kind} {name}"]
            figures.append(beside(f"{name}: {what}, to the bare signature", rate, found[raw]))
        ours = found[f"verify {name}"]
        figures.append(beside(f"{name}: whole verdict, to JavaScript", ours, peer["verify"][name]))
    return figures


def beside(name: str, rate: float, floor: float) -> Figure:
    """A rate and its floor, without a target."""
    return Figure(name, round(rate, 1), "credentials/s", round(floor, 1), round(rate / floor, 3))


def of_peer(bench: Bench) -> Any:
    """What the JavaScript reference does with the very same credentials."""
    documents: dict[str, Any] = {}
    for did in (bench.key.did_key, bench.curve_did):
        found = did_key_document(did)
        [method] = found["verificationMethod"]
        documents |= {did: found, method["id"]: {"@context": found["@context"][1], **method}}
    given = {
        "credentials": bench.signed,
        "contexts": {url: bench.contexts.document(url) for url in bench.contexts.urls},
        "documents": documents,
    }
    return json.loads(run(PEER, text=json.dumps(given)))


def plain_pyld(bench: Bench) -> Callable[[], None]:
    """The signature check as one would write it with pyld and cryptography alone."""

    def load(url: str, options: object = None) -> Any:
        document = bench.contexts.document(url)
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}

    def digest(document: Document) -> bytes:
        options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
        quads = jsonld.normalize(document, {**options, "documentLoader": load})
        return hashlib.sha256(quads.encode()).digest()

    signed, public = bench.signed[RDFC], bench.edwards.public_key()

    def verify() -> None:
        document = {name: value for name, value in signed.items() if name != "proof"}
        options = {name: value for name, value in signed["proof"].items() if name != "proofValue"}
        options["@context"] = document["@context"]
        signature = multibase.decode(signed["proof"]["proofValue"])
        public.verify(signature, digest(options) + digest(document))

    return verify


def of_status(bench: Bench) -> list[Figure]:
    """A list of 131,072 bits, asked by itself and as part of a verdict."""
    document = build_status_list(
        list_id=LIST, issuer=bench.key.did_key, purpose="revocation", set_bits=[7], valid_from=AT
    )
    encoded = document["credentialSubject"]["encodedList"]
    decoded = StatusList.decode(encoded)
    loader = DictLoader({LIST: json.dumps(bench.sign(document)).encode()})
    entry = status_entry(list_url=LIST, index=42, purpose="revocation")
    badge = json.dumps(bench.sign({**bench.unsigned, "credentialStatus": entry})).encode()

    def ask() -> None:
        for index in range(1000):
            decoded.get(index)

    found = rates(
        {
            "decode": partial(StatusList.decode, encoded),
            "ask": ask,
            "verify": partial(bench.verify, badge, loader),
        }
    )
    return [
        plain("status list of 131,072 bits: decoded", 1e6 / found["decode"], "microseconds"),
        at_most("status list: one check", 1e3 / found["ask"], "microseconds", 1),
        plain(f"{RDFC}: whole verdict with a status list", found["verify"], "credentials/s"),
    ]


def of_sizes(bench: Bench) -> list[Figure]:
    """What a claim costs in credentials of several sizes: the same, if cost is linear."""
    data = {
        claims: json.dumps(bench.sign(badge(bench.key.did_key, claims))).encode()
        for claims in SIZES
    }
    none = DictLoader({})
    found = rates({str(n): partial(bench.verify, one, none) for n, one in data.items()})
    figures: list[Figure] = []
    for claims in SIZES:
        name = f"{RDFC}: whole verdict with {claims} claims, each"
        cost = 1e6 / found[str(claims)] / claims
        figures.append(plain(name, cost, "microseconds"))
    growth = figures[-1].value / figures[1].value
    name = f"{RDFC}: a claim among 1,000, to one among 100"
    return [*figures, at_most(name, growth, "x", 1.2)]


if __name__ == "__main__":
    main()
