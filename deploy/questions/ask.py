#!/usr/bin/env python3
"""Asks five questions of a store in every way there is here, while `sverka` writes into it, and holds the answers against each other.

    ask.py DATA_DIR [--sverka PROGRAM] [--manifest LIST.tsv] [--rounds N] [--answers FILE.md]

The ways: SQL through Python's sqlite3, the sqlite3 shell, R's DBI, DuckDB's sqlite scanner, and pandas. What is not installed is skipped, and said to be.
With --sverka the program writes all the time: it judges the papers anew, or feeds the documents of the list through the whole flow.
"""
import argparse
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading

# seconds that the program has to write for the first time
PATIENCE = 120
HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--sverka")
    parser.add_argument("--manifest")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--answers", type=pathlib.Path)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    args = parser.parse_args()
    database = args.data / "sverka.db"
    questions = [(path.stem, path, *read(path)) for path in sorted(HERE.glob("*.sql"))]
    if args.way:
        return one_way(WAYS[args.way](database), questions)
    ways = [name for name in WAYS if WAYS[name](database) is not None]
    for name in [name for name in WAYS if name not in ways]:
        print(f"skipped: no {name}")
    writer = Writer(args, database) if args.sverka else None
    if writer:
        writer.begun.wait(PATIENCE)
    wrong, told = 0, []
    for number in range(args.rounds):
        every = {way: apart(args.data, way) for way in ways}
        for name, path, question, given in questions:
            answers = {way: canonical(every[way][name]) for way in ways}
            first = next(iter(answers.values()))
            differing = [way for way, rows in answers.items() if rows != first]
            wrong += len(differing)
            print(f"round {number + 1}, {name}: {len(first)} rows, {len(answers)} ways" + (f", DIFFERENT: {differing}" if differing else ", the same"))
            for way in differing:
                print("  ", way, [row for row in answers[way] if row not in first][:3], [row for row in first if row not in answers[way]][:3])
            if number == 0:
                told.append((name, question, given, columns(database, path, given), first))
    commits = writer.stop() if writer else None
    if commits is not None:
        print(f"written meanwhile: {commits} changes of the file were seen")
    if args.answers:
        args.answers.write_text(page(told))
    if len(ways) < 2:
        print("skipped: one way alone proves nothing")
    return 1 if wrong or commits == 0 or not ways else 0


def apart(data, way):
    """All answers of one way, from a process of its own. Two copies of SQLite in one process, such as Python's and DuckDB's, take each other's
    locks away when one of them closes the file, and then see pages that the writer is just replacing: https://sqlite.org/howtocorrupt.html, 2.2.1."""
    ran = subprocess.run([sys.executable, __file__, str(data), "--way", way], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{way}: {ran.stderr}")
    return json.loads(ran.stdout)


def one_way(ask, questions) -> int:
    json.dump({name: [list(row) for row in ask(path, given)] for name, path, _, given in questions}, sys.stdout, default=lambda value: value.item())
    return 0


def read(path: pathlib.Path):
    """The question, and what its parameters are."""
    comments = [line[3:] for line in path.read_text().splitlines() if line.startswith("-- ")]
    given = dict(line.split(": ", 1) for line in comments[1:] if ": " in line and f"${line.split(': ')[0]}" in path.read_text())
    return comments[0], given


class Writer:
    """`sverka`, again and again, until it is stopped; and somebody who sees that it writes."""

    def __init__(self, args, database):
        more = ["replay", args.manifest] if args.manifest else ["reconcile"]
        self.command = [args.sverka, "--data-dir", str(args.data), "--quiet", *more]
        self.database, self.over, self.begun, self.changes, self.failed = database, threading.Event(), threading.Event(), 0, None
        self.threads = [threading.Thread(target=one, daemon=True) for one in (self.write, self.watch)]
        for thread in self.threads:
            thread.start()

    def write(self):
        while not self.over.is_set() and self.failed is None:
            ended = subprocess.run(self.command, capture_output=True, text=True)
            if ended.returncode not in (0, 1):
                self.failed = ended.stderr
                self.begun.set()

    def watch(self):
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        before = None
        while not self.over.wait(0.02):
            now = db.execute("PRAGMA data_version").fetchone()[0]
            if before is not None and now != before:
                self.changes += 1
                self.begun.set()
            before = now

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        if self.failed is not None:
            sys.exit(f"the writer failed: {self.failed}")
        return self.changes


def canonical(rows):
    """Rows as they can be compared: 7.0 and 7 are the same number, and a sum of floating numbers counts to its sixth digit."""
    def one(value):
        if isinstance(value, bool) or value is None or isinstance(value, str):
            return value
        return round(float(value), 6)
    return [tuple(one(value) for value in row) for row in rows]


def reader(database):
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)


def by_python(database):
    return lambda path, given: reader(database).execute(path.read_text(), given).fetchall()


def by_shell(database):
    if not shutil.which("sqlite3"):
        return None

    def ask(path, given):
        text = ".timeout 30000\n.mode json\n.parameter init\n"
        text += "".join(f".parameter set ${name} \"'{value}'\"\n" for name, value in given.items()) + path.read_text() + ";\n"
        out = subprocess.run(["sqlite3", "-readonly", "-batch", str(database)], input=text, capture_output=True, text=True, check=True)
        if out.stderr:
            raise RuntimeError(out.stderr)
        return [tuple(row.values()) for row in json.loads(out.stdout or "[]")]
    return ask


def by_r(database):
    needs = "for (p in c('DBI', 'RSQLite', 'jsonlite')) stopifnot(requireNamespace(p, quietly = TRUE))"
    if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", needs], capture_output=True).returncode != 0:
        return None

    def ask(path, given):
        words = [f"{name}={value}" for name, value in given.items()]
        out = subprocess.run(["Rscript", str(HERE / "in_r.R"), str(database), str(path), *words], capture_output=True, text=True, check=True)
        return json.loads(out.stdout)
    return ask


def by_duckdb(database):
    try:
        import duckdb
    except ImportError:
        return None
    if not load(duckdb.connect()):
        return None

    def ask(path, given):
        db = duckdb.connect()
        load(db)
        db.execute("CREATE MACRO memory.julianday(day) AS date_diff('day', DATE '2000-01-01', CAST(day AS DATE))")
        db.execute(f"ATTACH '{database}' AS store (TYPE sqlite, READ_ONLY)")
        db.execute("USE store")
        sql = path.read_text().replace("julianday(", "memory.main.julianday(")
        return db.execute(sql, given).fetchall() if given else db.execute(sql).fetchall()
    return ask


def load(db):
    """DuckDB's scanner: installed before, or out of the package duckdb-ext-sqlite; nothing is fetched here."""
    try:
        import duckdb_ext
        places = [str(path) for path in pathlib.Path(duckdb_ext.__file__).parent.rglob("sqlite_scanner.duckdb_extension")]
    except ImportError:
        places = []
    for step in [*(f"LOAD '{place}'" for place in places), "LOAD sqlite"]:
        try:
            db.execute(step)
            return True
        except Exception:
            continue
    return False


def by_pandas(database):
    try:
        import in_pandas
    except ImportError:
        return None

    def ask(path, given):
        db = reader(database)
        db.execute("BEGIN")
        return in_pandas.QUESTIONS[path.stem](in_pandas.Tables(db), **given)
    return ask


WAYS = {"SQL through Python's sqlite3": by_python, "sqlite3 shell": by_shell, "R (DBI, RSQLite, jsonlite)": by_r,
        "DuckDB with its sqlite scanner": by_duckdb, "pandas": by_pandas}


def columns(database, path, given):
    return [column[0] for column in reader(database).execute(path.read_text(), given).description]


def page(told) -> str:
    text = ""
    for name, question, given, names, rows in told:
        said = "".join(f", `{key}` = `{value}`" for key, value in given.items())
        text += f"\n## {question}\n\n`deploy/questions/{name}.sql`{said}. {len(rows)} rows.\n\n| {' | '.join(names)} |\n|{' --- |' * len(names)}\n"
        shown = [[("" if value is None else f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)) for value in row] for row in rows]
        text += "".join(f"| {' | '.join(row)} |\n" for row in shown[:40])
        text += f"\nand {len(rows) - 40} more.\n" if len(rows) > 40 else ""
    return text


if __name__ == "__main__":
    sys.exit(main())
