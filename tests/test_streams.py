"""Streams of other programs: read one after the other, and let go."""

import pytest

from recount.data import read_counts
from recount.engine.errors import InputError
from tests.logs import some_votes, table

VOTES = some_votes(600, seed=4)


def test_streams_of_one_connection():
    """Are read one after the other; one that is refused, or fails, lets its connection go."""
    duckdb = pytest.importorskip("duckdb")
    held, connection = table(VOTES), duckdb.connect()
    connection.register("votes", held)
    both = [connection.sql("select * from votes limit 400"), connection.sql("select * from votes limit 100")]
    assert read_counts(*both)[0].n_votes == 500
    with pytest.raises(InputError, match="column 'n'"):
        read_counts(connection.sql("select model_a, model_b, winner, count(*) as n from votes group by all"))
    assert connection.sql("select 1").fetchall() == [(1,)]

    class Refuses:
        def __arrow_c_stream__(self, requested_schema=None):
            raise RuntimeError("busy")

    with pytest.raises(InputError, match=r"gives no Arrow stream .'busy'"):
        read_counts(Refuses())
