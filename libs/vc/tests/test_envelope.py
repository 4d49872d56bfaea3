"""Whatever a credential comes in: JSON, pictures, QR codes, an address."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from talent_vc import (
    ContextLoader,
    DictLoader,
    ElsewhereError,
    Envelope,
    Outcome,
    Overall,
    ParseError,
    TooLargeError,
    UnsupportedFormatError,
    bake,
    open_envelope,
    verify_bytes,
)
from talent_vc.parts import open_part
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind
from talent_vc.validity import V2
from talent_vc.vc_jwt import sign_jwt

from .builders import KEY, LISTS, NOW, make_badge, make_signed
from .pictures import SVG, make_png, make_qr, png_chunk, with_chunks

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"
SMALL = '{"@context": "x", "type": "VerifiableCredential", "name": "Pär"}'
URL = "https://college.example/credentials/1"


def address_in(data: bytes) -> str:
    with pytest.raises(ElsewhereError) as caught:
        open_envelope(data)
    return caught.value.url


@pytest.mark.parametrize("kind", ["png", "jpeg", "svg"])
def test_a_code_in_a_picture_is_read(kind: str) -> None:
    found = open_envelope(make_qr(SMALL, kind=kind))
    assert found == Envelope(json.loads(SMALL), "", "qr", payload=SMALL.encode())
    assert address_in(make_qr(URL, kind=kind)) == URL


def test_a_photo_of_a_code_is_read() -> None:
    code = Image.open(io.BytesIO(make_qr(SMALL))).convert("L")
    photo = Image.new("RGB", (900, 700), (90, 80, 60))
    photo.paste(code.rotate(12, expand=True, fillcolor=255), (200, 100))
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=60)
    assert open_envelope(file.getvalue()).document == json.loads(SMALL)


def test_a_code_on_clear_ground_is_read() -> None:
    code = Image.open(io.BytesIO(make_qr(SMALL))).convert("L")
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point(lambda shade: 255 - shade))
    file = io.BytesIO()
    clear.save(file, "PNG")
    assert open_envelope(file.getvalue()).document == json.loads(SMALL)


def test_one_credential_among_several_codes_is_found() -> None:
    found = open_envelope(make_qr("https://college.example/", SMALL, "WIFI:S:guest;;"))
    assert found.document == json.loads(SMALL)
    assert address_in(make_qr("hello", URL)) == URL


@pytest.mark.parametrize("texts", [(SMALL, '{"a": 1}'), (URL, URL + "2"), (SMALL, "eyJ.e30.AA")])
def test_two_credentials_among_the_codes_are_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(ParseError, match="this one has several"):
        open_envelope(make_qr(*texts))


def test_the_same_code_twice_is_one() -> None:
    assert open_envelope(make_qr(SMALL, SMALL)).document == json.loads(SMALL)


@pytest.mark.parametrize("data", [make_png(), make_qr("hello"), SVG, make_qr("hi", kind="svg")])
def test_a_picture_without_a_credential_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="this one has none"):
        open_envelope(data)


def test_a_baked_credential_comes_before_a_code() -> None:
    other = SMALL.replace("Pär", "Kim").encode()
    for kind in ("png", "svg"):
        found = open_envelope(bake(make_qr(SMALL, kind=kind), other))
        assert (found.container, found.document["name"]) == (kind, "Kim")


@pytest.mark.parametrize("data", [URL.encode(), f"\n {URL} \r\n".encode()])
def test_an_address_is_left_to_the_caller(data: bytes) -> None:
    assert address_in(data) == URL


def test_the_first_badges_had_an_address_in_them() -> None:
    chunk = png_chunk(b"tEXt", b"openbadges\0" + URL.encode())
    assert address_in(with_chunks(chunk)) == URL


@pytest.mark.parametrize("data", [b"http://x.example/1", b"https://", b"https://a b", b"ftp://x"])
def test_no_other_address_is_taken(data: bytes) -> None:
    with pytest.raises(ParseError):
        open_envelope(data)


def test_what_is_not_read_here_is_named() -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        open_envelope(make_qr("VP1-B3ECQDIYACEMHIGDODB6KERWBLFKFVWVJZDVBZQ"))
    assert caught.value.format == "vp1"


def test_huge_pictures_are_refused_by_their_head() -> None:
    head = (65_000).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00"
    png = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + make_png()[33:]
    with pytest.raises(TooLargeError):
        open_envelope(png)
    with pytest.raises(TooLargeError):
        open_envelope(make_png((4001, 4000)))


def test_a_credential_in_any_of_them_is_verified(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    data = json.dumps(make_signed(make_badge(), contexts)).encode()
    for content in (data, bake(make_png(), data), bake(SVG, data)):
        verdict = verify_bytes(content, at=NOW, contexts=contexts, loader=loader)
        assert verdict.outcome is Overall.VALID


def test_a_token_in_any_of_them_is_read() -> None:
    document = {"@context": [V2], "type": ["VerifiableCredential"], "issuer": KEY.did_key}
    token = sign_jwt(document, key=PrivateKey.generate(KeyKind.P256), kid="did:example:1#1")
    for content in (token.encode(), bake(make_png(), token.encode()), make_qr(token)):
        found = open_envelope(content)
        assert (found.document, found.token) == (document, token)
        assert found.payload == token.encode()


def test_an_address_is_loaded_once(contexts: ContextLoader, loader: DictLoader) -> None:
    data = json.dumps(make_signed(make_badge(), contexts)).encode()

    def outcome(found: dict[str, bytes]) -> Overall:
        lists = {url: loader.load(url) for url in LISTS.values()}
        both = DictLoader({**lists, **found})
        verdict = verify_bytes(make_qr(URL), at=NOW, contexts=contexts, loader=both)
        return verdict.outcome

    assert outcome({URL: data}) is Overall.VALID
    assert outcome({URL: bake(make_png(), data)}) is Overall.VALID
    assert outcome({URL: f"{URL}/2".encode(), f"{URL}/2": data}) is Overall.UNPARSEABLE
    assert outcome({URL: b"<html>Welcome</html>"}) is Overall.UNPARSEABLE
    verdict = verify_bytes(URL.encode(), at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.UNDETERMINED
    [check] = verdict.checks
    assert (check.code, check.outcome) == ("source.address", Outcome.NOT_CHECKED)
    assert check.arguments == {"reason": "unreachable", "url": URL}
    assert verdict.missing == (URL,)


@pytest.mark.skipif(not VECTORS.exists(), reason=f"no vectors in {VECTORS}")
def test_a_code_that_another_program_drew_is_read() -> None:
    [file] = VECTORS.glob("dcc__*mixedRegistry*.svg")
    assert address_in(file.read_bytes()).startswith("https://qr.codes/")


@pytest.mark.parametrize("part", [SVG.decode(), URL])
def test_a_part_of_a_credential_is_no_picture_and_no_address(part: str) -> None:
    with pytest.raises(ParseError):
        open_part(part)
