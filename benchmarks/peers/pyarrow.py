"""pyarrow alone, as a yardstick: it reads the three columns as dictionaries and counts nothing."""

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.inputs import Inputs, Task, Verdict

VERSION = pa.__version__


def counts(inputs: Inputs) -> Task:
    columns = ["model_a", "model_b", "winner"]
    return lambda: pq.read_table(inputs.log, columns=columns, read_dictionary=columns), lambda _: Verdict(
        remark="reads, counts nothing: the yardstick"
    )
