//! What is remembered of hosts from run to run: who is to be left alone and until when, and what their `robots.txt` said.

use super::attempt::moment;
use super::{Store, StoreError, instant};
use chrono::{DateTime, Utc};
use rusqlite::params;

/// A host that failed or asked for a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    /// Its name.
    pub host: String,
    /// Addresses in a row at which nobody answered.
    pub failures: u32,
    /// Not to be asked before.
    pub until: Option<DateTime<Utc>>,
    /// Why not.
    pub why: String,
}

/// What an origin's `robots.txt` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsRow {
    /// Scheme, host and port.
    pub origin: String,
    /// When it was asked for last.
    pub asked_at: DateTime<Utc>,
    /// When the rules came.
    pub came_at: DateTime<Utc>,
    /// The rules that concern this program; none where nothing may be asked for.
    pub rules: Option<String>,
    /// How the last request for it ended.
    pub answer: String,
}

impl Store {
    /// Everything that is remembered of hosts.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn hosts(&self) -> Result<(Vec<HostRow>, Vec<RobotsRow>), StoreError> {
        let mut query = self.db.prepare_cached("SELECT name, failures, until, why FROM host ORDER BY name")?;
        let read = query.query_map([], |row| {
            let host = HostRow { host: row.get(0)?, failures: row.get(1)?, until: None, why: row.get(3)? };
            Ok((host, row.get::<_, Option<String>>(2)?))
        })?;
        let hosts = read.map(|row| {
            let (host, until) = row?;
            Ok(HostRow { until: until.map(|until| moment("host.until", &until)).transpose()?, ..host })
        });
        Ok((hosts.collect::<Result<_, StoreError>>()?, self.robots()?))
    }

    fn robots(&self) -> Result<Vec<RobotsRow>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT origin, asked_at, came_at, rules, answer FROM robots ORDER BY origin")?;
        let read = query.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
        })?;
        let robots = read.map(|row| {
            let (origin, asked, came, rules, answer) = row?;
            let (asked_at, came_at) = (moment("robots.asked_at", &asked)?, moment("robots.came_at", &came)?);
            Ok(RobotsRow { origin, asked_at, came_at, rules, answer })
        });
        robots.collect()
    }

    /// Remembers what changed. A host against which nothing is held has no row.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing is remembered then.
    pub fn remember_hosts(&mut self, hosts: &[HostRow], robots: &[RobotsRow]) -> Result<(), StoreError> {
        if hosts.is_empty() && robots.is_empty() {
            return Ok(());
        }
        let tx = self.db.transaction()?;
        for HostRow { host, failures, until, why } in hosts {
            match (failures, until) {
                (0, None) => _ = tx.prepare_cached("DELETE FROM host WHERE name = ?1")?.execute([host])?,
                _ => {
                    let sql = "INSERT OR REPLACE INTO host (name, failures, until, why) VALUES (?1, ?2, ?3, ?4)";
                    tx.prepare_cached(sql)?.execute(params![host, failures, until.map(instant), why])?;
                }
            }
        }
        for RobotsRow { origin, asked_at, came_at, rules, answer } in robots {
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

    #[test]
    fn what_is_held_against_a_host_stays_until_it_answers() {
        let at: DateTime<Utc> = "2026-11-24T06:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let host = HostRow { host: "a".into(), failures: 3, until: Some(at), why: "it failed".into() };
        let robots =
            RobotsRow { origin: "https://a".into(), asked_at: at, came_at: at, rules: None, answer: "status 503".into() };
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        store.remember_hosts(std::slice::from_ref(&host), std::slice::from_ref(&robots)).unwrap();
        let other = HostRow { host: "b".into(), failures: 1, until: None, why: String::new() };
        store.remember_hosts(std::slice::from_ref(&other), &[]).unwrap();
        drop(store);
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(store.hosts().unwrap(), (vec![host.clone(), other.clone()], vec![robots.clone()]));
        let fine = HostRow { failures: 0, until: None, why: String::new(), ..host };
        let came = RobotsRow { rules: Some("User-agent: *\n".into()), ..robots };
        store.remember_hosts(&[fine], std::slice::from_ref(&came)).unwrap();
        assert_eq!(store.hosts().unwrap(), (vec![other], vec![came]));
    }
}
