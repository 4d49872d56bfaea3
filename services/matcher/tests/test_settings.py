"""Where other replicas find this one, when nobody said."""

import socket

import pytest
from pydantic import ValidationError
from talent_matcher.settings import MatcherSettings


@pytest.mark.parametrize(
    ("stated", "reached_at"),
    [
        ({}, "127.0.0.1:7140"),
        ({"host": "10.1.2.3", "grpc_port": 9000}, "10.1.2.3:9000"),
        ({"host": "0.0.0.0"}, f"{socket.gethostname()}:7140"),
        ({"host": "[::]"}, f"{socket.gethostname()}:7140"),
        ({"own_target": "https://matcher-2.example:443"}, "https://matcher-2.example:443"),
        ({"grpc_port": 0}, ""),
    ],
)
def test_a_replica_is_reached_where_it_listens_or_where_it_says(stated, reached_at):
    assert MatcherSettings(**stated).reached_at == reached_at


def test_what_rewords_drafts_is_found_by_its_name_or_no_matcher_starts(tmp_path, monkeypatch):
    (tmp_path / "plain_words.py").write_text(
        "class Plain:\n    def reworded(self, text):\n        return text\n\nplain = Plain()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert MatcherSettings().rewords is None
    assert MatcherSettings(rewords="plain_words:plain").rewords.reworded("a") == "a"
    for wrong in ("plain_words:nothing", "no_such_words:plain", "math:pi"):
        with pytest.raises(ValidationError, match="rewords"):
            MatcherSettings(rewords=wrong)
