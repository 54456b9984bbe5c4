//! The part of an address behind the question mark: few names, each with a closed list or a limit.

use super::problem::Problem;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// Bytes of a question; forms of these pages stay far below.
const MOST: usize = 4096;
/// Bytes of one answer to a question.
const MOST_VALUE: usize = 200;

/// What was asked, by name. A name that no page knows is left alone, so that links with marks of others work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask(BTreeMap<String, String>);

impl Ask {
    /// Takes a question apart.
    ///
    /// # Errors
    /// [`Problem::Wrong`] for what is too long, no UTF-8, or has characters that no form sends.
    pub fn parse(query: &str) -> Result<Ask, Problem> {
        if query.len() > MOST {
            return Err(Problem::wrong("question", "at most 4096 bytes", query));
        }
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        });
        Ok(Ask(pairs.collect::<Result<_, Problem>>()?))
    }

    /// A question of one answer.
    pub fn one(name: &str, value: &str) -> Ask {
        Ask(BTreeMap::from([(name.to_string(), value.to_string())]))
    }

    /// What was said under a name; `None` if nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// One of a closed list.
    ///
    /// # Errors
    /// [`Problem::Wrong`] naming the list.
    pub fn one_of<T>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>, Problem>
    where
        T: Copy,
    {
        let Some(said) = self.get(name) else { return Ok(None) };
        let found = known.iter().find(|(word, _)| *word == said).map(|(_, meaning)| *meaning);
        let names = || known.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| Problem::wrong(name, &names(), said))
    }

    /// A count up to `most`.
    ///
    /// # Errors
    /// [`Problem::Wrong`].
    pub fn count(&self, name: &str, most: u32) -> Result<u32, Problem> {
        let Some(said) = self.get(name) else { return Ok(0) };
        let count = said.parse().ok().filter(|count| *count <= most);
        count.ok_or_else(|| Problem::wrong(name, &format!("a number from 0 to {most}"), said))
    }
}

fn decoded(text: &str) -> Result<String, Problem> {
    let spaced = text.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8().map_err(|_| Problem::wrong("question", "text in UTF-8", text))?;
    match text.len() > MOST_VALUE || text.chars().any(char::is_control) {
        true => Err(Problem::wrong("question", "at most 200 bytes without control characters", &text)),
        false => Ok(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_bounded() {
        let ask = Ask::parse("q=%D0%B6+a&lang=ru&empty=&n=7&utm=x").unwrap();
        assert_eq!((ask.get("q"), ask.get("empty"), ask.get("none")), (Some("ж a"), None, None));
        assert_eq!(ask.one_of("lang", &[("en", 1), ("ru", 2)]).unwrap(), Some(2));
        assert_eq!(ask.count("n", 9).unwrap(), 7);
        assert!(ask.count("n", 6).is_err() && ask.count("q", 6).is_err() && ask.one_of("q", &[("a", 1)]).is_err());
        for query in ["a=%00", "a=%C0%AF", &format!("a={}", "x".repeat(201)), &"a=b&".repeat(2000)] {
            assert!(matches!(Ask::parse(query), Err(Problem::Wrong { .. })), "{query}");
        }
    }
}
