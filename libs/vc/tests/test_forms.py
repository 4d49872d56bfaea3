"""What is kept of a proof's options says the same as working them out anew."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_vc import ContextLoader
from talent_vc.forms import rdfc_forms
from talent_vc.instants import timestamp
from talent_vc.jsonld import canonicalize, expand
from talent_vc.statements import write_statements

URL = "https://contexts.example/options"
EX = "https://terms.example/"
CONTEXT = {
    "id": "@id",
    "type": "@type",
    "created": {"@id": f"{EX}created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "made": {"@id": f"{EX}created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "part": f"{EX}part",
    "name": f"{EX}name",
}
CONTEXTS = ContextLoader({URL: [("", {"@context": CONTEXT})]})
dates = st.datetimes(datetime(1, 1, 1), datetime(9999, 1, 1)).map(
    lambda found: timestamp(found.replace(tzinfo=UTC))
)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"id": "urn:a"},
        {"part": {"name": "x"}},
        {"part": [{"name": "x"}, {"name": "y"}]},
        {"part": [{"name": "x"}, {"name": "x"}]},
        {"made": "2020-01-01T00:00:00Z"},
        {"name": "0000-00-00T00:00:00Z"},
        {"name": "long" * 1000},
    ],
)
@pytest.mark.parametrize("sha384", [False, True])
@given(created=st.one_of(dates, st.sampled_from(["", "soon", "2020-01-01T00:00:00.5Z"])))
def test_options_have_the_canonical_form_whatever_their_date(
    options: dict[str, Any], sha384: bool, created: str
) -> None:
    options = {"created": created, **options}
    found, _ = rdfc_forms({"@context": URL}, options, CONTEXTS, sha384)
    whole = write_statements(expand({"@context": URL, **options}, CONTEXTS))
    assert found.decode() == canonicalize(whole, sha384=sha384)
