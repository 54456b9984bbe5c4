//! `robots.txt` (RFC 9309): what its group for us allows. Pure; who asks for it, and when again, is `permit`.

use url::Url;

/// The name under which a publisher's file may speak of us.
const OURS: &str = "sverka";
/// The group for everybody without one of its own.
const EVERYBODY: &str = "*";
/// Rules that are kept of one file; those of publishers have some dozens.
const MOST_RULES: usize = 2_000;
/// Bytes of one rule's path; a longer one is no path that anybody asks for.
const LONGEST_PATH: usize = 2_048;

/// The rules of the groups that are meant for us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    /// Seconds that the file wants between two requests.
    pub delay: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    path: String,
}

/// One line of the file that means something.
enum Line<'a> {
    Agent(&'a str),
    Rule(bool, &'a str),
    Delay(&'a str),
}

impl Rules {
    /// Reads a file. What is no line of its language is passed over: an HTML page in its place forbids nothing.
    pub fn parse(text: &str) -> Rules {
        let (mut own, mut every) = (Rules::default(), Rules::default());
        let (mut named, mut to_own, mut to_every, mut in_head) = (false, false, false, false);
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']).filter_map(line) {
            match line {
                Line::Agent(agent) => {
                    if !in_head {
                        (to_own, to_every) = (false, false);
                    }
                    to_own |= is_ours(agent);
                    to_every |= agent == EVERYBODY;
                    (named, in_head) = (named | to_own, true);
                }
                Line::Rule(..) | Line::Delay(_) => {
                    in_head = false;
                    let groups = [(to_own, &mut own), (to_every, &mut every)];
                    groups.into_iter().filter(|(meant, _)| *meant).for_each(|(_, rules)| rules.add(&line));
                }
            }
        }
        if named { own } else { every }
    }

    fn add(&mut self, line: &Line<'_>) {
        match line {
            Line::Rule(allow, path) if !path.is_empty() && path.len() <= LONGEST_PATH && self.rules.len() < MOST_RULES => {
                self.rules.push(Rule { allow: *allow, path: written_alike(path) });
            }
            Line::Delay(seconds) => self.delay = seconds.split('.').next().and_then(|whole| whole.parse().ok()).or(self.delay),
            Line::Agent(_) | Line::Rule(..) => {}
        }
    }

    /// The rule that forbids an address, if one does: the longest that fits decides, and of two alike the one that allows.
    pub fn forbids(&self, url: &Url) -> Option<String> {
        let mut asked = written_alike(url.path());
        if asked == "/robots.txt" {
            return None;
        }
        if let Some(query) = url.query() {
            asked = format!("{asked}?{}", written_alike(query));
        }
        let fitting = self.rules.iter().filter(|rule| fits(rule.path.as_bytes(), asked.as_bytes()));
        let decides = fitting.max_by_key(|rule| (rule.path.len(), rule.allow))?;
        (!decides.allow).then(|| format!("Disallow: {}", decides.path))
    }

    /// The rules alone, as a file that says the same to us.
    pub fn text(&self) -> String {
        let mut text = format!("User-agent: {EVERYBODY}\n");
        self.delay.iter().for_each(|delay| text.push_str(&format!("Crawl-delay: {delay}\n")));
        for Rule { allow, path } in &self.rules {
            text.push_str(&format!("{}: {path}\n", if *allow { "Allow" } else { "Disallow" }));
        }
        text
    }
}

fn line(line: &str) -> Option<Line<'_>> {
    let (name, value) = line.split('#').next()?.split_once(':')?;
    let value = value.trim();
    match name.trim().to_ascii_lowercase().as_str() {
        "user-agent" => Some(Line::Agent(value)),
        "allow" => Some(Line::Rule(true, value)),
        "disallow" => Some(Line::Rule(false, value)),
        "crawl-delay" => Some(Line::Delay(value)),
        _ => None,
    }
}

/// Whether a line names us: the product alone, whatever version stands behind it.
fn is_ours(agent: &str) -> bool {
    let product: String = agent.chars().take_while(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_')).collect();
    product.eq_ignore_ascii_case(OURS)
}

/// A path with what may be percent-encoded or not written in one way: letters, digits and marks of ASCII plainly, the rest encoded.
fn written_alike(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut alike = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let coded = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let coded = coded.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match coded {
            Some(plain) if plain.is_ascii_alphanumeric() || b"-._~".contains(&plain) => alike.push(char::from(plain)),
            Some(coded) => alike.push_str(&format!("%{coded:02X}")),
            // what begins no code must not begin one with what is decoded behind it
            None if byte == b'%' => alike.push_str("%25"),
            None if byte.is_ascii() => alike.push(char::from(byte)),
            None => alike.push_str(&format!("%{byte:02X}")),
        }
        at += if coded.is_some() { 3 } else { 1 };
    }
    alike
}

/// Whether a path begins as a rule says, where `*` is any run of bytes and `$` at the end is the end. Goes back to the last `*` only,
/// so that no rule takes more than its length times that of the path.
fn fits(rule: &[u8], path: &[u8]) -> bool {
    let (rule, ends) = rule.strip_suffix(b"$").map_or((rule, false), |rule| (rule, true));
    let (mut r, mut p, mut back) = (0, 0, None);
    loop {
        match rule.get(r) {
            None if !ends || p == path.len() => return true,
            Some(b'*') => {
                back = Some((r + 1, p));
                r += 1;
                continue;
            }
            Some(wanted) if path.get(p) == Some(wanted) => {
                (r, p) = (r + 1, p + 1);
                continue;
            }
            None | Some(_) => {}
        }
        match back {
            Some((after, from)) if from < path.len() => {
                (r, p) = (after, from + 1);
                back = Some((after, from + 1));
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed(file: &str, path: &str) -> bool {
        let url = Url::parse("https://a.example").unwrap().join(path).unwrap();
        let rules = Rules::parse(file);
        let verdict = rules.forbids(&url);
        assert_eq!(Rules::parse(&rules.text()).forbids(&url), verdict, "what is kept says the same: {file}");
        verdict.is_none()
    }

    /// The examples of RFC 9309, sections 2.2 and 5.
    #[test]
    fn the_examples_of_the_standard() {
        let simple = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
            User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n";
        let as_us = simple.replace("foobot", "SVERKA");
        for (path, everybody, we) in [
            ("/", true, false),
            ("/example/page.html", false, true),
            ("/example/allowed.gif", false, true),
            ("/publications/a.gif", true, false),
            ("/a.gif", false, false),
            ("/a.gif?x", true, false),
        ] {
            assert_eq!((allowed(simple, path), allowed(&as_us, path)), (everybody, we), "{path}");
        }
        let longest = "User-Agent: sverka\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
        assert!(allowed(longest, "/example/page/") && !allowed(longest, "/example/page/disallowed.gif"));
        let one_group = "User-Agent: a\nUser-agent: sverka/1.0\nDisallow: /x\n\nUser-agent: b\nDisallow: /y\n\nuser-agent: sverka\nDisallow: /z";
        assert!(!allowed(one_group, "/x") && allowed(one_group, "/y") && !allowed(one_group, "/z"));
        let coded = "User-agent: *\nDisallow: /foo/bar?baz=https://foo.bar\nDisallow: /%D1%8F\nDisallow: /bar/%62%61%7A\n";
        assert!(!allowed(coded, "/foo/bar?baz=https://foo.bar") && !allowed(coded, "/я") && !allowed(coded, "/bar/baz"));
        assert!(!allowed("User-agent: *\nDisallow: /я\n", "/%d1%8f"));
    }

    #[test]
    fn what_forbids_and_what_does_not() {
        for (file, path, wanted) in [
            ("", "/a", true),
            ("<!DOCTYPE html><html><title>404</title>", "/a", true),
            ("User-agent: *\nDisallow:", "/a", true),
            ("User-agent: *\nDisallow: /", "/a", false),
            ("\u{feff}user-agent:*\r\ndisallow:/a # not these\r\n", "/abc", false),
            ("User-agent: *\nDisallow: /%7%41", "/z", true),
            ("User-agent: *\nDisallow: /%7%41", "/%7%41b", false),
            ("User-agent: *\nDisallow: /", "/robots.txt", true),
            ("User-agent: googlebot\nDisallow: /", "/a", true),
            ("User-agent: sverkabot\nDisallow: /", "/a", true),
            ("User-agent: sverka\n\nUser-agent: *\nDisallow: /", "/a", false),
            ("User-agent: sverka\nAllow: /\nUser-agent: *\nDisallow: /", "/a", true),
            ("Disallow: /\nUser-agent: *\nAllow: /", "/a", true),
            ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", true),
            ("User-agent: *\nDisallow: /*/x$", "/a/x", false),
            ("User-agent: *\nDisallow: /*/x$", "/a/xy", true),
            ("User-agent: *\nDisallow: /*.php?*id=", "/a.php?b&id=1", false),
            ("User-agent: *\nCrawl-delay: 5.5\nSitemap: x\nDisallow: /b", "/b", false),
        ] {
            assert_eq!(allowed(file, path), wanted, "{file:?} {path}");
        }
        assert_eq!(Rules::parse("User-agent: *\nCrawl-delay: 5.5").delay, Some(5));
        let long = format!("User-agent: *\n{}", "Disallow: /x\n".repeat(100_000));
        assert_eq!(Rules::parse(&long).rules.len(), MOST_RULES);
    }

    #[test]
    fn stars_do_not_multiply() {
        let rule = format!("User-agent: *\nDisallow: /{}c$", "a*".repeat(500));
        let began = std::time::Instant::now();
        assert!(allowed(&rule, &format!("/{}b", "a".repeat(10_000))));
        assert!(began.elapsed().as_secs() < 10);
    }

    proptest! {
        #[test]
        fn no_file_is_too_odd(file in "(?s)(User-agent: ?[*a-z]{0,7}|Allow: ?|Disallow: ?|[/*$%#a-я]{0,5}|\n|\r|.){0,40}", path in "[/*$%a-я?=0-9]{0,30}") {
            if let Ok(url) = Url::parse("https://a.example/").unwrap().join(&path) {
                let rules = Rules::parse(&file);
                prop_assert_eq!(Rules::parse(&rules.text()).forbids(&url), rules.forbids(&url));
            }
        }
    }
}
