//! What files state, brought into their tables: a row is written only where it is new or says something else, so that opening a
//! store that is up to date writes nothing.

/// Makes a row say what is given: the columns of its key, then the others. One that says so already is left as it is.
pub(super) fn upsert(table: &str, key: &str, others: &str) -> String {
    let count = key.split(',').chain(others.split(',')).count();
    let given: Vec<String> = (1..=count).map(|at| format!("?{at}")).collect();
    let excluded: Vec<String> = others.split(',').map(|column| format!("excluded.{}", column.trim())).collect();
    let (given, excluded) = (given.join(", "), excluded.join(", "));
    format!(
        "INSERT INTO {table} ({key}, {others}) VALUES ({given})
         ON CONFLICT ({key}) DO UPDATE SET ({others}) = ({excluded}) WHERE ({others}) IS NOT ({excluded})"
    )
}

#[cfg(test)]
mod tests {
    use crate::model::Gravity;
    use crate::paper::Paper;
    use crate::store::{PublisherRow, SourceRow, Store};
    use chrono::{DateTime, Utc};

    const CLAIMS: &str = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
                          series,period,measure,base,footnote,cutoff\n\
                          c1,1,1,1,5.0,5.0,1,tonnes,,,,,,,p.i.a.level.a,2020,level,,,\n\
                          c2,1,1,2,5.0,5.0,1,tonnes,,,,,,,,2020,level,,,\n";
    const RELATION: &str = "[[relation]]\nid = \"r\"\nkind = \"same_as\"\nof = [\"c1\", \"c2\"]\n";

    /// What files state.
    struct Files {
        publisher: &'static str,
        sources: Vec<(&'static str, Option<u32>)>,
        paper: String,
        claims: String,
        channels: Vec<(&'static str, Gravity)>,
    }

    impl Files {
        fn new() -> Files {
            Files {
                publisher: "P",
                sources: vec![("s", Some(40)), ("t", None)],
                paper: format!("id = \"p\"\ntitle = \"T\"\naccepted = 2021-06-01\n{RELATION}"),
                claims: CLAIMS.to_string(),
                channels: vec![("a", Gravity::Info), ("b", Gravity::Major)],
            }
        }

        /// How many rows it takes to make the store say so at some hour.
        fn sync(&self, store: &mut Store, hour: u32) -> i64 {
            let now: DateTime<Utc> = format!("2026-11-23T{hour:02}:00:00Z").parse().unwrap();
            let total = |store: &Store| store.db.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0)).unwrap();
            let before = total(store);
            let publisher = PublisherRow { id: "pub".into(), title: self.publisher.into(), ..PublisherRow::default() };
            let source = |(id, max_age_days): &(&str, Option<u32>)| SourceRow {
                id: (*id).into(),
                publisher: Some("pub".into()),
                state: "live".into(),
                max_age_days: *max_age_days,
                ..SourceRow::default()
            };
            store.sync_sources(&[publisher], &self.sources.iter().map(source).collect::<Vec<_>>(), now).unwrap();
            let channels: Vec<_> = self.channels.iter().map(|(name, least)| ((*name).to_string(), *least)).collect();
            store.sync_channels(&channels).unwrap();
            let paper = Paper::parse(&self.paper, &self.claims, "paper.toml", "claims.csv").unwrap();
            store.sync_paper(&paper, now).unwrap();
            total(store) - before
        }
    }

    /// A store in which labels are not kept: what they cost is not what is counted here.
    fn without_labels(path: &std::path::Path) -> Store {
        let store = Store::open(path).unwrap();
        let drop = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'label_of_*'";
        store.db.execute_batch(&text(&store, drop)).unwrap();
        store
    }

    fn text(store: &Store, sql: &str) -> String {
        store.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_is_up_to_date_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = without_labels(&dir.path().join("a.db"));
        let mut files = Files::new();
        // a publisher, two sources and since when they are looked at, two channels, a paper, two claims, a relation
        assert_eq!([1, 2, 3].map(|hour| files.sync(&mut store, hour)), [11, 0, 0]);
        assert_eq!(text(&store, "SELECT loaded_at FROM paper"), "2026-11-23T01:00:00Z");
        (files.publisher, files.sources[0].1, files.sources[1].1) = ("Q", None, Some(9));
        assert_eq!([4, 5].map(|hour| files.sync(&mut store, hour)), [3, 0]);
        files.channels[1].1 = Gravity::Minor;
        files.claims = CLAIMS.replace("c2,1,1,2,5.0,5.0", "c2,1,1,2,6.0,6.0");
        assert_eq!([6, 7].map(|hour| files.sync(&mut store, hour)), [3, 0], "a channel, the paper's digest and a claim");
        assert_eq!(text(&store, "SELECT loaded_at FROM paper"), "2026-11-23T06:00:00Z");
    }

    #[test]
    fn what_is_stated_no_more_ends_once_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = without_labels(&dir.path().join("a.db"));
        let mut files = Files::new();
        files.sync(&mut store, 1);
        let _ = (files.sources.pop(), files.channels.pop());
        files.paper = files.paper.replace(RELATION, "");
        files.claims = CLAIMS.lines().take(2).collect::<Vec<_>>().join("\n");
        assert_eq!([2, 3].map(|hour| files.sync(&mut store, hour)), [5, 0]);
        let stands = "SELECT (SELECT state FROM source WHERE id = 't') || (SELECT count(*) FROM channel)
            || (SELECT count(*) FROM relation) || coalesce((SELECT retired_at FROM claim WHERE claim = 'c2'), '')";
        assert_eq!(text(&store, stands), "unconfigured102026-11-23T02:00:00Z");
        assert_eq!([4, 5].map(|hour| Files::new().sync(&mut store, hour)), [5, 0]);
        assert_eq!(text(&store, stands), "live21");
    }
}
