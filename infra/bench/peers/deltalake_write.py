"""Rows per second that Python's deltalake writes, zstd-compressed, of the rows of a Delta table.

usage: deltalake_write.py TABLE; prints one JSON object

The rows are in memory as an Arrow table before the clock starts. The fastest of several passes counts, each into a table
of its own with the same partitions; `bytes` are those of its data files.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow
from deltalake import DeltaTable, WriterProperties, write_deltalake

PASSES = 3

source = DeltaTable(sys.argv[1])
partitions = source.metadata().partition_columns
rows = pyarrow.table(source.to_pyarrow_table())
fastest, size = 0.0, 0
for _ in range(PASSES):
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write_deltalake(
            folder, rows, partition_by=partitions, writer_properties=WriterProperties(compression="ZSTD")
        )
        fastest = max(fastest, rows.num_rows / (time.perf_counter() - started))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.parquet"))
print(json.dumps({"rows_per_second": fastest, "rows": rows.num_rows, "bytes": size}))
