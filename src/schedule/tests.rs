use super::*;
use crate::model::{Marks, Tried};
use chrono_tz::{America::New_York, Asia::Shanghai, Europe::Berlin, Europe::Moscow, Tz, UTC};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn schedule(cron: &str, zone: Tz) -> Schedule {
    Schedule::parse(cron, zone).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn due_instants_around_clock_changes_and_month_ends() {
    #[rustfmt::skip]
    let cases = [
        // cron, zone, now, last due, next due
        ("30 9 * * *", Moscow, "2026-11-23T10:00:00Z", "2026-11-23T06:30:00Z", "2026-11-24T06:30:00Z"),
        ("0 30 9 * * *", Moscow, "2026-11-23T06:30:00Z", "2026-11-23T06:30:00Z", "2026-11-24T06:30:00Z"),
        ("30 9 * * *", Moscow, "2026-11-23T06:29:59Z", "2026-11-22T06:30:00Z", "2026-11-23T06:30:00Z"),
        ("0 10 9 * *", Shanghai, "2026-11-23T00:00:00Z", "2026-11-09T02:00:00Z", "2026-12-09T02:00:00Z"),
        // Moscow went back for good on 2014-10-26: 9 o'clock moved from 05:00Z to 06:00Z.
        ("0 9 * * *", Moscow, "2014-10-25T12:00:00Z", "2014-10-25T05:00:00Z", "2014-10-26T06:00:00Z"),
        // Berlin, spring: 02:30 does not exist on 2026-03-29 and counts at 03:00 (01:00Z).
        ("30 2 * * *", Berlin, "2026-03-28T12:00:00Z", "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z"),
        ("30 2 * * *", Berlin, "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
        ("30 9 * * *", Berlin, "2026-03-29T12:00:00Z", "2026-03-29T07:30:00Z", "2026-03-30T07:30:00Z"),
        // Berlin, autumn: 02:30 comes twice on 2026-10-25 and counts once.
        ("30 2 * * *", Berlin, "2026-10-25T00:45:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("30 2 * * *", Berlin, "2026-10-25T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        // New York, spring 2026-03-08 and autumn 2026-11-01.
        ("30 8 * * *", New_York, "2026-03-08T18:00:00Z", "2026-03-08T12:30:00Z", "2026-03-09T12:30:00Z"),
        ("30 1 * * *", New_York, "2026-11-01T12:00:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"),
        // Months without a 31st, the last day of a month, 29 February, weekdays (1 = Monday).
        ("0 0 31 * *", UTC, "2026-05-01T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
        ("0 0 L * *", UTC, "2026-02-28T12:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"),
        ("0 0 29 2 *", UTC, "2027-01-01T00:00:00Z", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 12 * * MON-FRI", UTC, "2026-11-22T13:00:00Z", "2026-11-20T12:00:00Z", "2026-11-23T12:00:00Z"),
        ("0 12 * * 1", UTC, "2026-11-22T13:00:00Z", "2026-11-16T12:00:00Z", "2026-11-23T12:00:00Z"),
        ("*/15 * * * *", UTC, "2026-11-22T13:14:59.9Z", "2026-11-22T13:00:00Z", "2026-11-22T13:15:00Z"),
    ];
    for (cron, zone, now, last, next) in cases {
        let schedule = schedule(cron, zone);
        assert_eq!(schedule.last_due(at(now)), Some(at(last)), "last of {cron} {zone} at {now}");
        assert_eq!(schedule.next_due(at(now)), Some(at(next)), "next of {cron} {zone} at {now}");
    }
}

#[test]
fn expressions_that_mean_different_things_to_different_programs_are_refused() {
    let cases = [
        ("", "expected 5 fields"),
        ("@daily", "found 1"),
        ("0 0 9 13 * * 2027", "found 7"),
        ("0 9 13 * FRI", "both restricted"),
        ("0 0 9 */2 * MON", "both restricted"),
        ("0 9 30 2 *", "never does"),
        (", * * * * *", "an empty place"),
        ("0 9 1,,2 * *", "an empty place"),
        ("61 9 * * *", "cron \"61 9 * * *\""),
        ("a b c d e", "cron \"a b c d e\""),
    ];
    for (cron, wanted) in cases {
        let error = Schedule::parse(cron, UTC).unwrap_err().to_string();
        assert!(error.contains(wanted), "{cron}: {error}");
    }
    assert_eq!(schedule("30 9 * * ?", UTC).with_seconds(), "0 30 9 * * ?");
    assert_eq!(schedule("5 30 9 * * *", UTC).with_seconds(), "5 30 9 * * *");
}

#[test]
fn one_catch_up_however_many_runs_were_missed() {
    let daily = schedule("0 9 * * *", Moscow);
    let sources = [
        ("never-ran", Marks::default()),
        ("ran-today", mark("2026-11-23T06:00:04Z")),
        ("three-nights-missed", mark("2026-11-20T06:00:00Z")),
        ("ran-at-the-minute", mark("2026-11-23T06:00:00Z")),
    ];
    let due = |now| sources.iter().filter_map(|(id, marks)| Some((*id, daily.due_at(*marks, now)?))).collect::<Vec<_>>();
    let found = due(at("2026-11-23T12:00:00Z"));
    let today = at("2026-11-23T06:00:00Z");
    let nights = Missed { first: at("2026-11-21T06:00:00Z"), last: at("2026-11-22T06:00:00Z"), runs: Some(2) };
    assert_eq!(nights.to_string(), "missed 2 runs between 2026-11-21T06:00:00Z and 2026-11-22T06:00:00Z");
    let caught_up = Due { at: today, missed: Some(nights) };
    let first = Due { at: today, missed: None };
    assert_eq!(found, [("never-ran", first), ("three-nights-missed", caught_up)]);
    let next = at("2026-11-24T06:00:00Z");
    let found = due(next);
    assert!(found.len() == 4 && found.iter().all(|(_, due)| due.at == next));
}

fn mark(text: &str) -> Marks {
    Marks { answered: Some(at(text)), planned: Some(at(text)), tried: None }
}

/// Clocks that are set, machines that sleep: only what is not later than now is believed.
#[test]
fn a_clock_that_was_wrong_leaves_nothing_behind() {
    let daily = schedule("0 9 * * *", Moscow);
    #[rustfmt::skip]
    let cases = [
        // answered, planned, now, what is due, how many were missed
        ("2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-23T05:59:59Z", Some("2026-11-22T06:00:00Z"), 0),
        ("2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", None, 0),
        ("2030-01-01T06:00:00Z", "2030-01-01T06:00:00Z", "2026-11-23T12:00:00Z", Some("2026-11-23T06:00:00Z"), 0),
        ("2026-11-22T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-23T12:00:00Z", Some("2026-11-23T06:00:00Z"), 0),
        ("2026-11-20T06:00:00Z", "2026-11-21T06:00:00Z", "2026-11-23T12:00:00Z", Some("2026-11-23T06:00:00Z"), 1),
        ("2026-11-20T07:00:00Z", "2026-10-23T06:00:00Z", "2026-11-23T12:00:00Z", Some("2026-11-23T06:00:00Z"), 30),
    ];
    for (answered, planned, now, wanted, missed) in cases {
        let marks = Marks { answered: Some(at(answered)), planned: Some(at(planned)), tried: None };
        let due = daily.due_at(marks, at(now));
        assert_eq!(due.as_ref().map(|due| due.at), wanted.map(at), "{answered} {planned} {now}");
        let runs = due.and_then(|due| due.missed).and_then(|missed| missed.runs).unwrap_or_default();
        assert_eq!(runs, missed, "{answered} {planned} {now}");
    }
    let each_second = schedule("* * * * * *", UTC);
    let now = at("2026-11-23T12:00:00Z");
    let missed = each_second.due_at(mark("2026-11-22T12:00:00Z"), now).unwrap().missed.unwrap();
    assert_eq!((missed.runs, missed.last), (None, at("2026-11-23T11:59:59Z")), "too many to count");
}

#[test]
fn what_failed_is_tried_again_less_and_less_often() {
    let monthly = schedule("0 9 1 * *", Moscow);
    let due = at("2026-11-01T06:00:00Z");
    let last = at("2026-11-01T06:10:00Z");
    for (times, minutes) in [(1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 360), (7, 360), (99, 360)] {
        let tried = Some(Tried { at: due, times, last });
        let marks = Marks { answered: Some(at("2026-10-01T06:00:00Z")), planned: Some(due), tried };
        let at = |now: DateTime<Utc>| monthly.due_at(marks, now);
        let again = last + TimeDelta::minutes(minutes);
        assert_eq!(at(again - TimeDelta::seconds(1)), None, "{times}");
        assert_eq!(at(again), Some(Due { at: due, missed: None }), "{times}");
        assert!(at("2026-12-01T06:00:00Z".parse().unwrap()).is_some(), "the next one does not wait");
    }
}

/// A daemon that asks every half hour for a year runs each local day once, clock changes or not.
#[test]
fn a_year_of_days_in_four_zones_has_no_double_and_no_missed_run() {
    for zone in [Berlin, New_York, Moscow, Shanghai] {
        for cron in ["30 2 * * *", "30 1 * * *", "0 9 * * *", "59 23 * * *"] {
            let (daily, mut marks) = (schedule(cron, zone), mark("2026-01-01T12:00:00Z"));
            let (mut now, mut days) = (at("2026-01-01T12:00:00Z"), Vec::new());
            while now < at("2027-01-01T12:00:00Z") {
                if let Some(due) = daily.due_at(marks, now) {
                    assert_eq!(due.missed, None, "{cron} {zone} at {now}");
                    days.push(due.at.with_timezone(&zone).date_naive());
                    marks = Marks { answered: Some(now), planned: Some(now), tried: None };
                }
                now += TimeDelta::minutes(30);
            }
            let wanted = days[0].iter_days().take(days.len()).collect::<Vec<_>>();
            assert_eq!(days, wanted, "{cron} {zone}");
            assert_eq!(days.len(), 365, "{cron} {zone}");
        }
    }
}

/// Looking back and looking forward name the same instants.
#[test]
fn last_due_is_a_step_of_next_due() {
    for zone in [Berlin, New_York, Moscow, Shanghai] {
        for cron in ["30 2 * * *", "*/30 * * * *", "15 */3 * * *", "0 10 L * *", "0 0 * * MON"] {
            let schedule = schedule(cron, zone);
            for start in ["2026-03-07T00:00:00Z", "2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z", "2026-10-31T00:00:00Z"] {
                let (mut step, end) = (schedule.next_due(at(start)).unwrap(), at(start) + TimeDelta::days(3));
                while step < end {
                    let next = schedule.next_due(step).unwrap();
                    assert!(next > step);
                    for now in [step, step + (next - step) / 2, next - TimeDelta::seconds(1)] {
                        assert_eq!(schedule.last_due(now), Some(step), "{cron} {zone} at {now}");
                    }
                    step = next;
                }
            }
        }
    }
}
