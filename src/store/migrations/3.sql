-- From version 2, runs: since when a source is looked at as it is now, when something new is expected, and quick answers to
-- "which planned instants were answered".

CREATE TABLE watch (
  -- Since when a source is looked at as sources.toml says now, and when its publisher is expected to say something new.
  source_id TEXT PRIMARY KEY REFERENCES source(id), -- which source
  schedule TEXT NOT NULL, -- when it is looked at, and its declared state: a change of either begins anew
  since TEXT NOT NULL, -- the instant from which planned runs are missed if nothing comes of them
  expected TEXT NOT NULL DEFAULT '' -- when something new is expected, as written; empty: nobody said
) STRICT;

CREATE INDEX attempt_by_due ON attempt(source_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempt_unplanned ON attempt(source_id, started_at) WHERE due_at IS NULL;

DROP VIEW source_health;
CREATE VIEW source_health AS
  -- Every source with its last try, its last success, what it holds, what is open, and what a person was told of it.
  SELECT s.id AS source_id, s.publisher_id, s.title, s.page, s.schedule, s.state, s.max_age_days,
    l.started_at AS last_attempt, l.finished_at AS last_finished, l.outcome AS last_outcome, l.message AS last_message,
    (SELECT max(g.finished_at) FROM attempt AS g
      WHERE g.source_id = s.id AND g.outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept')) AS last_success,
    (SELECT max(d.as_of) FROM snapshot AS d WHERE d.source_id = s.id) AS newest_document,
    (SELECT count(*) FROM snapshot AS d WHERE d.source_id = s.id) AS documents,
    s.observations, s.vintages,
    (SELECT count(*) FROM issue AS i WHERE i.source_id = s.id AND i.recorded_to IS NULL) AS open_issues,
    (SELECT count(*) FROM quarantine AS q WHERE q.source_id = s.id AND q.released_at IS NULL) AS quarantined,
    w.expected, w.since AS watched_since,
    (SELECT a.message FROM alert AS a WHERE a.key = 'silence/' || s.id AND a.cleared_at IS NULL) AS silence,
    (SELECT a.message FROM alert AS a WHERE a.key = 'failing/' || s.id AND a.cleared_at IS NULL) AS failing,
    (SELECT m.message FROM attempt AS m
      WHERE m.source_id = s.id AND m.outcome IN ('missed', 'skipped_overlap') ORDER BY m.id DESC LIMIT 1) AS last_missed
  FROM source AS s
  LEFT JOIN watch AS w ON w.source_id = s.id
  LEFT JOIN attempt AS l ON l.id = (SELECT max(a.id) FROM attempt AS a
    WHERE a.source_id = s.id AND a.outcome IS NOT 'missed' AND a.outcome IS NOT 'skipped_overlap');
