//! One source of a configuration without the others, so that their mistakes do not stand in the way of the one at hand.

use super::{BUILTIN, BUILTIN_TEXT, Config, ConfigError, Mistake, read_file};
use crate::model::hint;
use std::path::Path;

impl Config {
    /// Reads one source of a file (or of the compiled-in configuration), with what holds for all; the other sources are not
    /// looked at. Mistakes keep their lines.
    ///
    /// # Errors
    /// A file that cannot be read or has no such source, or the mistakes of this one.
    pub fn load_alone(path: Option<&Path>, id: &str) -> Result<Config, ConfigError> {
        let (file, text) = match path {
            None => (BUILTIN.to_string(), BUILTIN_TEXT.to_string()),
            Some(path) => read_file(path)?,
        };
        let alone = alone(&text, id).map_err(|ids| {
            let near = hint(id, ids.iter().map(String::as_str));
            let message = format!("no source {id:?} in the configuration{near}");
            ConfigError::Mistakes(vec![Mistake { file: file.clone(), line: 1, column: 1, path: String::new(), message }])
        })?;
        Config::parse(&alone, &file).map_err(ConfigError::Mistakes)
    }
}

/// The text with the lines of other sources emptied.
///
/// # Errors
/// The ids that there are instead.
fn alone(text: &str, id: &str) -> Result<String, Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut starts: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| begins_block(line)).map(|(n, _)| n).collect();
    starts.push(lines.len());
    let (mut kept, mut found, mut ids) = (vec![""; lines.len()], false, Vec::new());
    let before = starts.first().copied().unwrap_or_default();
    kept[..before].copy_from_slice(&lines[..before]);
    for range in starts.windows(2).map(|pair| pair[0]..pair[1]) {
        let block = &lines[range.clone()];
        let own = if is_source(block[0]) { id_of(block) } else { None };
        let wanted = !is_source(block[0]) || own.as_deref() == Some(id);
        found |= own.as_deref() == Some(id);
        ids.extend(own);
        if wanted {
            kept[range].copy_from_slice(block);
        }
    }
    if found { Ok(kept.join("\n") + "\n") } else { Err(ids) }
}

fn is_source(line: &str) -> bool {
    line.trim_start().starts_with("[[source]]")
}

/// Whether a line begins a table that is no part of a source, or a source.
fn begins_block(line: &str) -> bool {
    ["[[source]]", "[[publisher]]", "[[link]]", "[fetch]"].iter().any(|head| line.trim_start().starts_with(head))
}

/// The id that a block states before its first inner table.
fn id_of(block: &[&str]) -> Option<String> {
    let own = block.iter().skip(1).take_while(|line| !line.starts_with('['));
    let value = |line: &&str| Some(line.trim_start().strip_prefix("id")?.trim_start().strip_prefix('=')?.trim().to_string());
    let value = own.filter_map(value).next()?;
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    value[1..].split(quote).next().map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str =
        "# two\n[fetch]\n[[source]]\nid = \"a\"\nx = 1\n[source.names.l]\nid = \"b\"\n[[source]]\nid='b'\n[[link]]\nk = 1\n";

    #[test]
    fn the_other_sources_are_emptied_and_lines_keep_their_numbers() {
        let kept = alone(TWO, "b").unwrap();
        assert_eq!(kept, "# two\n[fetch]\n\n\n\n\n\n[[source]]\nid='b'\n[[link]]\nk = 1\n");
        assert_eq!(alone(TWO, "c"), Err(vec!["a".to_string(), "b".to_string()]));
    }

    #[test]
    fn mistakes_of_others_are_not_told_and_ones_own_keep_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        std::fs::write(&file, "[[source]]\nid = \"a\"\n[[source]]\nid = \"b\"\nnonsense = = 1\n").unwrap();
        let told = Config::load_alone(Some(&file), "a").unwrap_err().to_string();
        assert!(told.contains("publisher") && !told.contains("nonsense"), "{told}");
        let told = Config::load_alone(Some(&file), "b").unwrap_err().to_string();
        assert!(told.contains("s.toml:5:"), "{told}");
        let told = Config::load_alone(Some(&file), "aa").unwrap_err().to_string();
        assert!(told.contains("no source \"aa\""), "{told}");
    }

    #[test]
    fn every_built_in_source_reads_alone() {
        for source in Config::builtin().unwrap().sources {
            let alone = Config::load_alone(None, &source.id).unwrap();
            assert_eq!(alone.sources.len(), 1, "{}", source.id);
        }
    }
}
