"""What is a history of boards by day, and what is a log whose first column is a day."""

import pytest

from recount.data.boards.published import looks_like_board

LOGS_OF_DAYS = {
    "of votes": "date,model_a,model_b,winner\n2024-01-01,a,b,model_a\n2024-01-02,b,c,tie\n2024-01-03,c,a,model_b\n",
    "other columns": "day,left_model,right_model,better,tokens\n20240101,a,b,left,3\n20240102,b,a,right,4\n",
    "numbers for names": "date,model_a,model_b,winner\n2024-01-01,1,2,1\n2024-01-02,2,3,0\n2024-01-03,3,1,0.5\n",
    "matches": "date,x,y,z\n2024-01-01,1,2,3\n2024-01-01,3,2,1\n2024-01-02,3,1,2\n",
}


@pytest.mark.parametrize("log", LOGS_OF_DAYS)
def test_a_log_whose_first_column_is_a_day_is_no_history(tmp_path, log):
    path = tmp_path / "log.csv"
    path.write_text(LOGS_OF_DAYS[log])
    assert not looks_like_board(path)
    # Of ratings, a model without any in the first days among them, and one with a minus sign.
    path.write_text(",x,y,z\n20240105,1000.5,-3.5,-\n20240106,1001,-4,n/a\n")
    assert looks_like_board(path)
