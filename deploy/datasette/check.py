#!/usr/bin/env python3
"""Asks a running Datasette every question of metadata.json, and says which gave no rows.

    check.py DATABASE.db      (needs `datasette` beside this Python: pip install datasette)

The database is only read, and may be written by `sverka` meanwhile.
"""
import json
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
# seconds that Datasette has to start and a question to be answered
PATIENCE = 60


def main() -> int:
    database = pathlib.Path(sys.argv[1])
    metadata = HERE / "metadata.json"
    queries = json.loads(metadata.read_text())["databases"]["sverka"]["queries"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(database), "--metadata", str(metadata), "--host", "127.0.0.1",
               "--port", str(port), "--setting", "sql_time_limit_ms", "20000"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        base = f"http://127.0.0.1:{port}"
        wait(base, server)
        failed = [name for name, query in queries.items() if not ask(base, database, name, query)]
        failed += [] if searches(base, database) else ["the search of the table label"]
    finally:
        server.terminate()
        server.wait()
    print(f"{len(queries) + 1 - len(failed)} of {len(queries) + 1} answered with rows")
    return 1 if failed else 0


def wait(base: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(server.stderr.read().decode())
        try:
            urllib.request.urlopen(base + "/-/versions.json", timeout=2).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("datasette did not start")


def get(address: str) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {"rows": [], "error": error.read().decode()[:300]}


def ask(base: str, database: pathlib.Path, name: str, query: dict) -> bool:
    given = {param: example(database, query, param) for param in query["params"]}
    address = f"{base}/{database.stem}/{name}.json?{urllib.parse.urlencode({**given, '_shape': 'objects'})}"
    begun = time.monotonic()
    status, body = get(address)
    page = urllib.request.urlopen(address.replace(".json?", "?"), timeout=PATIENCE).status if status == 200 else status
    took = (time.monotonic() - begun) * 1000
    print(f"{name:24} {status} {page} {len(body['rows']):5} rows {took:6.0f} ms  {given} {body.get('error', '')}")
    return status == 200 and page == 200 and len(body["rows"]) > 0


def searches(base: str, database: pathlib.Path) -> bool:
    """The search box that Datasette puts over a table with an index of words."""
    status, body = get(f"{base}/{database.stem}/label.json?_shape=objects&_search=rosstat")
    print(f"{'label, searched':24} {status}     {len(body['rows']):5} rows")
    return status == 200 and len(body["rows"]) > 0


def example(database: pathlib.Path, query: dict, param: str) -> str:
    """What the description says a parameter can be; of series the database may hold others."""
    said = re.search(rf"{param}: [^·]*?such as (\S+)", query["description"])
    value = said.group(1) if said else ""
    if param != "code":
        return "" if param == "period" else value
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    if db.execute("SELECT 1 FROM revisions WHERE code = ? LIMIT 1", [value]).fetchone():
        return value
    found = db.execute("SELECT code FROM revisions LIMIT 1").fetchone() or db.execute("SELECT code FROM series LIMIT 1").fetchone()
    return found[0] if found else value


if __name__ == "__main__":
    sys.exit(main())
