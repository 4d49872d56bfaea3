"""Pictures with a credential in them: putting it in, taking it out, and what is refused."""

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import ParseError, TooDeepError, TooLargeError
from talent_vc.baked import MAX_PICTURE_BYTES, Baked, bake, unbake

from .pictures import SVG, itxt, make_png, png_chunk, with_chunks

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"
PICTURES = {"png": make_png(), "svg": SVG}
JSON = json.dumps({"name": "Welding ]]> & <b>Ebene 2</b>, 溶接"}, ensure_ascii=False).encode()
TOKEN = b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA"


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("payload", [JSON, TOKEN])
def test_what_was_baked_comes_out_again(kind: str, payload: bytes, old: bool) -> None:
    baked = bake(PICTURES[kind], payload, open_badges_2=old)
    assert unbake(baked) == Baked(kind, payload)
    with pytest.raises(ParseError, match="no credential in it yet"):
        bake(baked, payload)


@settings(max_examples=200)
@given(kind=st.sampled_from(["png", "svg"]), value=st.dictionaries(st.text(), st.text()))
def test_any_credential_survives_baking(kind: str, value: dict[str, str]) -> None:
    payload = json.dumps(value, ensure_ascii=True).encode()
    assert unbake(bake(PICTURES[kind], payload)) == Baked(kind, payload)
    raw = json.dumps(value, ensure_ascii=False).encode()
    try:
        baked = bake(PICTURES[kind], raw)
    except ParseError:
        assert kind == "svg"  # XML has no room for some characters
    else:
        assert unbake(baked) == Baked(kind, raw)


def test_baking_leaves_the_picture_as_it_was() -> None:
    baked = bake(SVG, JSON)
    at = baked.index(b"<openbadges:credential")
    end = baked.index(b"</openbadges:credential>") + len(b"</openbadges:credential>")
    assert baked[:at] + baked[end:] == SVG
    assert baked[:at].endswith(b'viewBox="0 0 9 9">')
    chunk = itxt("openbadgecredential", JSON)
    assert bake(make_png(), JSON).replace(chunk, b"") == make_png()


@pytest.mark.parametrize("keyword", ["openbadgecredential", "openbadges", "clrcredential"])
def test_every_text_chunk_is_read(keyword: str) -> None:
    name = keyword.encode() + b"\0"
    for chunk in (
        itxt(keyword, JSON),
        itxt(keyword, JSON, compressed=True),
        png_chunk(b"tEXt", name + JSON),
        png_chunk(b"zTXt", name + b"\0" + zlib.compress(JSON)),
    ):
        assert unbake(with_chunks(itxt("Comment", b"hello"), chunk)) == Baked("png", JSON)


def test_a_picture_without_a_credential_has_none() -> None:
    assert unbake(with_chunks(itxt("openbadgecredentials", b"x"))) is None
    assert unbake(SVG) is None


def svg(inside: str, before: str = "") -> bytes:
    names = 'xmlns:ob="https://purl.imsglobal.org/ob/v3p0" xmlns:old="http://openbadges.org"'
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {names}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    ("inside", "payload"),
    [
        ("<ob:credential verify='a.b.c'/>", b"a.b.c"),
        ("<ob:credential> {&#34;a&#34;: 1}\n</ob:credential>", b'{"a": 1}'),
        ("<g><ob:credential><![CDATA[{}]]></ob:credential></g>", b"{}"),
        ("<old:assertion verify='https://x.example/1'/>", b"https://x.example/1"),
        ("<old:assertion verify='https://x.example/1'>{}</old:assertion>", b"{}"),
        ("<x:credential xmlns:x='https://purl.imsglobal.org/clr/v2p0'>{}</x:credential>", b"{}"),
    ],
)
def test_every_element_of_an_svg_is_read(inside: str, payload: bytes) -> None:
    outside = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
    assert unbake(svg(inside, outside)) == Baked("svg", payload)


def test_the_same_name_in_another_namespace_is_none() -> None:
    assert unbake(svg("<credential>{}</credential>")) is None


TWO = "one credential in it: this one has several"


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(itxt("openbadgecredential", JSON), itxt("openbadgecredential", JSON)),
        with_chunks(itxt("openbadgecredential", JSON), itxt("openbadges", JSON)),
        with_chunks(itxt("openbadges", JSON), png_chunk(b"tEXt", b"openbadges\0https://x.example")),
        svg("<ob:credential>{}</ob:credential><ob:credential>{}</ob:credential>"),
        svg("<ob:credential>{}</ob:credential><old:assertion>{}</old:assertion>"),
    ],
)
def test_two_credentials_in_one_picture_are_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match=TWO):
        unbake(data)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (make_png()[:-3], ParseError),  # cut off
        (make_png()[:20] + b"\xff" + make_png()[21:], ParseError),  # changed on the way
        (make_png()[:8], ParseError),
        (make_png()[:8] + make_png()[33:], ParseError),  # no head
        (with_chunks(png_chunk(b"iTXt", b"openbadges\0")), ParseError),
        (with_chunks(png_chunk(b"iTXt", b"openbadges\0\1\0\0\0not packed")), ParseError),
        (with_chunks(png_chunk(b"zTXt", b"openbadges\0\0")), ParseError),
        (with_chunks(itxt("openbadges", b" " * 50_000_000, compressed=True)), TooLargeError),
        (with_chunks(*[png_chunk(b"tEXt", b"a\0b")] * 10_000), TooLargeError),
        (b"\x89PNG\r\n\x1a\n" + b"x" * MAX_PICTURE_BYTES, TooLargeError),
        (SVG[:-3], ParseError),
        (b"<html></html>", ParseError),
        (svg("&lol;", f'<!DOCTYPE svg [<!ENTITY a0 "lol">{LAUGHS}]>'), ParseError),
        (svg("", "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), ParseError),
        (svg("", "<!DOCTYPE svg [<!ATTLIST ob:credential verify CDATA 'a.b.c'>]>"), ParseError),
        (svg("", '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://x.example"> %x;]>'), ParseError),
        (svg("<g>" * 10_000 + "</g>" * 10_000), TooDeepError),
        (svg("<g/>" * 300_000), TooLargeError),
        (svg(f"<ob:credential>{'x' * 2_000_000}</ob:credential>"), TooLargeError),
        (svg("<ob:credential><ob:credential/></ob:credential>"), ParseError),
        (svg("", '<?xml version="1.0" encoding="made-up"?>'), ParseError),
    ],
)
def test_bad_pictures_are_a_typed_error(data: bytes, error: type[ParseError]) -> None:
    with pytest.raises(error) as caught:
        unbake(data)
    assert caught.value.mend


@pytest.mark.parametrize("payload", [b"\xff", b'{"a":\r\n1}', b'{"a": "\x01"}'])
def test_what_a_picture_cannot_hold_is_refused(payload: bytes) -> None:
    with pytest.raises(ParseError):
        bake(SVG, payload)
    with pytest.raises(ParseError):
        bake(b'<svg xmlns="http://www.w3.org/2000/svg"/>', b"{}")


@pytest.mark.skipif(not VECTORS.exists(), reason=f"no vectors in {VECTORS}")
@pytest.mark.parametrize(
    ("file", "start"),
    [
        ("1edtech__simple-json.png", b"{"),
        ("1edtech__simple-jwt_v1.png", b"eyJ"),
        ("1edtech__simple-jwt_v1.svg", b"eyJ"),
    ],
)
def test_pictures_of_others_are_read(file: str, start: bytes) -> None:
    found = unbake((VECTORS / file).read_bytes())
    assert found
    assert found.payload.startswith(start)
