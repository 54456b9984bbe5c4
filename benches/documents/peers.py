"""What a person would read such documents with: peers.py KIND FILE-OR-FOLDER-OR-ADDRESSES [DATABASE]. Prints how many cells or observations it saw."""

import io
import os
import sqlite3
import sys


def files(folder, number=None):
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))][:number]


def frames(name, body):
    """The tables of a workbook or of a page, as pandas has them."""
    import pandas

    if name.endswith("xlsx"):
        return pandas.read_excel(io.BytesIO(body), sheet_name=None, header=None, engine="calamine")
    return dict(enumerate(pandas.read_html(io.StringIO(body.decode("cp1251")), decimal=",", thousands="\xa0")))


def cells(name, body):
    for table, frame in frames(name, body).items():
        for row, values in enumerate(frame.itertuples(index=False, name=None)):
            for column, value in enumerate(values):
                number = isinstance(value, (int, float))
                yield name, str(table), row, column, None if number else str(value), float(value) if number else None


def pandas_calamine(file):
    import pandas

    return sum(int(frame.notna().sum().sum()) for frame in pandas.read_excel(file, sheet_name=None, header=None, engine="calamine").values())


def openpyxl_read_only(file):
    import openpyxl

    sheets = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets
    return sum(value is not None for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row)


def pandas_read_html(folder, number):
    seen = 0
    for file in files(folder, int(number)):
        with open(file, "rb") as page:
            seen += sum(frame.size for frame in frames(file, page.read()).values())
    return seen


def beautifulsoup_lxml(folder, number):
    from bs4 import BeautifulSoup

    seen = 0
    for file in files(folder, int(number)):
        with open(file, "rb") as page:
            soup = BeautifulSoup(page.read(), "lxml", from_encoding="cp1251")
        seen += sum(len(cell.get_text().strip()) > 0 for row in soup.select("table tr") for cell in row.find_all(["td", "th"]))
    return seen


def lxml_iterparse(file):
    from lxml import etree

    seen = total = 0
    for _, series in etree.iterparse(file, tag="{*}Series"):
        for value in series.iterfind("{*}Obs/{*}ObsValue"):
            seen += 1
            total += float(value.get("value"))
        series.clear()
        while series.getprevious() is not None:
            del series.getparent()[0]
    return seen


def sdmx1(file):
    import sdmx

    return sum(len(dataset.obs) for dataset in sdmx.read_sdmx(file).data)


def scrapy_pandas(addresses, database):
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Store:
        def open_spider(self):
            self.db = sqlite3.connect(database)
            self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE cell(doc, sheet, r, c, txt, num)")

        def process_item(self, item):
            self.db.executemany("INSERT INTO cell VALUES (?,?,?,?,?,?)", item["rows"])
            self.db.commit()
            return {}

        def close_spider(self):
            print(self.db.execute("SELECT count(*) FROM cell").fetchone()[0])

    class Documents(scrapy.Spider):
        name = "documents"
        start_urls = open(addresses).read().split()
        custom_settings = {
            "CONCURRENT_REQUESTS": 8,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "ERROR",
            "ROBOTSTXT_OBEY": False,
            "ITEM_PIPELINES": {Store: 1},
        }

        def parse(self, response):
            yield {"rows": list(cells(response.url.rsplit("/", 1)[1], response.body))}

    process = CrawlerProcess()
    process.crawl(Documents)
    process.start()


def dlt_sqlite(addresses, database):
    os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": database + ".dlt"})
    import dlt
    import requests

    @dlt.resource(name="cell", write_disposition="append")
    def documents():
        session = requests.Session()
        for address in open(addresses).read().split():
            names = ("doc", "sheet", "r", "c", "txt", "num")
            yield [dict(zip(names, cell)) for cell in cells(address.rsplit("/", 1)[1], session.get(address).content)]

    target = dlt.destinations.sqlalchemy(f"sqlite:///{database}")
    pipeline = dlt.pipeline("documents", pipelines_dir=database + ".dlt", destination=target, dataset_name="main")
    pipeline.run(documents())
    return pipeline.last_trace.last_normalize_info.row_counts["cell"]


NEEDS = {
    "pandas_calamine": ["pandas", "python_calamine"],
    "openpyxl_read_only": ["openpyxl"],
    "pandas_read_html": ["pandas", "lxml"],
    "beautifulsoup_lxml": ["bs4", "lxml"],
    "lxml_iterparse": ["lxml"],
    "sdmx1": ["sdmx"],
    "scrapy_pandas": ["scrapy", "pandas", "python_calamine", "lxml"],
    "dlt_sqlite": ["dlt", "sqlalchemy", "pandas", "python_calamine", "lxml"],
}


def has(peer):
    import importlib

    for module in NEEDS[peer]:
        importlib.import_module(module)


seen = globals()[sys.argv[1]](*sys.argv[2:])
if seen is not None:
    print(seen)
