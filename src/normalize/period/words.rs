//! Reading months, quarters, half-years and runs at a place in a folded text. Every reader returns what it can read there
//! and where that ends, the longest reading first.

/// What was read, and the byte where it ends.
pub(in crate::normalize) type Reading = (i32, usize);

/// Month names in the cases of Russian, its abbreviations, and English.
const MONTHS: [&[&str]; 12] = [
    &["январь", "января", "январю", "январе", "январем", "янв", "january", "jan"],
    &["февраль", "февраля", "февралю", "феврале", "февралем", "февр", "фев", "february", "feb"],
    &["март", "марта", "марту", "марте", "мартом", "мар", "march", "mar"],
    &["апрель", "апреля", "апрелю", "апреле", "апрелем", "апр", "april", "apr"],
    &["май", "мая", "маю", "мае", "маем", "may"],
    &["июнь", "июня", "июню", "июне", "июнем", "июн", "june", "jun"],
    &["июль", "июля", "июлю", "июле", "июлем", "июл", "july", "jul"],
    &["август", "августа", "августу", "августе", "августом", "авг", "august", "aug"],
    &["сентябрь", "сентября", "сентябрю", "сентябре", "сентябрем", "сент", "сен", "september", "sept", "sep"],
    &["октябрь", "октября", "октябрю", "октябре", "октябрем", "окт", "october", "oct"],
    &["ноябрь", "ноября", "ноябрю", "ноябре", "ноябрем", "нояб", "ноя", "november", "nov"],
    &["декабрь", "декабря", "декабрю", "декабре", "декабрем", "дек", "december", "dec"],
];

/// `2017`, `2017.0`, each also with `г.`, `год`, `года`; 1900 to 2099.
pub(in crate::normalize) fn years(text: &str, at: usize) -> Vec<Reading> {
    let Some((year, mut end)) = number(text, at).filter(|&(n, end)| (1900..2100).contains(&n) && end - at == 4) else {
        return Vec::new();
    };
    if let Some(after) = text[end..].strip_prefix(".0").filter(|rest| !starts_with_digit(rest)) {
        end = text.len() - after.len();
    } else if is_decimal(&text[end..]) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let word_at = skip_space(text, end);
    if let Some(word) = letters(text, word_at, false).filter(|w| ["г", "год", "года", "году", "годом"].contains(w))
    {
        let after = word_at + word.len();
        found.extend(after_dot(text, after).map(|dot| (year, dot)));
        found.push((year, after));
    }
    found.push((year, end));
    found
}

/// A month's name or abbreviation, also in two languages (`янв. jan.`), or 1–12; never a part of a run.
pub(in crate::normalize) fn months(text: &str, at: usize) -> Vec<Reading> {
    let Some((month, end)) = month_name(text, at) else { return month_number(text, at) };
    if run_follows(text, end) || month_dash_before(text, at) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some((twin, twin_end)) = month_name(text, skip_slash(text, end)).filter(|&(_, e)| e > end && !run_follows(text, e)) {
        found.extend((twin == month).then_some((month, twin_end)));
    }
    found.push((month, end));
    found.extend(text[..end].ends_with('.').then(|| (month, end - 1)));
    found
}

fn month_number(text: &str, at: usize) -> Vec<Reading> {
    let whole = |&(n, end): &Reading| (1..=12).contains(&n) && end - at <= 2 && !is_decimal(&text[end..]);
    number(text, at).filter(whole).filter(|&(_, end)| !is_range(&text[end..])).into_iter().collect()
}

/// `1-3`, `1- to-3`: the first figure is no month.
fn is_range(rest: &str) -> bool {
    rest.trim_start().strip_prefix('-').is_some_and(|r| r.trim_start().starts_with("to") || starts_with_digit(r.trim_start()))
}

/// `1 квартал`, `i квартал`, `iii кв.`, `q1`, bare `i`–`iv`.
pub(in crate::normalize) fn quarters(text: &str, at: usize) -> Vec<Reading> {
    if let Some(found) = prefixed(text, at, 'q', 4) {
        return vec![found];
    }
    let Some((quarter, end, roman)) = ordinal(text, at, 4) else { return Vec::new() };
    let word_at = skip_space(text, end);
    let word = letters(text, word_at, false).unwrap_or_default();
    if word == "кв" || word.starts_with("квартал") || word == "quarter" {
        let after = word_at + word.len();
        let dotted = (word == "кв").then(|| after_dot(text, after)).flatten();
        return dotted.into_iter().chain([after]).map(|e| (quarter, e)).collect();
    }
    let bare = roman && !word.starts_with("полуг") && !text[end..].starts_with('-');
    if bare { vec![(quarter, end)] } else { Vec::new() }
}

/// `i полугодие`, `1 полугодие`, `i полуг.`, `h1`.
pub(in crate::normalize) fn halves(text: &str, at: usize) -> Vec<Reading> {
    if let Some(found) = prefixed(text, at, 'h', 2) {
        return vec![found];
    }
    let Some((half, end, _)) = ordinal(text, at, 2) else { return Vec::new() };
    let word_at = skip_space(text, end);
    let Some(word) = letters(text, word_at, false).filter(|w| w.starts_with("полуг")) else { return Vec::new() };
    let after = word_at + word.len();
    after_dot(text, after).into_iter().chain([after]).map(|e| (half, e)).collect()
}

/// A run from January, as its last month: `январь-февраль`, `янв-фев. jan-feb`, `1- to-3`, `i полугод.`, `январь`.
pub(in crate::normalize) fn runs(text: &str, at: usize) -> Vec<Reading> {
    if let Some((last, end)) = named_run(text, at) {
        let twin = named_run(text, skip_slash(text, end)).filter(|&(m, e)| m == last && e > end).map(|(_, e)| e);
        let bare = text[..end].ends_with('.').then(|| end - 1);
        return twin.into_iter().chain([end]).chain(bare).map(|e| (last, e)).collect();
    }
    if let Some(found) = numbered_run(text, at) {
        return vec![found];
    }
    let first_half = || halves(text, at).into_iter().filter(|&(half, _)| half == 1).map(|(_, end)| (6, end));
    if month_name(text, at).is_none() {
        return first_half().collect();
    }
    months(text, at).into_iter().filter(|&(month, _)| month == 1).collect()
}

/// `январь-март`: the last month.
fn named_run(text: &str, at: usize) -> Option<Reading> {
    let (_, end) = month_name(text, at).filter(|&(first, _)| first == 1 && !month_dash_before(text, at))?;
    let (last, end) = month_name(text, after_dash(text, end)?)?;
    (last > 1 && !run_follows(text, end)).then_some((last, end))
}

/// `1- to-3`, `1-to-3`: the last month.
fn numbered_run(text: &str, at: usize) -> Option<Reading> {
    let (_, end) = number(text, at).filter(|&(first, end)| first == 1 && end - at == 1)?;
    let to = skip_space(text, after_dash(text, end)?);
    let rest = text[to..].strip_prefix("to")?.trim_start_matches([' ', '-']);
    let (last, end) = number(text, text.len() - rest.len())?;
    (2..=12).contains(&last).then_some((last, end))
}

/// A month's name or abbreviation with its dot.
pub(in crate::normalize) fn month_name(text: &str, at: usize) -> Option<Reading> {
    let word = letters(text, at, true)?;
    let month = MONTHS.iter().position(|names| names.contains(&word))?;
    let end = at + word.len();
    Some((month as i32 + 1, after_dot(text, end).unwrap_or(end)))
}

/// Whether `-` and another month follow.
fn run_follows(text: &str, end: usize) -> bool {
    after_dash(text, end).is_some_and(|next| month_name(text, next).is_some())
}

/// Whether another month and `-` stand before.
fn month_dash_before(text: &str, at: usize) -> bool {
    let Some(before) = text[..at].trim_end().strip_suffix('-') else { return false };
    let before = before.trim_end().trim_end_matches('.');
    let word_at =
        before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    month_name(before, word_at).is_some()
}

/// 1–`max` in digits (also `1-й`) or Roman numerals: the number, where it ends, whether it was Roman.
fn ordinal(text: &str, at: usize, max: i32) -> Option<(i32, usize, bool)> {
    if let Some((n, end)) = number(text, at) {
        let suffix = ["-й", "-ый", "-ой", "-го", "-м", "-е"].iter().find_map(|s| text[end..].starts_with(s).then_some(s.len()));
        return (1..=max).contains(&n).then_some((n, end + suffix.unwrap_or(0), false));
    }
    let word = letters(text, at, true)?;
    let n = match word.replace('і', "i").as_str() {
        "i" => 1,
        "ii" => 2,
        "iii" => 3,
        "iv" => 4,
        _ => return None,
    };
    (n <= max).then_some((n, at + word.len(), true))
}

/// `q1`, `h2`.
fn prefixed(text: &str, at: usize, letter: char, max: i32) -> Option<Reading> {
    letters(text, at, true).filter(|w| w.chars().eq([letter]))?;
    let (n, end) = digits(text, at + letter.len_utf8())?;
    (1..=max).contains(&n).then_some((n, end))
}

/// The run of letters at a place; with `whole` only if no letter stands before.
pub(in crate::normalize) fn letters(text: &str, at: usize, whole: bool) -> Option<&str> {
    let rest = text.get(at..)?;
    if whole && text[..at].ends_with(char::is_alphabetic) {
        return None;
    }
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// An integer of up to six digits at a place that no digit precedes, with no decimals before it.
pub(in crate::normalize) fn number(text: &str, at: usize) -> Option<Reading> {
    let before = text.get(..at)?;
    let digit_before = before.ends_with(|c: char| c.is_ascii_digit());
    let decimals = before.strip_suffix(['.', ',']).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit()));
    if digit_before || decimals { None } else { digits(text, at) }
}

/// Digits at a place; six are more than any part of a date has.
fn digits(text: &str, at: usize) -> Option<Reading> {
    let rest = text.get(at..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end > 6 { None } else { Some((rest[..end].parse().ok()?, at + end)) }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// `.5`, `,5`: what stood before is no integer.
fn is_decimal(rest: &str) -> bool {
    rest.strip_prefix(['.', ',']).is_some_and(starts_with_digit)
}

/// The place behind blanks.
pub(in crate::normalize) fn skip_space(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(' ').len()
}

/// The place behind blanks and a stroke between two languages.
fn skip_slash(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start_matches(' ');
    text.len() - rest.strip_prefix('/').unwrap_or(rest).trim_start_matches(' ').len()
}

fn after_dot(text: &str, at: usize) -> Option<usize> {
    text[at..].starts_with('.').then_some(at + 1)
}

/// The place behind a dash and the blanks around it.
pub(in crate::normalize) fn after_dash(text: &str, at: usize) -> Option<usize> {
    let at = skip_space(text, at);
    text[at..].starts_with('-').then(|| skip_space(text, at + 1))
}
