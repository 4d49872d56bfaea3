"""Where other replicas find this one, when nobody said."""

import socket

import pytest
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
