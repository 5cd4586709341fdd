"""Reads a lake with Python's deltalake and with DuckDB, and compares the counts.

Usage: readers.py LAKE ROWS   (needs the packages deltalake, duckdb, pyarrow)
"""
import datetime
import sys

import duckdb
from deltalake import DeltaTable


def main(lake, rows):
    for name in ("observations", "findings", "selections"):
        table = DeltaTable(f"{lake}/{name}")
        comments = [field.metadata.get("comment") for field in table.schema().fields]
        assert all(comments), f"{name}: a column has no comment"
    table = DeltaTable(f"{lake}/observations")
    arrow = table.to_pyarrow_table()
    assert arrow.num_rows == rows, f"deltalake counts {arrow.num_rows}, not {rows}"
    dated = table.to_pyarrow_table(filters=[("observed_on", "=", datetime.date(2026, 11, 2))]).num_rows
    files = table.file_uris()
    connection = duckdb.connect()
    # DuckDB's own delta extension is a download; the files that deltalake names are the same.
    seen = connection.execute(
        "select count(*), count(distinct (line_hi, line_lo)), count(*) filter (observed_on = date '2026-11-02') "
        "from read_parquet(?, hive_partitioning = true)",
        [files],
    ).fetchone()
    assert seen[0] == rows and seen[1] == rows, f"duckdb counts {seen}, not {rows}"
    assert seen[2] == dated, f"duckdb counts {seen[2]} of the first day, deltalake {dated}"
    families = connection.execute("select family, count(*) from arrow group by all order by all").fetchall()
    print(f"deltalake and duckdb read {rows} rows, {dated} of the first day, families {families}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
