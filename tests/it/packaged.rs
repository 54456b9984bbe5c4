//! The Debian package brings what the units and the guide speak of. That it can be installed is tried by `tests/deb.sh`.

use std::path::Path;

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn metadata() -> toml::Table {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    manifest["package"]["metadata"]["deb"].as_table().unwrap().clone()
}

/// The command of a unit, from the folder of programs on.
fn command(unit: &str) -> String {
    let line = text(unit).lines().filter_map(|line| line.strip_prefix("ExecStart=/")).next_back().map(str::to_owned);
    let line = line.unwrap_or_else(|| panic!("{unit} starts nothing"));
    line.split_once("bin/").unwrap().1.to_owned()
}

#[test]
fn the_package_runs_what_the_units_run() {
    for (unit, package) in
        [("deploy/sverka.service", "deploy/debian/daemon.conf"), ("deploy/sverka-run.service", "deploy/debian/run.conf")]
    {
        assert_eq!(command(unit), command(package), "{package}");
        // what was there before is taken back, else the unit has two commands
        assert!(text(package).contains("\nExecStart=\nExecStart=/usr/bin/sverka "), "{package}");
        assert!(text(unit).contains("DynamicUser=yes") && text(package).contains("DynamicUser=no\nUser=sverka\nGroup=sverka"));
    }
}

#[test]
fn everything_that_is_packed_is_there() {
    let deb = metadata();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = deb["assets"].as_array().unwrap();
    for asset in assets {
        let from = asset[0].as_str().unwrap();
        let folder = from.split('*').next().unwrap();
        assert!(from.starts_with("target/release/") || root.join(folder).exists(), "{from}");
    }
    for file in deb["conf-files"].as_array().unwrap() {
        let packed = |asset: &&toml::Value| format!("/{}", asset[1].as_str().unwrap()) == file.as_str().unwrap();
        assert_eq!(assets.iter().filter(packed).count(), 1, "{file}");
    }
    // the user must be there under the name that cargo-deb makes of the file's
    assert!(text("deploy/debian/sverka.conf").lines().any(|line| line.starts_with("u sverka ")));
}
