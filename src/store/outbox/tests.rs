//! What is written, in which order it goes, and what becomes of what does not go.

use super::*;

fn at(minute: u32) -> DateTime<Utc> {
    format!("2026-11-24T06:{minute:02}:00Z").parse().unwrap()
}

fn store(channels: &[(&str, Severity)]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("a.db")).unwrap();
    let channels: Vec<_> = channels.iter().map(|(name, least)| ((*name).to_string(), *least)).collect();
    store.sync_channels(&channels).unwrap();
    (dir, store)
}

/// What a message says: key, state.
fn said(payload: &str) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("?").to_string();
    alerts_of(payload).iter().map(|one| format!("{} {}", word(&one["key"]), word(&one["state"]))).collect()
}

fn pending(store: &Store) -> Vec<(String, u64)> {
    store.queues().unwrap().into_iter().map(|queue| (queue.channel, queue.pending)).collect()
}

#[test]
fn each_channel_gets_what_it_asked_for_when_it_begins_and_when_it_ends() {
    let (_dir, mut store) = store(&[("all", Severity::Info), ("bad", Severity::Major)]);
    store.raise("silence/s", Severity::Minor, "m", at(0)).unwrap();
    store.raise("failing/s", Severity::Major, "n", at(1)).unwrap();
    store.raise("failing/s", Severity::Major, "n again", at(2)).unwrap();
    store.clear("failing/s", at(3)).unwrap();
    assert_eq!(pending(&store), [("all".to_string(), 3), ("bad".to_string(), 2)]);
    let mut got = Vec::new();
    while let Some(out) = store.begin_sending("bad", at(4)).unwrap() {
        let payload: Value = serde_json::from_str(&out.payload).unwrap();
        assert_eq!((payload["id"].as_str(), payload["schema"].as_u64()), (Some(out.message.as_str()), Some(1)));
        got.extend(said(&out.payload));
        store.sent(out.id, at(4)).unwrap();
    }
    assert_eq!(got, ["failing/s raised", "failing/s cleared"]);
    assert_eq!(pending(&store), [("all".to_string(), 3), ("bad".to_string(), 0)]);
}

/// A change that is taken back takes its message with it.
#[test]
fn no_message_without_its_cause() {
    let (_dir, mut store) = store(&[("all", Severity::Info)]);
    let tx = store.db.transaction().unwrap();
    crate::store::alerts::raise(&tx, "k", Severity::Major, "m", "2026-11-24T06:00:00Z").unwrap();
    drop(tx);
    assert_eq!((pending(&store)[0].1, store.open_alerts().unwrap().len()), (0, 0));
}

#[test]
fn a_message_nobody_came_back_for_is_sent_again_with_its_id() {
    let (_dir, mut store) = store(&[("c", Severity::Info)]);
    store.raise("k", Severity::Minor, "m", at(0)).unwrap();
    let first = store.begin_sending("c", at(0)).unwrap().unwrap();
    assert_eq!(store.begin_sending("c", at(0)).unwrap(), None, "not at once");
    let second = store.begin_sending("c", at(1)).unwrap().unwrap();
    assert_eq!(first, second);
    store.not_sent(second.id, "nobody listens").unwrap();
    assert_eq!(store.begin_sending("c", at(1)).unwrap(), None);
    let queue = store.queues().unwrap().remove(0);
    assert_eq!((queue.pending, queue.tries, queue.error.as_str()), (1, 2, "nobody listens"));
    assert!(store.begin_sending("c", at(2)).unwrap().is_some(), "10 s, then 20");
    assert!(store.begin_sending("c", at(2) + TimeDelta::seconds(39)).unwrap().is_none(), "then 40");
    assert_eq!([0, 1, 9, 40].map(pause), [FIRST_PAUSE, FIRST_PAUSE * 2, LONGEST_PAUSE, LONGEST_PAUSE]);
}

#[test]
fn a_message_that_fails_does_not_hold_up_the_next() {
    let (_dir, mut store) = store(&[("c", Severity::Info)]);
    store.raise("k", Severity::Minor, "m", at(0)).unwrap();
    store.raise("l", Severity::Minor, "m", at(0)).unwrap();
    let first = store.begin_sending("c", at(0)).unwrap().unwrap();
    store.not_sent(first.id, "refused").unwrap();
    assert_eq!(said(&store.begin_sending("c", at(0)).unwrap().unwrap().payload), ["l raised"]);
}

#[test]
fn a_storm_is_one_message() {
    let (_dir, mut store) = store(&[("c", Severity::Info)]);
    store.raise("tried", Severity::Minor, "m", at(0)).unwrap();
    let tried = store.begin_sending("c", at(0)).unwrap().unwrap();
    for n in 0..BUNDLED_OVER {
        store.raise(&format!("k{n}"), Severity::Minor, "m", at(0)).unwrap();
    }
    store.bundle("c", at(0)).unwrap();
    assert_eq!(pending(&store)[0].1, 6, "not yet many");
    for n in BUNDLED_OVER..150 {
        store.raise(&format!("k{n}"), Severity::Minor, "m", at(0)).unwrap();
    }
    store.bundle("c", at(0)).unwrap();
    store.bundle("c", at(0)).unwrap();
    assert_eq!(pending(&store)[0].1, 2, "what was tried stays by itself");
    let digest = store.begin_sending("c", at(0)).unwrap().unwrap();
    let payload: Value = serde_json::from_str(&digest.payload).unwrap();
    assert_eq!((said(&digest.payload).len(), payload["more"].as_u64()), (MOST_TOLD, Some(50)));
    assert!(digest.id != tried.id && store.begin_sending("c", at(0)).unwrap().is_none());
}

#[test]
fn what_is_too_old_or_has_no_channel_is_given_up() {
    let (_dir, mut store) = store(&[("c", Severity::Info), ("gone", Severity::Info)]);
    store.raise("k", Severity::Minor, "m", at(0)).unwrap();
    store.sync_channels(&[("c".to_string(), Severity::Info)]).unwrap();
    assert_eq!(store.give_up_old(at(1)).unwrap(), 1);
    assert_eq!(pending(&store), [("c".to_string(), 1)]);
    assert_eq!(store.give_up_old(at(1) + TOO_OLD).unwrap(), 1);
    assert_eq!(pending(&store), [("c".to_string(), 0)]);
}
