# Recipes for people who work on the code.

# format, lints, tests
check:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo test

# everything, the heavy parts too
full: check
    cargo test --release -- --include-ignored

# what reading in a child costs, beside reading here
bench:
    cargo bench --bench reader

# a run with the shipped evidence
demo:
    cargo run --release -- run
