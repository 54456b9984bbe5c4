//! `searches.csv`: what was looked for in vain, so that a figure that nobody can verify says why.

use super::Claim;
use crate::model::hint;
use chrono::NaiveDate;

/// The columns, all of them there.
const COLUMNS: [&str; 6] = ["claim", "looked_for", "where", "reason", "note", "searched_on"];

/// Why a search ended with nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchReason {
    /// The publisher has it and does not show it.
    Withheld,
    /// Nobody ever published such a figure.
    NeverPublished,
    /// It may exist; nothing was found.
    NotFound,
    /// What the paper means cannot be told, so that nothing could be looked for.
    Ambiguous,
    /// The paper states no statistic that anybody counts.
    NotAStatistic,
}

impl SearchReason {
    const ALL: [(SearchReason, &str); 5] = [
        (SearchReason::Withheld, "withheld"),
        (SearchReason::NeverPublished, "never_published"),
        (SearchReason::NotFound, "not_found"),
        (SearchReason::Ambiguous, "ambiguous"),
        (SearchReason::NotAStatistic, "not_a_statistic"),
    ];

    /// The word that stands in the file.
    pub fn as_str(self) -> &'static str {
        SearchReason::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, word)| word)
    }
}

/// A recorded search that ended with nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The claim it was for.
    pub claim: String,
    /// The line of the file.
    pub line: usize,
    /// What was looked for.
    pub looked_for: String,
    /// Where.
    pub place: String,
    /// Why nothing counts.
    pub reason: SearchReason,
    /// The same in a sentence for a reader.
    pub note: String,
    /// The day of the search.
    pub searched_on: NaiveDate,
}

/// Every search, or every mistake, as `file:line: text`. A claim may have been looked for several times.
pub(super) fn parse(text: &str, name: &str, claims: &[Claim]) -> Result<Vec<Search>, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().cloned().map_err(|error| vec![format!("{name}:1: {error}")])?;
    if header != COLUMNS[..] {
        let seen: Vec<&str> = header.iter().collect();
        return Err(vec![format!("{name}:1: expected the columns {}, found {}", COLUMNS.join(","), seen.join(","))]);
    }
    let (mut searches, mut mistakes) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
                match one(&record, line, claims) {
                    Ok(search) => searches.push(search),
                    Err(found) => mistakes.extend(found.into_iter().map(|text| format!("{name}:{line}: {text}"))),
                }
            }
            Err(error) => mistakes.push(format!("{name}:{}: {error}", error.position().map_or(0, csv::Position::line))),
        }
    }
    if mistakes.is_empty() { Ok(searches) } else { Err(mistakes) }
}

fn one(record: &csv::StringRecord, line: usize, claims: &[Claim]) -> Result<Search, Vec<String>> {
    let [claim, looked_for, place, reason, note, day] = [0, 1, 2, 3, 4, 5].map(|at| record.get(at).unwrap_or_default().trim());
    let mut mistakes = Vec::new();
    if !claims.iter().any(|known| known.id == claim) {
        mistakes.push(format!("claim: there is no {claim:?}{}", hint(claim, claims.iter().map(|known| known.id.as_str()))));
    }
    let empty = [("looked_for", looked_for), ("where", place), ("note", note)];
    mistakes.extend(
        empty.iter().filter(|(_, text)| text.is_empty()).map(|(column, _)| format!("{column}: expected a text, found nothing")),
    );
    let found = SearchReason::ALL.iter().find(|(_, word)| *word == reason).map(|(reason, _)| *reason);
    let words = || SearchReason::ALL.map(|(_, word)| word).join(", ");
    let reason = found.ok_or_else(|| format!("reason: expected one of {}, found {reason:?}", words()));
    let searched_on = day.parse().map_err(|_| format!("searched_on: expected a date such as 2026-11-24, found {day:?}"));
    match (reason, searched_on) {
        (Ok(reason), Ok(searched_on)) if mistakes.is_empty() => {
            let text = |text: &str| text.to_string();
            Ok(Search {
                claim: text(claim),
                line,
                looked_for: text(looked_for),
                place: text(place),
                reason,
                note: text(note),
                searched_on,
            })
        }
        (reason, searched_on) => {
            mistakes.extend(reason.err());
            mistakes.extend(searched_on.err());
            Err(mistakes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Paper;

    fn searches(rows: &str) -> Result<Vec<Search>, Vec<String>> {
        let header = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                      series,period,measure,base,footnote,cutoff";
        let claims = format!("{header}\ns1-001,1,1,1,5%,5,0,percent,,,,,,,a.b.c.ru.yoy.a,2020,growth,,,2021-01-01\n");
        let paper = Paper::parse("id = 'p'\ntitle = 't'\n", &claims, "p", "c").unwrap();
        parse(&format!("{}\n{rows}", COLUMNS.join(",")), "searches.csv", &paper.claims)
    }

    #[test]
    fn searches_name_claims_reasons_and_days() {
        let found = searches("s1-001,output of widgets,yearbook,withheld,\"Left out, since 2022.\",2026-11-24\n").unwrap();
        assert_eq!(
            (found[0].reason, found[0].line, found[0].note.as_str()),
            (SearchReason::Withheld, 2, "Left out, since 2022.")
        );
        let mistakes = searches("s1-01,,yearbook,lost,why,yesterday\n").unwrap_err();
        let wanted = [
            "searches.csv:2: claim: there is no \"s1-01\"; nearest is \"s1-001\"",
            "searches.csv:2: looked_for: expected a text, found nothing",
            "searches.csv:2: reason: expected one of withheld, never_published, not_found, ambiguous, not_a_statistic, found \"lost\"",
            "searches.csv:2: searched_on: expected a date such as 2026-11-24, found \"yesterday\"",
        ];
        assert_eq!(mistakes, wanted);
        assert!(parse("claim,reason\n", "s", &[]).unwrap_err()[0].starts_with("s:1: expected the columns claim,looked_for"));
    }
}
