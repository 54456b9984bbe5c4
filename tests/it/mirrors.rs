//! What the two sides of a trade report of it.

use super::support::{Room, save};
use serde_json::Value;
use sverka::model::{Observation, Reading, Status};
use sverka::store::Store;

const LINKS: &str = r#"
[[link]]
from = "p.trade.total.ru.export.cn"
to = "p.trade.total.cn.import.ru"
kind = "mirror"
note = "two customs houses"

[[link]]
from = "p.trade.total.ru.total.cn"
to = "p.trade.total.cn.total.ru"
kind = "mirror"
note = "both directions"
"#;
/// Series, period, figure, unit.
const FIGURES: [[&str; 4]; 8] = [
    ["p.trade.total.ru.export.cn.level.a", "2019", "57.3", "USD billion"],
    ["p.trade.total.cn.import.ru.level.a", "2019", "61050", "USD million"],
    ["p.trade.total.ru.export.cn.level.a", "2020", "49.1", "USD billion"],
    // another period, another measure and another currency are no mirror
    ["p.trade.total.cn.import.ru.level.a", "2021", "79", "USD billion"],
    ["p.trade.total.ru.total.cn.level.ytd", "2021", "140.7", "USD billion"],
    ["p.trade.total.cn.total.ru.level.a.cny", "2021", "900", "CNY billion"],
    ["p.trade.total.ru.total.cn.yoy.ytd", "2021", "135", "percent"],
    ["p.trade.total.cn.total.ru.yoy.a", "2021", "136", "percent"],
];

fn filled() -> Room {
    let config = include_str!("../fixtures/sources.toml").replace("{ADDRESS}", "http://127.0.0.1:1/s.xlsx");
    let room = Room::with(&(config + LINKS));
    std::fs::create_dir_all(room.path("data")).unwrap();
    let mut store = Store::open(&room.path("data/sverka.db")).unwrap();
    let observation = |[series, period, figure, unit]: [&str; 4]| Observation {
        series: series.parse().unwrap(),
        period: period.parse().unwrap(),
        value: figure.parse().ok(),
        status: Status::Published,
        printed: figure.into(),
        raw: None,
        unit: unit.into(),
        table: "t".into(),
        locator: "A1".into(),
        notes: vec![],
    };
    let reading = Reading { observations: FIGURES.map(observation).into(), ..Reading::default() };
    save(&mut store, "s", "d", "2022-02-01".parse().unwrap(), &reading);
    let claims = room.path("papers/small/claims.csv");
    let text = std::fs::read_to_string(&claims).unwrap();
    let (head, _) = text.split_once('\n').unwrap();
    let row = |column: &str| match column {
        "id" => "t",
        "section" | "decimals" => "1",
        "printed" | "value" => "57.3",
        "unit" => "USD billion",
        "series" => FIGURES[0][0],
        "period" => "2019",
        "measure" => "level",
        _ => "",
    };
    std::fs::write(&claims, format!("{text}{}\n", head.trim().split(',').map(row).collect::<Vec<_>>().join(","))).unwrap();
    room
}

#[test]
fn the_size_of_the_difference_is_told() {
    let room = filled();
    let ran = room.sverka(&["reconcile"]);
    assert!(ran.code == 0, "{ran:?}");
    let (code, told) = room.json(&["mirrors"]);
    let found = told["mirrors"].as_array().unwrap();
    assert_eq!((code, &told["schema"], found.len()), (0, &1.into(), 1), "{told}");
    let one = &found[0];
    // the code that comes first in the alphabet tells it; the other claim's side tells the other half
    assert_eq!((&one["ours"]["series"], &one["unit"]), (&"p.trade.total.cn.import.ru.level.a".into(), &"USD million".into()));
    assert_eq!([&one["code"], &one["difference"], &one["lo"], &one["hi"]], ["MIRROR_DIFFERENCE", "-3750", "-3800.5", "-3699.5"]);
    let table = room.sverka(&["mirrors", "--paper", "small"]).out;
    assert!(table.contains("−3750 (−3801 to −3700)") && table.contains("2019"), "{table}");
    let said = room.sverka(&["explain", "t"]).out;
    assert!(said.contains("What the other side of the trade reports"), "{said}");
    assert!(
        said.contains("MIRROR_DIFFERENCE of 3.75 (3.7 to 3.8") && said.contains("(CIF)") && said.contains("confidential"),
        "{said}"
    );
    assert!(said.contains("two customs houses"), "{said}");
    let none = room.sverka(&["explain", "c1"]);
    assert!(!none.out.contains("other side"), "{none:?}");
    let wrong = room.sverka(&["mirrors", "--paper", "smal"]);
    assert!(wrong.code != 0 && wrong.err.contains("smal"), "{wrong:?}");
}

/// Worked by hand from the figures that people read: 48.193 less 42.3, 40.804 less 43.5, 107.76 less 104.
#[test]
fn mirrors_of_shipped_evidence() {
    let room = Room::new("http://127.0.0.1:1/s.xlsx");
    let shipped = |name: &str| format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    let [config, papers, evidence] = ["sources.toml", "papers", "evidence"].map(shipped);
    let here = ["--config", &config, "--papers", &papers, "--evidence", &evidence];
    room.sverka(&[&["reconcile"], &here[..]].concat());
    let (_, told) = room.json(&[&["mirrors"], &here[..]].concat());
    let found = told["mirrors"].as_array().unwrap();
    let of = |series: &str, period: &str| -> &Value {
        found
            .iter()
            .find(|one| one["ours"]["series"] == series && one["period"] == period)
            .unwrap_or_else(|| panic!("{series} {period}"))
    };
    for (series, period, size, reason) in [
        ("fcs.trade.total.ru.export.cn.level.ytd", "2021-01/2021-08", "5.893", "is the larger one as a rule"),
        ("fcs.trade.total.ru.import.cn.level.ytd", "2021-01/2021-08", "-2.696", "is the larger one as a rule"),
        ("fcs.trade.total.ru.total.cn.level.a", "2020", "3.76", "in both directions"),
    ] {
        let one = of(series, period);
        assert_eq!(one["difference"], size, "{one}");
        assert!(one["reasons"][0].as_str().unwrap().contains(reason), "{one}");
    }
    println!("{} mirrors", found.len());
}
