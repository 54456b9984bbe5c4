//! The questions, as SQL. Each finds the few series first, by an index, and then their figures by period, so that none of them
//! looks through the history of a series or the whole store.

use crate::reconcile::SAME_LABEL;
use crate::store::attempt::{ANSWERED_OUTCOMES, REPARSE, listed};
use crate::store::runs::{MISSED, SKIPPED};

/// Columns of a figure of another series; a column for its link follows.
const OTHER: &str = "s.code, p.short, l.period_start, l.period_end, l.value, max(l.decimals), l.unit, min(l.known_from),
      max(l.known_to IS NULL)";
/// How a series `s` hangs together with the one of code ?1.
const LINKED: &str = "(SELECT k.kind || ' ' || k.note FROM series AS m JOIN series_link AS k
      ON (k.\"from\" = s.id AND k.\"to\" = m.id) OR (k.\"from\" = m.id AND k.\"to\" = s.id) WHERE m.code = ?1)";
/// Where the figures of [`OTHER`] come from: every value that ever stood. The cross join keeps the order: first the few series,
/// then their figures by index.
const FROM: &str =
    "FROM series AS s CROSS JOIN observation AS l ON l.series_id = s.id LEFT JOIN publisher AS p ON p.id = s.publisher";
/// Which of them, and in which order: a value once, and what stands today first.
const ONCE: &str = "l.recorded_to IS NULL AND l.value IS NOT NULL AND (l.known_to IS NULL OR l.known_to > l.known_from)
      GROUP BY s.code, l.period_start, l.period_end, l.value
      ORDER BY s.code, l.period_start, l.period_end, max(l.known_to IS NULL) DESC, l.value";

/// Unit, publisher and title of the series ?1.
pub(in crate::store) const SERIES: &str = "SELECT s.unit, CASE WHEN p.short <> '' THEN p.short ELSE s.publisher END, s.title
     FROM series AS s LEFT JOIN publisher AS p ON p.id = s.publisher WHERE s.code = ?1";

/// How many current figures of unit ?1 lie from ?2 to ?3, both included.
pub(in crate::store) const COUNT_LIKE: &str = "SELECT coalesce(sum(figures), 0) FROM value_count
     WHERE unit = ?1 AND value_num BETWEEN CAST(?2 AS REAL) AND CAST(?3 AS REAL)";

/// The rules by which figures of the family ?1 are had from other forms.
pub(in crate::store) const FORMS: &str = "SELECT kind, \"from\", \"to\", note FROM series_form WHERE family = ?1 ORDER BY place";

/// The periods for which the series ?1 has a value today.
pub(in crate::store) const PERIODS: &str =
    "SELECT DISTINCT o.period_start, o.period_end FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id
     WHERE s.code = ?1 AND o.recorded_to IS NULL AND o.known_to IS NULL AND o.value IS NOT NULL
     ORDER BY o.period_start, o.period_end";

/// Whether a source that holds the series ?1 failed at its last try: NULL if none did, 0 if it could not be fetched, 1 if all that
/// failed fetched a document that could not be read. One that is being tried did not fail yet; one of which a failure is expected, as
/// `sources.toml` declares it, does not fail.
pub(in crate::store) fn failing() -> String {
    format!(
        "SELECT min(EXISTS (SELECT 1 FROM unread AS u WHERE u.source_id = a.source_id AND u.attempt_id = a.id AND u.read_at IS NULL))
         FROM series AS s JOIN series_source AS h ON h.series_id = s.id
           JOIN source AS o ON o.id = h.source_id AND o.state NOT IN ('moved', 'withheld', 'dead')
           JOIN attempt AS a ON a.id = (SELECT t.id FROM attempt AS t WHERE t.source_id = h.source_id
             AND t.outcome IS NOT '{MISSED}' AND t.outcome IS NOT '{SKIPPED}' AND t.trigger <> '{REPARSE}' ORDER BY t.id DESC LIMIT 1)
         WHERE s.code = ?1 AND a.outcome NOT IN ({})",
        listed(&ANSWERED_OUTCOMES)
    )
}

/// ?1 publisher, ?2 indicator, ?3 item, ?4 counterpart, ?5 entity, ?6 flow, ?7 measure, ?8 frequency, ?9 variant, ?10 period.
pub(in crate::store) fn siblings() -> String {
    format!(
        "SELECT {OTHER}, NULL {FROM}
         WHERE s.publisher = ?1 AND s.indicator = ?2 AND (s.item <> ?3 OR s.counterpart IS NOT ?4) AND s.entity IS ?5
           AND s.flow IS ?6 AND s.measure = ?7 AND s.frequency = ?8 AND s.variant IS ?9 AND l.period = ?10
           AND {ONCE}"
    )
}

/// ?1 code, ?2 first day, ?3 last day, ?4 the period itself, ?5 and ?6 between which texts of periods these days lie.
pub(in crate::store) fn neighbours() -> String {
    format!(
        "SELECT {OTHER}, NULL {FROM}
         WHERE s.code = ?1 AND l.period >= ?5 AND l.period < ?6 AND l.period_start >= ?2 AND l.period_end <= ?3
           AND l.period <> ?4 AND {ONCE}"
    )
}

/// ?1 code, ?2 publisher, ?3 indicator, ?4 item, ?5 entity, ?6 detail, ?7 flow, ?8 counterpart, ?9 the periods, a JSON list.
pub(in crate::store) fn other_bases() -> String {
    format!(
        "SELECT {OTHER}, {LINKED} {FROM}
         WHERE s.code <> ?1 AND s.publisher = ?2 AND s.indicator = ?3 AND s.item = ?4 AND s.entity IS ?5 AND s.detail IS ?6
           AND s.flow IS ?7 AND s.counterpart IS ?8 AND l.period IN (SELECT value FROM json_each(?9)) AND {ONCE}"
    )
}

/// ?1 indicator, ?2 item, ?3 publisher, ?4 entity, ?5 counterpart, ?6 flow, ?7 period.
pub(in crate::store) fn other_flows() -> String {
    format!(
        "SELECT {OTHER}, NULL {FROM}
         WHERE s.indicator = ?1 AND s.item = ?2 AND l.period = ?7
           AND ((s.publisher = ?3 AND s.entity IS ?4 AND s.counterpart IS ?5 AND s.flow IS NOT ?6)
             OR (?5 IS NOT NULL AND s.entity IS ?5 AND s.counterpart IS ?4)) AND {ONCE}"
    )
}

/// ?1 code, ?2 period.
pub(in crate::store) fn same_label() -> String {
    format!(
        "SELECT {OTHER}, k.kind || ' ' || k.note
         FROM series AS m JOIN series_link AS k ON k.\"from\" = m.id AND k.kind = '{SAME_LABEL}' JOIN series AS s ON s.id = k.\"to\"
           CROSS JOIN observation AS l ON l.series_id = s.id LEFT JOIN publisher AS p ON p.id = s.publisher
         WHERE m.code = ?1 AND l.period = ?2 AND {ONCE}"
    )
}

/// ?1 publisher, ?2 indicator, ?3 item, ?4 entity, ?5 period.
pub(in crate::store) fn same_figure_elsewhere() -> String {
    format!(
        "SELECT {OTHER}, NULL {FROM}
         WHERE (s.publisher <> ?1 OR s.indicator <> ?2) AND s.item = ?3 AND s.entity IS ?4 AND l.period = ?5
           AND {ONCE}"
    )
}

/// Every question of this file.
#[cfg(test)]
pub(in crate::store) fn all() -> Vec<String> {
    let plain = [SERIES, COUNT_LIKE, FORMS, PERIODS].map(str::to_string);
    let made = [failing, siblings, neighbours, other_bases, other_flows, same_label, same_figure_elsewhere];
    plain.into_iter().chain(made.map(|sql| sql())).collect()
}
