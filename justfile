# Recipes for people who work on the code.

# format, lints, tests
check:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo test

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

# every kind of page that a running `sverka serve` shows, held against the rules of axe, light and dark, narrow and wide (needs node and chromium)
axe address="http://127.0.0.1:8080":
    npm install --silent --no-save --prefix target/axe axe-core@4 puppeteer-core@25
    node tests/axe.mjs {{address}}

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
