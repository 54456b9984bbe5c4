#!/usr/bin/env python3
"""Whether the Python package sdmx1 reads back what `sverka export sdmx-csv` writes, figure by figure, as it stands in the database.

    sdmx_roundtrip.py PROGRAM DATA_DIR [SERIES …]

The periods, statuses and units that should be read are worked out here from the database, and not as the program does it.
"""

import datetime
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

import sdmx

STATUSES = {"published": "A", "provisional": "P", "withheld": "Q", "absent": "M", "no_data": "L", "blank": "O", "withdrawn": "O"}
FREQUENCIES = {"a": "A", "h": "S", "q": "Q", "m": "M", "ytd": "M", "w": "W", "d": "D"}
POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
COLUMNS = "o.value, o.status, o.unit, o.decimals, o.source_id, o.class, o.known_from, o.known_to, n.sha256, o.locator, n.url"
FROM = "FROM {} AS o JOIN series AS s ON s.id = o.series_id JOIN snapshot AS n ON n.id = o.snapshot_id"
VIEW = f"SELECT s.code, s.frequency, s.title, o.period_start, o.period_end, {COLUMNS} {FROM}"
# what each kind of export should hold: its options, and the rows of the database
KINDS = {
    "latest": (["--vintage", "latest"], VIEW.format("observation") + " WHERE o.id IN (SELECT observation_id FROM latest)"),
    "first": (["--vintage", "first"], VIEW.format("observation") + " WHERE o.id IN (SELECT observation_id FROM first_print)"),
    "all": (
        ["--vintage", "all"],
        VIEW.format("observation") + " WHERE o.recorded_to IS NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)",
    ),
}


def days(text):
    """First and last day of a period of SDMX."""
    day = datetime.timedelta(days=1)
    date = datetime.date.fromisoformat
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)/P(\d+)([MD])", text):
        start, length = date(found[1]), int(found[2])
        if found[3] == "D":
            return start, start + length * day - day
        months = start.year * 12 + start.month - 1 + length
        return start, datetime.date(months // 12, months % 12 + 1, 1) - day
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", text):
        start = datetime.date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return start, start + 6 * day
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date(text), date(text)
    found = re.fullmatch(r"(\d{4})(?:-(?:([SQ])(\d)|(\d\d)))?", text)
    year, length = int(found[1]), {None: 12, "S": 6, "Q": 3}[found[2]]
    first = (int(found[3]) - 1) * length if found[2] else 0
    if found[4]:
        first, length = int(found[4]) - 1, 1
    end = year * 12 + first + length
    return datetime.date(year, first + 1, 1), datetime.date(end // 12, end % 12 + 1, 1) - day


def plain(text):
    """A text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return re.sub(r"(^|[;\t\r\n])'('*[=+\-@＝＋－＠])", r"\1\2", text)


def line(text):
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text or "")


def unit(name):
    words = name.split(" ")
    scaled = any(word in POWERS for word in words)
    power = sum(POWERS.get(word, 2 if word == "100" and scaled else 0) for word in words)
    return " ".join(word for word in words if word not in POWERS and not (word == "100" and scaled)), power


def wanted(db, sql, like):
    """What should be read, by series, period, source, class and day."""
    for row in db.execute(sql):
        code, frequency, title, start, end, value, status, its_unit, decimals, source, how, since, until, sha256, place, url = row
        if like and not any(code == one or code.startswith(one + ".") for one in like):
            continue
        base, power = unit(its_unit)
        key = (code, datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), source, how, since)
        told = (value or "NaN", STATUSES[status], base, str(power), "" if decimals is None else str(decimals), until or "")
        yield key, told + (FREQUENCIES[frequency], "Y" if frequency == "ytd" else "N", sha256 or "", line(title), line(place), line(url))


def read(path, flow, vintages):
    """What the package reads."""
    message = sdmx.read_sdmx(path, structure=flow)
    keys = set()
    for observation in (one for data in message.data for one in data.obs):
        key = {part.id: part.value for part in observation.dimension.values.values()}
        said = {name: attribute.value for name, attribute in observation.attached_attribute.items()}
        assert tuple(key.values()) not in keys, f"two figures of one key: {key}"
        keys.add(tuple(key.values()))
        edition = key if vintages else said
        code, (start, end) = said["SERIES_CODE"], days(key["TIME_PERIOD"])
        spelled = [key[name] for name in "PUBLISHER INDICATOR ITEM DETAIL REF_AREA FLOW COUNTERPART MEASURE".split()]
        regular = [part for part in spelled if part != "_Z"]
        assert code.startswith(".".join(regular) + ".") or key["DETAIL"] == code, f"{code} is no series of {key}"
        told = (observation.value, said["OBS_STATUS"], said["UNIT_MEASURE"], said["UNIT_MULT"], said["DECIMALS"], said["VALID_TO"])
        rest = (said["DOCUMENT"], *(plain(said[name]) for name in ("TITLE", "LOCATOR", "ADDRESS")))
        yield (
            (code, start, end, plain(edition["SOURCE"]), edition["CLASS"], edition["VINTAGE"]),
            told + (key["FREQ"], key["CUMULATION"]) + rest,
        )


def main():
    program, data, *like = sys.argv[1:]
    db = sqlite3.connect(f"file:{pathlib.Path(data).resolve()}/sverka.db?mode=ro", uri=True)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        structure, path = pathlib.Path(folder, "structure.xml"), pathlib.Path(folder, "figures.csv")
        for name, (options, sql) in KINDS.items():
            chosen = [word for code in like for word in ("--series", code)]
            command = [program, "export", "sdmx-csv", "--data-dir", data, "--quiet", *options, *chosen]
            subprocess.run([*command, "--structure", structure, "-o", path], check=True)
            vintages = name == "all"
            flow = sdmx.read_sdmx(structure).dataflow["VINTAGES" if vintages else "FIGURES"]
            ours, theirs = dict(wanted(db, sql, like)), dict(read(path, flow, vintages))
            differ = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
            print(f"{name}: {len(theirs)} figures read, {len(ours)} held, {len(differ)} differ")
            for key in sorted(differ, key=str)[:5]:
                print(f"  {key}\n    held {ours.get(key)}\n    read {theirs.get(key)}")
            failed = failed or bool(differ) or not theirs
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
