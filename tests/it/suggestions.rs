//! What is suggested beside a deviation, from the figures that travel with the program.

use chrono::Utc;
use std::path::Path;
use sverka::pipeline::{self, House, Places};

/// The first suggestion beside the verdict, and what it names.
const SUGGESTIONS: [(&str, &str, &str, &str); 11] = [
    ("s1.1-001", "DEVIATES", "wrong_source_named", "ipem.production.total.ru.growth.ytd"),
    ("s1.1-003", "DEVIATES", "wrong_source_named", "ipem.production.total.ru.growth.m"),
    ("s1.1-012", "UNVERIFIABLE", "wrong_source_named", "minenergo.output.coal.ru.level.a"),
    ("s1.1-016", "UNVERIFIABLE", "wrong_series", "minenergo.trade.coal.ru.export.level.m"),
    ("s1.1-022", "UNVERIFIABLE", "wrong_row", "ipem.demand.nonferrous-domestic.ru.yoy.a"),
    ("s1.1-025", "UNVERIFIABLE", "wrong_row", "ipem.demand.nonferrous-foreign.ru.yoy.m"),
    ("s1.2-007", "DEVIATES", "wrong_series", "rosstat.output.oil.ru.yoy.m"),
    ("s1.2-008", "DEVIATES", "wrong_source_named", "ipem.production.total.ru.growth.m"),
    ("s1.2-009", "DEVIATES", "wrong_source_named", "ipem.production.total.ru.growth.ytd"),
    ("s2.1-082", "DEVIATES", "wrong_source_named", "mofcom.trade.total.cn.total.ru.level.a.usd"),
    ("s3.4-006", "DEVIATES", "wrong_period", "for 2019-11, not for 2020-12"),
];

#[test]
fn deviations_are_explained_by_the_figure_that_was_meant() {
    let (root, data) = (Path::new(env!("CARGO_MANIFEST_DIR")), tempfile::tempdir().unwrap());
    let [config, papers, evidence] = ["sources.toml", "papers", "evidence"].map(|name| Some(root.join(name)));
    let places = Places { data: data.path().to_path_buf(), config, papers, evidence, alerts: None };
    let mut house = House::open(&places, super::support::reader(), Utc::now()).unwrap();
    let judged = pipeline::reconcile_papers(&mut house, Some("an-2023"), Utc::now()).unwrap();
    let findings = &judged[0].findings;
    for (claim, status, code, named) in SUGGESTIONS {
        let found = &findings.iter().find(|finding| finding.claim == claim).unwrap().external;
        assert_eq!(serde_json::json!(found.status), status, "{claim}");
        let first = found.suggestions.first().unwrap_or_else(|| panic!("{claim}: nothing is suggested"));
        assert!(first.code == code && first.sentence.contains(named), "{claim}: {first:?}");
    }
}
