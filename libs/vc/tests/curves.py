"""Keys of every kind that is covered, to sign with by any suite."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from talent_vc import ContextLoader, Document, multibase
from talent_vc.instants import timestamp
from talent_vc.public_keys import KeyKind, PublicKey
from talent_vc.suites import signed_bytes

from .builders import NOW, make_badge

# Those that cryptosuites sign with; RSA is for JSON Web Tokens alone.
CURVES = [KeyKind.ED25519, KeyKind.P256, KeyKind.P384]


class CurveKey:
    """A private key of a kind; `multikey` and `did_key_method` name its public half."""

    def __init__(self, kind: KeyKind) -> None:
        self.kind = kind
        if kind is KeyKind.ED25519:
            self._edwards = Ed25519PrivateKey.generate()
            raw, prefix = self._edwards.public_key().public_bytes_raw(), b"\xed\x01"
        else:
            p256 = kind is KeyKind.P256
            self._curve = ec.generate_private_key(ec.SECP256R1() if p256 else ec.SECP384R1())
            raw = self.point(PublicFormat.CompressedPoint)
            prefix = b"\x80\x24" if p256 else b"\x81\x24"
        self.public = PublicKey(kind, raw)
        self.multikey = multibase.encode(prefix + raw)
        self.did_key = f"did:key:{self.multikey}"
        self.did_key_method = f"{self.did_key}#{self.multikey}"

    def point(self, form: PublicFormat) -> bytes:
        return self._curve.public_key().public_bytes(Encoding.X962, form)

    def sign(self, message: bytes) -> bytes:
        if self.kind is KeyKind.ED25519:
            return self._edwards.sign(message)
        p256 = self.kind is KeyKind.P256
        algorithm = ec.ECDSA(hashes.SHA256() if p256 else hashes.SHA384())
        pair = decode_dss_signature(self._curve.sign(message, algorithm))
        return b"".join(number.to_bytes(32 if p256 else 48) for number in pair)


def make_proven(
    document: Document, contexts: ContextLoader, key: CurveKey, suite: str, **options: object
) -> Document:
    """A copy with a proof by the key; the issuer stays."""
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": timestamp(NOW),
        "verificationMethod": key.did_key_method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    signature = key.sign(signed_bytes(document, proof, contexts, key.kind))
    return {**document, "proof": {**proof, "proofValue": multibase.encode(signature)}}


def badge_of(key: CurveKey) -> Document:
    """An unsigned badge whose issuer goes by the key."""
    badge = make_badge()
    return {**badge, "issuer": {**badge["issuer"], "id": key.did_key}}
