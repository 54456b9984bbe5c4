#!/usr/bin/env python3
"""Holds what Apache Spark, DuckDB and SQLite say against each other, value by value.

    python3 deploy/spark/compare.py DATASET DATABASE

DATASET is a folder that `sverka export parquet` wrote, DATABASE the sverka.db it was written from. The texts are the same for all
three: aggregation.sql and reconciliation.sql beside this file. Spark and DuckDB read the dataset, SQLite the database, so that the
export is tried too. Ends with 1 if anything differs, or a grade is not the program's own.

Needs pyspark 4 and Java 17, and duckdb: pip install pyspark duckdb
"""

import argparse
import csv
import datetime
import decimal
import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GROUPS = HERE.parent.parent / "src/normalize/lines/groups.csv"
TABLES = ["observation", "series", "claim", "customs_row", "commodity_group"]
QUESTIONS = ["aggregation", "reconciliation"]
# columns of amounts: SQLite has no decimals and tells thousandths
AMOUNTS = {"total_value", "total_weight"}
# so many differences are shown
SHOWN = 10

# the dataset's tables as views of the database; columns that no question asks for are left out
VIEWS = """
CREATE TEMP TABLE commodity_group (kind TEXT, item TEXT, chapter TEXT, title TEXT);
CREATE TEMP VIEW series AS SELECT code AS series, measure FROM main.series;
CREATE TEMP VIEW observation AS
  SELECT o.id AS observation_id, s.code AS series, o.source_id AS source, o.period, o.value, o.decimals, o.unit, o.status, o.class_rank,
    o.known_from, o.known_to, o.recorded_to
  FROM main.observation AS o JOIN main.series AS s ON s.id = o.series_id;
CREATE TEMP VIEW claim AS
  SELECT c.id AS claim_id, c.paper_id AS paper, c.claim, c.value, c.decimals, c.unit, c.series, c.period, c.measure, c.retired_at,
    coalesce((SELECT nullif(json_extract(v.fields, '$.cutoff'), '') FROM main.claim_version AS v WHERE v.claim_id = c.id
      ORDER BY v.reconciliation_id DESC LIMIT 1), nullif(c.cutoff, ''), p.accepted) AS cutoff
  FROM main.claim AS c JOIN main.paper AS p ON p.id = c.paper_id;
CREATE TEMP VIEW customs_row AS
  SELECT l.source_id AS source, l.scope, c.code, CASE r.flow WHEN 1 THEN 'export' ELSE 'import' END AS flow, p.code AS partner,
    g.period / 100 AS year, g.period % 100 AS month, r.value_milli AS value, r.weight_milli AS weight, n.known_to
  FROM main.customs_segment AS g CROSS JOIN main.customs_load AS l ON l.id = g.load_id
    CROSS JOIN main.customs_line AS r ON r.segment_id = g.id
    LEFT JOIN main.customs_span AS n ON n.load_id = g.load_id AND n.period = g.period
    JOIN main.customs_code AS c ON c.id = r.code_id LEFT JOIN main.customs_partner AS p ON p.id = r.partner_id
  WHERE l.snapshot_id IS NOT NULL;
"""


def text(question):
    if question == "totals":
        # the aggregation is made and stays in the engine: what is told is its size and sums
        sums = ", ".join(f"SUM({column}) AS {column}" for column in ["n_lines", "total_value", "total_weight"])
        return f"SELECT COUNT(*) AS n_rows, {sums} FROM (\n{text('aggregation')}) AS a"
    return (HERE / f"{question}.sql").read_text(encoding="utf-8")


def files(dataset, table):
    return f"{dataset}/{table}/**/*.parquet"


class Sqlite:
    name = "SQLite"

    def __init__(self, dataset, database, memory):
        self.db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.db.executescript(VIEWS)
        self.db.executemany("INSERT INTO commodity_group VALUES (?, ?, ?, ?)", chapters())
        self.version = sqlite3.sqlite_version

    def ask(self, question):
        cursor = self.db.execute(text(question))
        return [column[0] for column in cursor.description], cursor.fetchall()

    def close(self):
        self.db.close()


class DuckDb:
    name = "DuckDB"

    def __init__(self, dataset, database, memory):
        import duckdb

        self.db = duckdb.connect()
        self.version = duckdb.__version__
        self.db.execute(f"SET memory_limit = '{memory}'")
        for table in TABLES:
            # a year is a number and a frequency a word, whatever the folders look like
            types = "{'flow': 'VARCHAR', 'year': 'INTEGER'}" if table == "customs_row" else "{'frequency': 'VARCHAR'}"
            hive = f", hive_partitioning = true, hive_types = {types}" if table in ("customs_row", "observation") else ""
            self.db.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files(dataset, table)}'{hive})")

    def ask(self, question):
        cursor = self.db.execute(text(question))
        return [column[0] for column in cursor.description], cursor.fetchall()

    def close(self):
        self.db.close()


class Spark:
    name = "Spark"

    def __init__(self, dataset, database, memory):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        from pyspark.sql import SparkSession

        self.room = tempfile.TemporaryDirectory(prefix="sverka-spark-")
        builder = SparkSession.builder.appName("sverka").master("local-cluster[2,1,1024]")
        settings = {
            # nothing listens but on this machine
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.executor.memory": "1g",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "8",
            "spark.sql.ansi.enabled": "true",
            "spark.local.dir": self.room.name,
            "spark.sql.warehouse.dir": self.room.name,
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.version = self.session.version
        for table in TABLES:
            self.session.read.parquet(f"{dataset}/{table}").createOrReplaceTempView(table)

    def ask(self, question):
        frame = self.session.sql(text(question))
        return frame.columns, [tuple(row) for row in frame.collect()]

    def close(self):
        self.session.stop()
        self.room.cleanup()


def chapters():
    """The commodity groups as the program has them, a row a chapter."""
    with open(GROUPS, encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for part in row["chapters"].split(" "):
                first, _, last = part.partition("-")
                for chapter in range(int(first), int(last or first) + 1):
                    yield row["kind"], row["item"], f"{chapter:02}", row["title"]


def plain(engine, column, value):
    """A value as all engines tell it: days as texts, amounts as exact decimals."""
    if value is None:
        return None
    if column in AMOUNTS:
        return decimal.Decimal(value).scaleb(-3 if engine == Sqlite.name else 0).quantize(decimal.Decimal("0.001"))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        raise SystemExit(f"{engine}: {column} is {value!r}: expected an exact value")
    return value


def rows(engine, columns, answer):
    return sorted((tuple(plain(engine, c, v) for c, v in zip(columns, row)) for row in answer), key=repr)


def differences(question, columns, one, other, names):
    """Rows of one engine that the other has not, and the other way round."""
    if one == other:
        return 0
    (mine, yours) = set(one) - set(other), set(other) - set(one)
    print(f"{question}: {names[0]} and {names[1]} differ: {len(one)} and {len(other)} rows")
    for name, found in zip(names, (mine, yours)):
        for row in sorted(found, key=repr)[:SHOWN]:
            print(f"  only {name}: " + ", ".join(f"{c}={v}" for c, v in zip(columns, row)))
    return max(len(mine), len(yours), 1)


def program(database, columns, answer):
    """The grades against those the program found for the same claim and the same row of the store."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    verdicts = db.execute(
        "SELECT c.paper_id, c.claim, f.vintages FROM finding AS f JOIN claim AS c ON c.id = f.claim_id"
        " WHERE f.side = 'external' AND f.until_id IS NULL AND c.retired_at IS NULL"
    )
    known = {}
    for paper, claim, vintages in verdicts:
        for vintage in json.loads(vintages):
            known[paper, claim, vintage.get("observation")] = vintage.get("grade")
    same, wrong = 0, 0
    for row in (dict(zip(columns, row)) for row in answer):
        told = known.get((row["paper"], row["claim"], row["observation_id"]))
        if told is None or row["grade"] is None:
            continue
        if told == row["grade"]:
            same += 1
        else:
            wrong += 1
            print(f"  {row['paper']} {row['claim']} ({row['state']}): {row['grade']} here, {told} in the program")
    print(f"reconciliation: {same} grades are the program's own, {wrong} are not")
    return wrong


def family():
    """Processor time in seconds and most memory in MB, by process, of this one and all below it: Spark's driver and executors are."""
    parents, seconds, memory = {}, {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            status = (folder / "status").read_text()
        except OSError:
            continue
        pid = int(folder.name)
        parents[pid] = int(fields[1])
        seconds[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        memory[pid] = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)
    ours, found = [os.getpid()], []
    while ours:
        found += ours
        ours = [pid for pid, parent in parents.items() if parent in ours]
    return {pid: (seconds[pid], memory[pid]) for pid in found if pid in seconds}


def spent(before, after):
    """Processor time between two looks, of the processes that are still there: those of an engine that was closed end meanwhile."""
    return sum(seconds - before.get(pid, (0, 0))[0] for pid, (seconds, _) in after.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=pathlib.Path)
    parser.add_argument("database", type=pathlib.Path)
    parser.add_argument("--engines", default="sqlite,duckdb,spark", help="of these, in this order; the first is the measure")
    parser.add_argument("--questions", default=",".join(QUESTIONS), help="also: totals, sums over the aggregation, for measuring")
    parser.add_argument("--times", type=int, default=1, help="ask each so often and tell the best time")
    parser.add_argument("--memory", default="1GB", help="DuckDB's limit")
    args = parser.parse_args()
    if not (args.dataset / "_SUCCESS").is_file() or not args.database.is_file():
        parser.error("expected a whole dataset and a database")
    dataset, wrong, told = args.dataset.resolve(), 0, {}
    for make in [{"sqlite": Sqlite, "duckdb": DuckDb, "spark": Spark}[name] for name in args.engines.split(",")]:
        since = time.monotonic()
        engine = make(dataset, args.database.resolve(), args.memory)
        print(f"{engine.name} {engine.version}: ready in {time.monotonic() - since:.2f} s", flush=True)
        for question in args.questions.split(","):
            best, cpu = float("inf"), float("inf")
            for _ in range(args.times):
                since, before = time.monotonic(), family()
                columns, answer = engine.ask(question)
                best, cpu = min(best, time.monotonic() - since), min(cpu, spent(before, family()))
            told.setdefault(question, []).append((engine.name, list(columns), rows(engine.name, columns, answer)))
            print(f"  {question}: {len(answer)} rows in {best:.2f} s, {cpu:.2f} CPU s ({sum(most for _, most in family().values()):.0f} MB at most)", flush=True)
        engine.close()
    for question, answers in told.items():
        first, columns, measure = answers[0]
        values = len(measure) * len(columns)
        for name, others, answer in answers[1:]:
            found = differences(question, columns, measure, answer, (first, name)) if columns == others else 1
            wrong += found
            if not found:
                print(f"{question}: {first} and {name} agree on {values} values in {len(measure)} rows")
            elif columns != others:
                print(f"{question}: {first} has the columns {columns}, {name} {others}")
        if question == "reconciliation":
            wrong += program(args.database, columns, measure)
    if not all(answers[0][2] for answers in told.values()):
        print("(a question without rows proves nothing: take a store that has customs lines and claims)")
        wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
