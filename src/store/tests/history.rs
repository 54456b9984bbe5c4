//! Verdicts over time: what is stored, told, and compared.

use super::Fixture;
use crate::model::{Period, SeriesCode};
use crate::paper::Paper;
use crate::reconcile::{Facts, FactsError, Inputs, SeriesInfo, Vintage, reconcile};
use crate::store::{Change, Store};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use rust_decimal::Decimal;

const HEAD: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,series,\
                    period,measure,base,footnote,cutoff";
const ROWS: &str =
    "c1,1,1,1,5.0,5.0,1,tonnes,,,,,,,p.i.a.level.a,2020,level,,,\nc2,1,1,2,5.0,5.0,1,tonnes,,,,,,,,2020,level,,,\n";
const RELATION: &str = "[[relation]]\nid = \"r\"\nkind = \"same_as\"\nof = [\"c1\", \"c2\"]\n";

/// Vintages of the one figure: days of January 2021, what was printed, names of documents.
struct Known(Vec<(u32, &'static str, &'static str)>);

impl Facts for Known {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        let (unit, publisher, title) = ("tonnes".to_string(), "P".to_string(), String::new());
        Ok(Some(SeriesInfo { code: code.clone(), unit, publisher, title, failing: None }))
    }

    fn vintages(&self, _: &SeriesCode, _: Period) -> Result<Vec<Vintage>, FactsError> {
        let until = |at: usize| self.0.get(at + 1).map(|next| day(next.0));
        let one = |(at, (from, printed, document)): (usize, &(u32, &str, &str))| Vintage {
            observation: None,
            known_from: day(*from),
            known_to: until(at),
            basis: crate::model::DateBasis::Stated,
            value: Some(printed.parse::<Decimal>().unwrap()),
            decimals: 1,
            printed: printed.to_string(),
            status: crate::model::Status::Published,
            class: crate::model::Class::Parsed,
            source: "s".into(),
            unit: "tonnes".into(),
            sha256: document.to_string(),
            held: true,
            locator: "A1".into(),
            url: String::new(),
            obtained_from: String::new(),
            notes: Vec::new(),
        };
        Ok(self.0.iter().enumerate().map(one).collect())
    }

    fn count_like(&self, _: Decimal, _: u32, _: &str) -> Result<u64, FactsError> {
        Ok(0)
    }
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, n).unwrap()
}

fn paper(rows: &str) -> Paper {
    let toml = format!("id = \"p\"\ntitle = \"T\"\naccepted = 2021-06-01\n{}", if rows.contains("c2") { RELATION } else { "" });
    Paper::parse(&toml, &format!("{HEAD}\n{rows}"), "paper.toml", "claims.csv").unwrap()
}

/// A store and a clock that goes on by an hour a run.
struct Desk {
    fixture: Fixture,
    hours: i64,
    inputs: Inputs,
}

impl Desk {
    fn new() -> Desk {
        let inputs = Inputs {
            program: "1".into(),
            parser: "sverka 1".into(),
            evidence: "e".into(),
            sources: "s".into(),
            paper: String::new(),
        };
        Desk { fixture: Fixture::new(), hours: 0, inputs }
    }

    fn run(&mut self, paper: &Paper, known: &[(u32, &'static str, &'static str)]) -> Vec<Change> {
        self.hours += 1;
        let at = DateTime::<Utc>::from_timestamp(1_600_000_000, 0).unwrap() + Duration::hours(self.hours);
        let judged = reconcile(paper, &Known(known.to_vec()), None).unwrap();
        let store = &mut self.fixture.store;
        store.sync_paper(paper, at).unwrap();
        store.save_findings(paper, &self.inputs, &judged.findings, &judged.algebra, at).unwrap()
    }

    fn store(&self) -> &Store {
        &self.fixture.store
    }

    fn count(&self, table: &str) -> i64 {
        self.store().db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// Open alerts as claim, side and state.
    fn alerts(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.store().open_alerts().unwrap().into_iter().map(|alert| alert.key).collect();
        keys.sort();
        keys
    }
}

const FIRST: (u32, &str, &str) = (10, "5.0", "aa");
const REVISED: (u32, &str, &str) = (20, "6.0", "bb");
const BACK: (u32, &str, &str) = (25, "5.0", "cc");

fn causes(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|c| format!("{} {} {} {}", c.claim, c.side.as_str(), c.after, c.cause.as_str())).collect()
}

/// S13: what a run with nothing new writes does not grow.
#[test]
fn what_stays_the_same_is_stored_once() {
    let (mut desk, paper) = (Desk::new(), paper(ROWS));
    assert!(desk.run(&paper, &[FIRST]).is_empty(), "the baseline");
    for _ in 0..3 {
        assert!(desk.run(&paper, &[FIRST]).is_empty());
    }
    let tables = ["reconciliation", "finding", "claim_version", "finding_event", "alert"];
    assert_eq!(tables.map(|table| desk.count(table)), [1, 4, 2, 0, 0]);
    let row = &desk.store().reconciliations(Some("p")).unwrap()[0];
    assert_eq!((row.finished_at.as_str(), row.confirmed_at.as_deref()), ("2020-09-13T13:26:40Z", Some("2020-09-13T16:26:40Z")));
    assert_eq!(row.inputs.paper, paper.sha256);
    assert_eq!(desk.store().db.query_row("SELECT sha256 FROM paper", [], |row| row.get::<_, String>(0)).unwrap(), paper.sha256);
    desk.inputs.evidence = "other".into();
    desk.run(&paper, &[FIRST]);
    assert_eq!(tables.map(|table| desk.count(table)), [2, 4, 2, 0, 0], "other inputs, the same verdicts: no finding again");
    let rows = desk.store().reconciliations(None).unwrap();
    assert_eq!((rows[1].changed.as_slice(), rows[1].rows), (&["evidence"][..], Some(0)));
    desk.run(&paper, &[FIRST, REVISED]);
    assert_eq!(tables.map(|table| desk.count(table)), [3, 5, 2, 1, 1], "one verdict changed, one row more");
    desk.fixture.assert_sound();
}

#[test]
fn a_change_is_told_once_and_cleared_when_it_is_over() {
    let (mut desk, paper) = (Desk::new(), paper(ROWS));
    desk.run(&paper, &[FIRST]);
    let changes = desk.run(&paper, &[FIRST, REVISED]);
    assert_eq!(causes(&changes), ["c1 external SUPERSEDED vintage"]);
    assert_eq!(changes[0].message, "s says 6.0 since 2021-01-20 (document bb, A1); until then it was 5.0 since 2021-01-10.");
    assert!(!changes[0].is_new_deviation());
    assert_eq!(desk.alerts(), ["verdict p/c1/external/SUPERSEDED"]);
    let alert = &desk.store().open_alerts().unwrap()[0];
    assert_eq!(alert.message, format!("c1 of p (external): CONFIRMED → SUPERSEDED. {}", changes[0].message));
    assert_eq!(alert.severity, "minor");
    assert!(desk.run(&paper, &[FIRST, REVISED]).is_empty());
    assert_eq!((desk.count("alert"), desk.count("finding_event")), (1, 1), "a repeated run tells nothing");
    // on to another state: that one is told instead
    let wrong = [(10, "7.0", "aa"), REVISED];
    assert_eq!(causes(&desk.run(&paper, &wrong)), ["c1 external DEVIATES mapping"]);
    assert_eq!(desk.alerts(), ["verdict p/c1/external/DEVIATES"]);
    // back to what it was before all that: nothing is left to tell
    assert_eq!(desk.run(&paper, &[FIRST, REVISED, BACK]).len(), 1);
    assert!(desk.alerts().is_empty());
    // the same once more is a new beginning of the same alert
    assert_eq!(desk.run(&paper, &[FIRST, REVISED]).len(), 1);
    assert_eq!(desk.alerts(), ["verdict p/c1/external/SUPERSEDED"]);
    assert_eq!(desk.count("alert"), 2);
}

/// One alert a claim, although both verdicts changed and two vintages came; a new claim is told only if it deviates.
#[test]
fn one_alert_a_claim() {
    let (mut desk, first) = (Desk::new(), paper(ROWS));
    desk.run(&first, &[FIRST]);
    let typo = ROWS.replace("c1,1,1,1,5.0,5.0", "c1,1,1,1,5.5,5.5");
    let new = format!(
        "{typo}c3,1,1,1,9.9,9.9,1,tonnes,,,,,,,p.i.a.level.a,2020,level,,,\nc4,1,1,1,5.0,5.0,1,tonnes,,,,,,,p.i.a.level.a,2020,level,,,\n"
    );
    let changes = desk.run(&paper(&new), &[FIRST, (12, "5.1", "bb"), (14, "5.0", "cc")]);
    let wanted = [
        "c1 external DEVIATES catalogue",
        "c1 internal INCONSISTENT catalogue",
        "c2 internal INCONSISTENT catalogue",
        "c3 external DEVIATES catalogue",
        "c3 internal NOT_CHECKED catalogue",
        "c4 external CONFIRMED catalogue",
        "c4 internal NOT_CHECKED catalogue",
    ];
    assert_eq!(causes(&changes), wanted);
    assert!(
        changes[0].message.contains("printed was \"5.0\", is \"5.5\"")
            && changes[0].message.contains("s says 5.0 since 2021-01-14")
    );
    assert_eq!(changes[2].message, "Figures it is bound to changed in the paper's folder: c1 (printed, value).");
    let wanted = ["verdict p/c1/external/DEVIATES", "verdict p/c2/internal/INCONSISTENT", "verdict p/c3/external/DEVIATES"];
    assert_eq!(desk.alerts(), wanted);
    // gone with its claim
    desk.run(&paper(&typo), &[FIRST, (12, "5.1", "bb"), (14, "5.0", "cc")]);
    assert_eq!(desk.alerts(), &wanted[..2]);
    let rows = desk.count("reconciliation");
    desk.run(&paper(&typo), &[FIRST, (12, "5.1", "bb"), (14, "5.0", "cc")]);
    assert_eq!(desk.count("reconciliation"), rows, "claims that are gone change nothing");
    let differ = desk.store().differences("p", 2, 3).unwrap();
    assert!(differ.iter().all(|one| one.after.is_none() && one.why.is_none()) && differ.len() == 4, "{differ:?}");
}

#[test]
fn states_are_compared_by_id_and_by_day() {
    let (mut desk, paper) = (Desk::new(), paper(ROWS));
    desk.run(&paper, &[FIRST]);
    desk.run(&paper, &[FIRST, REVISED]);
    desk.hours += 24;
    desk.inputs.program = "2".into();
    desk.run(&paper, &[FIRST, REVISED]);
    desk.hours += 24;
    desk.run(&paper, &[FIRST, REVISED]);
    let store = desk.store();
    let on = |day: &str| store.reconciliation_on("p", Some(day.parse().unwrap())).unwrap();
    assert_eq!([on("2020-09-12"), on("2020-09-13"), on("2020-09-14"), on("2020-12-31")], [None, Some(2), Some(3), Some(3)]);
    assert_eq!(store.differing_before("p", 3).unwrap(), Some(1), "the second shows what the third shows");
    assert_eq!(store.differing_before("p", 1).unwrap(), None);
    let differ = store.differences("p", 1, 3).unwrap();
    assert_eq!((differ.len(), differ[0].why.as_ref().unwrap().cause.as_str()), (1, "vintage"));
    assert!(store.differences("p", 2, 3).unwrap().is_empty());
    let back = store.differences("p", 3, 1).unwrap();
    assert_eq!(back[0].after.as_ref().unwrap().status, "CONFIRMED");
    assert_eq!((store.paper_of(2).unwrap().as_deref(), store.paper_of(9).unwrap()), (Some("p"), None));
}
