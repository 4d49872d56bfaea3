"""What a reader sees of a file, as text, found in the file itself."""

import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pypdfium2

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _Page(HTMLParser):
    """Fails on what a page of ours must never hold."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.linked_data = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        assert not [name for name in named if name.startswith("on") or name == "src"]
        assert tag != "script" or named["type"] == "application/ld+json"
        if tag == "a":
            self.links.append(named["href"] or "")
        if tag not in {"meta", "col"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self._inside:
            self.words.append(data)
        elif self._inside[-1:] == ["script"]:
            self.linked_data += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def read_html(page: str) -> _Page:
    found = _Page()
    found.feed(page)
    found.close()
    return found


def html_text(page: str) -> str:
    return "".join(read_html(page).words)


def docx_text(file: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        tree = ElementTree.fromstring(parts.read("word/document.xml"))
    return "".join(one.text or "" for one in tree.iter(f"{_W}t"))


def pdf_text(file: bytes) -> str:
    """Without the numbers at the foot of each page."""
    with pypdfium2.PdfDocument(file) as pages:
        texts = [page.get_textpage().get_text_range() for page in pages]
    count = len(texts)
    return "".join(
        re.sub(rf"\s*{number} / {count}\s*$", "", text) for number, text in enumerate(texts, 1)
    )


def squeezed(text: str) -> str:
    """Without what the formats may set between words and around names of facts."""
    return re.sub(r"[\s\u200b:•‣]+", "", text)
