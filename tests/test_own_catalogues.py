"""Tables of one's own over the catalogue: nothing in them is ignored, and no fact is taken that cannot be."""

import pytest

from recount.data import read_catalogue
from recount.data.catalogue.tables import read_table
from recount.engine.errors import InputError


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("key,organisation,parameters_total\na,b,70\n", "has a column 'parameters_total', which is none of 'key', 'spellings'"),
        ("key,release_date\na,2024-13-01\n", "release_date '2024-13-01' is no day, month or year, as 2024-05-13"),
        ("key,release_date\na,2224-01-01\n", "release_date '2224-01-01' is not between 1900 and 2100; is it a slip?"),
        ("key,release_date\na,05/06/2024\n", "release_date '05/06/2024' is no day"),
        ("key,total_parameters_b\na,7000000000\n", "total_parameters_b of 'a' is 7000000000; give billions of parameters, as 7 for 7B"),
        ("key,total_parameters_b\na,7\nb,-7\n", "total_parameters_b of 'b' is -7; give billions of parameters, above 0, or leave it empty"),
        ("model,total_parameters_b\na,7\n", "no column 'key' .of models. and none 'name' .of organisations or licences.; call one so"),
        ("key,total_parameters_b\na,7\na,8\n", "has the key 'a' twice; leave one out"),
        ("key,total_parameters_b\na,7B\n", "total_parameters_b holds a value that is no number"),
        ("key,total_parameters_b\na,1_0\n", "total_parameters_b holds a value that is no number"),
    ],
)
def test_tables_that_say_what_is_not_read(tmp_path, table, said):
    """Nothing in a table of one's own is ignored, and no fact is taken that cannot be."""
    (tmp_path / "own.csv").write_text(table)
    with pytest.raises(InputError, match=said):
        read_table(tmp_path / "own.csv")
    for day in ("2024", "2024-05", "2024-05-13", ""):
        (tmp_path / "own.csv").write_text(f"key,release_date,licence\na,{day},MIT\n")
        assert read_table(tmp_path / "own.csv")[1]["release_date"].tolist() == [day]


def test_sizes_that_are_exchanged(tmp_path):
    (tmp_path / "own.csv").write_text("key,organisation,total_parameters_b,active_parameters_b\nmixed,OpenAI,7,70\n")
    with pytest.raises(InputError, match="'mixed' has more active_parameters_b than total_parameters_b; are they exchanged"):
        read_catalogue(tmp_path / "own.csv")
