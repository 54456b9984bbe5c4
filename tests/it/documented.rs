//! Every command and option is described in `docs/commands.md`, which is made from the command line's own description; and no page
//! names a command or an option that is not there.

use clap::{Arg, Command, CommandFactory};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use sverka::cli::Cli;

/// Pages on which commands are named.
const PAGES: [&str; 7] = ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy", "docs"];
/// Words behind the program's name that are no commands: places and names of files.
const NO_COMMAND: [&str; 5] = ["serve`", "/", "--", "-", "…"];

/// The commands by their whole names, as on the command line.
fn commands() -> BTreeMap<String, Command> {
    fn add(command: &Command, name: &str, all: &mut BTreeMap<String, Command>) {
        for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
            let name = format!("{name} {}", one.get_name());
            add(one, &name, all);
            all.insert(name, one.clone());
        }
    }
    let mut root = Cli::command();
    root.build();
    let mut all = BTreeMap::new();
    add(&root, "sverka", &mut all);
    all.insert("sverka".to_string(), root);
    all
}

fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !arg.is_hide_set())
}

fn spelled(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default().iter().map(|name| format!(" {name}")).collect::<String>();
    let values = if arg.get_action().takes_values() { values } else { String::new() };
    match (arg.get_long(), arg.get_short()) {
        (Some(long), Some(short)) => format!("--{long}, -{short}{values}"),
        (Some(long), None) => format!("--{long}{values}"),
        (None, Some(short)) => format!("-{short}{values}"),
        (None, None) => values.trim().to_string(),
    }
}

fn rows<'a>(args: impl Iterator<Item = &'a Arg>) -> String {
    let row = |arg: &Arg| {
        let default = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect::<Vec<_>>();
        let default = if default.is_empty() || !arg.get_action().takes_values() {
            String::new()
        } else {
            format!(" Default: `{}`.", default.join(" "))
        };
        let env = arg.get_env().map(|name| format!(" Variable: `{}`.", name.to_string_lossy())).unwrap_or_default();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        format!("| `{}` | {help}.{default}{env} |\n", spelled(arg).replace('|', "\\|"))
    };
    let rows: String = args.map(row).collect();
    if rows.is_empty() { rows } else { format!("\n| | |\n| --- | --- |\n{rows}") }
}

#[test]
fn every_command_and_option_is_described() {
    let all = commands();
    let own = |arg: &&Arg| !arg.is_global_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    let section = |(name, command): (&String, &Command)| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        format!("\n## `{name}`\n\n{about}.\n{}", rows(options(command).filter(own)))
    };
    let shown = all.iter().filter(|(name, command)| *name != "sverka" && !command.is_hide_set());
    let sections: String = shown.map(section).collect();
    let global = rows(options(&all["sverka"]).filter(|arg| arg.is_global_set()));
    let text = format!(
        "# Commands\n\n<!-- made from the command line's description by `SVERKA_WRITE=1 cargo test --test it documented` -->\n\n\
         Every command takes these options; `sverka COMMAND --help` says the same. Exit codes are in the [README](../README.md), what\n\
         `--json` prints is in [json.md](json.md). `sverka completions SHELL` and `sverka man DIR` make completions and manual pages.\n\
         {global}{sections}"
    );
    super::generated::holds("docs/commands.md", &text);
}

/// Every page, by its name.
fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut waiting: Vec<_> = PAGES.iter().map(|page| root.join(page)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "md") && path.exists() {
            found.push((path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Lines of code: between backticks, and in blocks.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut block = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            block = !block;
        } else if block {
            lines.push((number + 1, line.to_string()));
        } else {
            lines.extend(line.split('`').skip(1).step_by(2).map(|span| (number + 1, span.to_string())));
        }
    }
    lines
}

/// What is wrong with the calls of the program in a line.
fn wrong(line: &str, all: &BTreeMap<String, Command>, known: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let line = line.split(" #").next().unwrap_or_default();
    for call in line.split("sverka ").skip(1).filter(|_| !line.contains("cargo") && !line.contains("useradd")) {
        let call = call.split([';', '|', '&', '(', ')']).next().unwrap_or_default();
        let words: Vec<&str> = call.split_whitespace().collect();
        let (mut name, mut at) = ("sverka".to_string(), 0);
        while let Some(next) = words.get(at).map(|word| format!("{name} {word}")).filter(|next| all.contains_key(next)) {
            (name, at) = (next, at + 1);
        }
        let first = words.get(at).copied().unwrap_or_default();
        if at == 0
            && first.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && !NO_COMMAND.iter().any(|no| first.contains(no))
        {
            wrong.push(format!("no command {first:?}"));
        }
        let has =
            |flag: &str| options(&all[&name]).any(|arg| arg.get_long() == Some(flag) || flag == "help" || flag == "version");
        let flags = words.iter().filter_map(|word| word.trim_start_matches('[').strip_prefix("--")).map(bare);
        wrong.extend(flags.filter(|flag| at > 0 && !flag.is_empty() && !has(flag)).map(|flag| format!("{name} has no --{flag}")));
    }
    if let Some(flag) = line.strip_prefix("--").map(bare).filter(|flag| !known.contains(*flag)) {
        wrong.push(format!("no command has --{flag}"));
    }
    wrong
}

/// An option without what stands behind it.
fn bare(flag: &str) -> &str {
    flag.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap_or_default()
}

#[test]
fn no_page_names_what_is_not_there() {
    let all = commands();
    let mut known: BTreeSet<String> = all.values().flat_map(options).filter_map(Arg::get_long).map(str::to_string).collect();
    known.extend(["help", "version"].map(str::to_string));
    let mut seen = Vec::new();
    let pages = pages();
    assert!(pages.len() >= 12, "{}", pages.len());
    for (page, text) in &pages {
        for (number, line) in code(text) {
            seen.extend(wrong(&line, &all, &known).into_iter().map(|what| format!("{page}:{number}: {what}: {line}")));
        }
    }
    assert!(seen.is_empty(), "{}", seen.join("\n"));
}

#[test]
fn what_is_not_there_is_noticed() {
    let (all, known) = (commands(), BTreeSet::from(["json".to_string()]));
    for (line, wanted) in [
        ("sverka run --due", 0),
        ("sverka export evidence -o DIR", 0),
        ("--json", 0),
        ("sverka walk", 1),
        ("sverka run --fast", 1),
        ("./sverka export evidence --paper X --pretty", 1),
        ("--gone", 1),
    ] {
        assert_eq!(wrong(line, &all, &known).len(), wanted, "{line}");
    }
}
