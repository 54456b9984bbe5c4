# Recipes for people who work on the code.

# what there is
default:
    @just --list

# format, lints, tests
check:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo test

# the tests with this in their name; without one, all
test name="":
    cargo test {{name}}

# the tests, each in a process of its own: which are slow, and whether one leans on another
nextest name="":
    cargo nextest run {{name}}

# spelling, dependencies that nobody uses, snapshots that no test has, rules of Prometheus
lint:
    typos
    cargo machete
    tests/snapshots.sh
    if command -v promtool >/dev/null; then promtool check rules deploy/prometheus/alerts.yml && promtool test rules deploy/prometheus/tests.yml; fi

# which lines no test runs; a build of its own, which takes its time
coverage:
    cargo llvm-cov --lib --bins --tests --html

# the real publishers: each address is tried, then a run into a folder of its own; 1 and 2 of the run are news, not failures
live dir="target/live":
    cargo run --release -- --data-dir {{dir}} doctor || [ $? -eq 2 ]
    cargo run --release -- --data-dir {{dir}} run || [ $? -le 3 ]
    cargo run --release -- --data-dir {{dir}} status

# the Debian package, and its life in a Debian of its own where that can be made (root, mmdebstrap)
deb:
    cargo deb --locked
    if [ "$(id -u)" = 0 ] && command -v mmdebstrap >/dev/null; then tests/deb.sh target/debian/sverka_*.deb; else echo "not tried out: that needs root and mmdebstrap"; fi

# everything, the heavy parts too
full: check kills
    cargo test --release -- --include-ignored

# kills at every named point over five formats, and a thousand at random moments; a debug build, for only that has the points
kills n="1000":
    SVERKA_FAULTS=full SVERKA_KILLS={{n}} cargo test --test it faults -- --include-ignored --nocapture

# a year of the daemon against sixty publishers that misbehave by a script, its memory watched; full has a shorter one
soak days="365":
    SVERKA_SOAK_DAYS={{days}} cargo test --release --lib daemon::tests::soak -- --include-ignored --nocapture

# every fuzz target for so many seconds (those named in `only`, if any); inputs are kept in fuzz/corpus, findings in fuzz/artifacts
fuzz seconds="60" only="":
    fuzz/run {{seconds}} {{only}}

# known holes in what we depend on, asked of the list that RustSec keeps
advisories:
    cargo deny check advisories

# what reading in a child costs, what verdicts, a run with nothing new and a start cost
bench:
    cargo bench --bench reader
    cargo bench --bench verdicts
    cargo bench --bench refresh
    cargo bench --bench start

# reading documents, and taking in a customs dump, beside what a person would take instead (PYTHON names an interpreter that has it)
bench-peers:
    cargo bench --bench documents
    cargo bench --bench customs

# every kind of page that a running `sverka serve` shows, held against the rules of axe, light and dark, narrow and wide (needs node and chromium)
axe address="http://127.0.0.1:8080":
    npm install --silent --no-save --prefix target/axe axe-core@4 puppeteer-core@25
    node tests/axe.mjs {{address}}

# the aggregation and the claims on Apache Spark, DuckDB and SQLite by the same SQL, held against each other value by value; the dataset is
# written from the store of `data` (needs Java 17, and pyspark 4 and duckdb for `python`: pip install pyspark duckdb)
spark data="./data" python="python3":
    rm -rf target/spark
    cargo run --features parquet -- export parquet target/spark --data-dir {{data}}
    {{python}} deploy/spark/compare.py target/spark {{data}}/sverka.db

# the pictures of the README, made from a store that has documents (needs chromium, and python3 with Pillow to make them small)
pictures data="data":
    cargo run -- report --html target/pictures --data-dir {{data}}
    docs/img/make target/pictures

# what `sverka export sdmx-csv` writes of a database, read back by the Python package sdmx1 and compared value by value
sdmx data="data":
    test -d target/sdmx || (python3 -m venv target/sdmx && target/sdmx/bin/pip install --quiet sdmx1)
    cargo build
    target/sdmx/bin/python tests/sdmx_roundtrip.py target/debug/sverka {{data}}

# a run with the shipped evidence
demo:
    cargo run --release -- run

# Datasette over a store, asked every question of deploy/datasette (a Python environment of its own is made for it)
datasette database="data/sverka.db":
    test -x target/python/bin/datasette || (python3 -m venv target/python && target/python/bin/pip install --quiet datasette)
    target/python/bin/python deploy/datasette/check.py {{database}}

# five questions asked of a store with SQL, the sqlite3 shell, R, DuckDB and pandas while `sverka` writes into it (a Python environment is made for it)
questions data="data":
    cargo build
    test -x target/python/bin/python || python3 -m venv target/python
    target/python/bin/pip install --quiet pandas duckdb==1.4.4 duckdb-ext duckdb-ext-sqlite
    target/python/bin/python deploy/questions/ask.py {{data}} --sverka target/debug/sverka
