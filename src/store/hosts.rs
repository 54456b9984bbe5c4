//! What is remembered of hosts from run to run: who is to be left alone and until when, and what their `robots.txt` said.

use super::attempt::moment;
use super::{Store, StoreError, instant};
use crate::model::{HostState, RobotsState};
use rusqlite::params;

impl Store {
    /// What is held against hosts, in the order of their names.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT name, failures, until, why FROM host ORDER BY name")?;
        let read = query.query_map([], |row| {
            let host = HostState { host: row.get(0)?, failures: row.get(1)?, until: None, why: row.get(3)? };
            Ok((host, row.get::<_, Option<String>>(2)?))
        })?;
        let hosts = read.map(|row| {
            let (host, until) = row?;
            Ok(HostState { until: until.map(|until| moment("host.until", &until)).transpose()?, ..host })
        });
        hosts.collect()
    }

    /// What origins said of who may ask for what.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn robots(&self) -> Result<Vec<RobotsState>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT origin, asked_at, came_at, rules, answer FROM robots ORDER BY origin")?;
        let read = query.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
        })?;
        let robots = read.map(|row| {
            let (origin, asked, came, rules, answer) = row?;
            let (asked_at, came_at) = (moment("robots.asked_at", &asked)?, moment("robots.came_at", &came)?);
            Ok(RobotsState { origin, asked_at, came_at, rules, answer })
        });
        robots.collect()
    }

    /// Remembers what changed. A host against which nothing is held has no row.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing is remembered then.
    pub fn remember_hosts(&mut self, hosts: &[HostState], robots: &[RobotsState]) -> Result<(), StoreError> {
        if hosts.is_empty() && robots.is_empty() {
            return Ok(());
        }
        let tx = self.db.transaction()?;
        for HostState { host, failures, until, why } in hosts {
            match (failures, until) {
                (0, None) => _ = tx.prepare_cached("DELETE FROM host WHERE name = ?1")?.execute([host])?,
                _ => {
                    let sql = "INSERT OR REPLACE INTO host (name, failures, until, why) VALUES (?1, ?2, ?3, ?4)";
                    tx.prepare_cached(sql)?.execute(params![host, failures, until.map(instant), why])?;
                }
            }
        }
        for RobotsState { origin, asked_at, came_at, rules, answer } in robots {
            let sql = "INSERT OR REPLACE INTO robots (origin, asked_at, came_at, rules, answer) VALUES (?1, ?2, ?3, ?4, ?5)";
            tx.prepare_cached(sql)?.execute(params![origin, instant(*asked_at), instant(*came_at), rules, answer])?;
        }
        Ok(tx.commit()?)
    }

    /// The size of the newest document of a source up to a day that the program fetched itself, where the server called it the same type.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn last_size(&self, source: &str, content_type: &str, day: chrono::NaiveDate) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT bytes FROM snapshot WHERE source_id = ?1 AND class = 'parsed' AND content_type = ?2 AND as_of <= ?3
               AND obtained_from = 'fetched' AND bytes IS NOT NULL
             ORDER BY as_of DESC, fetched_at DESC, id DESC LIMIT 1";
        let mut query = self.db.prepare_cached(sql)?;
        let found = query.query_map(params![source, content_type, day.to_string()], |row| row.get::<_, i64>(0))?.next();
        Ok(found.transpose()?.map(i64::unsigned_abs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    fn recalled(store: &Store) -> (Vec<HostState>, Vec<RobotsState>) {
        (store.hosts().unwrap(), store.robots().unwrap())
    }

    #[test]
    fn what_is_held_against_a_host_stays_until_it_answers() {
        let at: DateTime<Utc> = "2026-11-24T06:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let host = HostState { host: "a".into(), failures: 3, until: Some(at), why: "it failed".into() };
        let robots =
            RobotsState { origin: "https://a".into(), asked_at: at, came_at: at, rules: None, answer: "status 503".into() };
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        store.remember_hosts(std::slice::from_ref(&host), std::slice::from_ref(&robots)).unwrap();
        let other = HostState { host: "b".into(), failures: 1, until: None, why: String::new() };
        store.remember_hosts(std::slice::from_ref(&other), &[]).unwrap();
        drop(store);
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(recalled(&store), (vec![host.clone(), other.clone()], vec![robots.clone()]));
        let fine = HostState { failures: 0, until: None, why: String::new(), ..host };
        let came = RobotsState { rules: Some("User-agent: *\n".into()), ..robots };
        store.remember_hosts(&[fine], std::slice::from_ref(&came)).unwrap();
        assert_eq!(recalled(&store), (vec![other], vec![came]));
    }
}
