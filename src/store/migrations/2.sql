-- From version 1: documents that a person must accept or that no reader survives, trade databases that name who reports, and how a
-- person read a figure. Some
-- files of version 1 were made before `kept` stood in the lists of
-- outcomes; the index and the view are made anew for all.

DROP VIEW source_health;
UPDATE attempt SET due_at = NULL
  WHERE outcome = 'kept' AND due_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM attempt AS a WHERE a.source_id = attempt.source_id AND a.due_at = attempt.due_at AND a.id < attempt.id
      AND (a.outcome IS NULL OR a.outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept')));
DROP INDEX attempt_once;
CREATE UNIQUE INDEX attempt_once ON attempt(source_id, due_at)
  WHERE due_at IS NOT NULL AND (outcome IS NULL
    OR outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept', 'drift', 'incomplete'));

DROP INDEX quarantine_open;
ALTER TABLE quarantine RENAME TO quarantine_1;
CREATE TABLE quarantine (
  -- Documents and rows that were not let in, with the rule that refused them; they can be tried again.
  id INTEGER PRIMARY KEY, -- local to this file
  source_id TEXT NOT NULL REFERENCES source(id), -- whose
  attempt_id INTEGER REFERENCES attempt(id), -- the try that met it, the last one if there were several
  sha256 TEXT CHECK (length(sha256) = 64), -- the document, where its bytes are kept
  locator TEXT NOT NULL DEFAULT '', -- the row or cell; empty: the whole document
  rule TEXT NOT NULL, -- the code of the rule: bad_line, parser_crash and the like, or drift for a document that waits for a person
  message TEXT NOT NULL DEFAULT '', -- what was seen and what was wanted
  raw TEXT NOT NULL DEFAULT '', -- the refused text
  tries INTEGER NOT NULL DEFAULT 1 CHECK (tries > 0), -- how often it was refused
  parser TEXT NOT NULL DEFAULT '', -- for a whole document: which parser and version could not read it; another one may try anew
  quarantined_at TEXT NOT NULL, -- when it was first refused
  released_at TEXT, -- when it was let in or given up; NULL: open
  document TEXT NOT NULL DEFAULT '', -- the label under which it was tried; this and what follows is for whole documents
  bytes INTEGER CHECK (bytes >= 0), -- its size
  as_of TEXT CHECK (as_of GLOB '????-??-??'), -- as in snapshot
  as_of_basis TEXT CHECK (as_of_basis IN ('stated', 'recorded', 'estimated')), -- as in snapshot
  fetched_at TEXT NOT NULL DEFAULT '', -- as in snapshot
  url TEXT NOT NULL DEFAULT '', -- as in snapshot
  obtained_from TEXT NOT NULL DEFAULT '', -- as in snapshot
  content_type TEXT NOT NULL DEFAULT '' -- as in snapshot
) STRICT;
INSERT INTO quarantine (id, source_id, attempt_id, sha256, locator, rule, message, raw, tries, quarantined_at, released_at)
  SELECT id, source_id, attempt_id, sha256, locator, rule, message, raw, tries, quarantined_at, released_at FROM quarantine_1;
DROP TABLE quarantine_1;
CREATE INDEX quarantine_open ON quarantine(source_id) WHERE released_at IS NULL;

-- Nothing was ever written to drift. What was an issue of units becomes a change that was let in.
DROP TABLE drift;
-- Documents that gave no figures are remembered with all that is needed to try them again.

CREATE TABLE unread (
  -- A document that is kept and gave no figures: refused, or of a source that has no reading. `reparse` tries it again.
  id INTEGER PRIMARY KEY, -- local to this file
  source_id TEXT NOT NULL REFERENCES source(id), -- whose
  attempt_id INTEGER REFERENCES attempt(id), -- the last try that met it
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64), -- its bytes in the archive
  outcome TEXT NOT NULL, -- why it gave none, as in attempt
  message TEXT NOT NULL DEFAULT '', -- the same in a sentence
  noted_at TEXT NOT NULL, -- when it was first met
  read_at TEXT, -- when it was read after all; NULL: it was not
  document TEXT NOT NULL DEFAULT '', -- the label under which it was tried
  bytes INTEGER CHECK (bytes >= 0), -- its size
  as_of TEXT NOT NULL CHECK (as_of GLOB '????-??-??'), -- as in snapshot
  as_of_basis TEXT NOT NULL CHECK (as_of_basis IN ('stated', 'recorded', 'estimated')), -- as in snapshot
  fetched_at TEXT NOT NULL DEFAULT '', -- as in snapshot
  url TEXT NOT NULL DEFAULT '', -- as in snapshot
  obtained_from TEXT NOT NULL DEFAULT '', -- as in snapshot
  content_type TEXT NOT NULL DEFAULT '' -- as in snapshot
) STRICT;
CREATE INDEX unread_open ON unread(source_id, sha256) WHERE read_at IS NULL;

CREATE TABLE drift (
  -- What a document changed against its guards and against the documents before it. Code, place, before and after are its
  -- identity: once accepted, later documents with the same change are not held for it.
  id INTEGER PRIMARY KEY, -- local to this file
  source_id TEXT NOT NULL REFERENCES source(id), -- whose shape
  snapshot_id INTEGER REFERENCES snapshot(id), -- the document that differs, where it was let in
  quarantine_id INTEGER REFERENCES quarantine(id), -- the document that differs, where it is kept out
  code TEXT NOT NULL, -- checkpoint, unit_changed, series_gone, period_gone …
  weight TEXT NOT NULL CHECK (weight IN ('holds', 'lacks', 'told')), -- holds: kept out until accepted; lacks: incomplete; told: no more than that
  place TEXT NOT NULL, -- series, table, heading or reading
  before TEXT NOT NULL DEFAULT '', -- what stood there, or was wanted
  after TEXT NOT NULL DEFAULT '', -- what stands there
  seen_at TEXT NOT NULL, -- when it was noticed
  accepted_at TEXT, -- when a person said it is fine; NULL: nobody did
  note TEXT NOT NULL DEFAULT '', -- what that person said
  settled_at TEXT -- when a later document ended it; NULL: it goes on
) STRICT;
CREATE INDEX drift_open ON drift(source_id) WHERE accepted_at IS NULL AND settled_at IS NULL;
CREATE INDEX drift_accepted ON drift(source_id, place) WHERE accepted_at IS NOT NULL;
CREATE INDEX drift_by_snapshot ON drift(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE INDEX drift_by_quarantine ON drift(quarantine_id) WHERE quarantine_id IS NOT NULL;
INSERT INTO drift (source_id, snapshot_id, code, weight, place, before, after, seen_at, accepted_at, note)
  SELECT i.source_id, i.snapshot_id, i.code, 'holds', s.code, i.wanted, i.seen, i.recorded_from, i.recorded_from,
    'stored before such changes were asked about'
  FROM issue AS i JOIN series AS s ON s.id = i.series_id WHERE i.code = 'unit_changed' AND i.recorded_to IS NULL;
UPDATE issue SET recorded_to = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE code = 'unit_changed' AND recorded_to IS NULL;

CREATE VIEW source_health AS
  -- Every source with its last try, its last success, what it holds and what is open.
  SELECT s.id AS source_id, s.publisher_id, s.title, s.page, s.schedule, s.state, s.max_age_days,
    l.started_at AS last_attempt, l.finished_at AS last_finished, l.outcome AS last_outcome, l.message AS last_message,
    (SELECT max(g.finished_at) FROM attempt AS g
      WHERE g.source_id = s.id AND g.outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept')) AS last_success,
    (SELECT max(d.as_of) FROM snapshot AS d WHERE d.source_id = s.id) AS newest_document,
    (SELECT count(*) FROM snapshot AS d WHERE d.source_id = s.id) AS documents,
    s.observations, s.vintages,
    (SELECT count(*) FROM issue AS i WHERE i.source_id = s.id AND i.recorded_to IS NULL) AS open_issues,
    (SELECT count(*) FROM quarantine AS q WHERE q.source_id = s.id AND q.released_at IS NULL) AS quarantined
  FROM source AS s
  LEFT JOIN attempt AS l ON l.id = (SELECT max(a.id) FROM attempt AS a WHERE a.source_id = s.id AND a.trigger <> 'reparse');

CREATE TABLE layout (
  -- Where the rows and columns of a table stood and what their words were, so that the next document can be told from it.
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document
  table_key TEXT NOT NULL, -- as in coverage
  places TEXT NOT NULL CHECK (json_valid(places)), -- JSON: a list [row or column, meaning, words, number or letters] each
  PRIMARY KEY (snapshot_id, table_key)
) STRICT, WITHOUT ROWID;

-- A line of a trade database names the country that reports it; a customs service's own dump does not. What the columns of an
-- interface mean has a dictionary like countries and units.

CREATE TABLE customs_field (
  -- Dictionary of interfaces: names of the columns in their answers.
  id INTEGER PRIMARY KEY, -- local to this file
  code TEXT NOT NULL UNIQUE, -- as in the file, such as primaryValue
  name TEXT NOT NULL DEFAULT '' -- in words
) STRICT;

DROP INDEX customs_row_lookup;
DROP INDEX customs_row_by_snapshot;
ALTER TABLE customs_row RENAME TO customs_row_before;
CREATE TABLE customs_row (
  -- One line of a customs dump or a trade database. Amounts are exact: integers in thousandths of the unit named.
  id INTEGER PRIMARY KEY, -- in order of loading
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document
  line INTEGER NOT NULL, -- its data line, from 1
  flow INTEGER NOT NULL CHECK (flow IN (1, 2)), -- 1 export, 2 import, as the reporter sees it
  period INTEGER NOT NULL, -- year × 100 + month; month 0: the whole year
  reporter_id INTEGER REFERENCES customs_partner(id), -- the country that reports; NULL: the publisher's own
  partner_id INTEGER REFERENCES customs_partner(id), -- partner country
  code_id INTEGER NOT NULL REFERENCES customs_code(id), -- commodity
  unit_id INTEGER REFERENCES customs_unit(id), -- unit of the quantity
  region_id INTEGER REFERENCES customs_region(id), -- region of the declarant
  district_id INTEGER REFERENCES customs_region(id), -- federal district
  value_milli INTEGER, -- statistical value, thousandths of the file's currency unit
  weight_milli INTEGER, -- net weight, thousandths of the file's weight unit
  quantity_milli INTEGER -- quantity, thousandths of its unit
) STRICT;
INSERT INTO customs_row (id, snapshot_id, line, flow, period, partner_id, code_id, unit_id, region_id, district_id, value_milli,
    weight_milli, quantity_milli)
  SELECT id, snapshot_id, line, flow, period, partner_id, code_id, unit_id, region_id, district_id, value_milli, weight_milli,
    quantity_milli FROM customs_row_before;
DROP TABLE customs_row_before;
CREATE INDEX customs_row_lookup ON customs_row(code_id, period);
CREATE INDEX customs_row_by_snapshot ON customs_row(snapshot_id);

CREATE TABLE transcription (
  -- How a person read a figure of class transcribed or quoted.
  observation_id INTEGER PRIMARY KEY REFERENCES observation(id), -- the figure
  publication TEXT NOT NULL, -- title of what was published
  archive_url TEXT NOT NULL DEFAULT '', -- where a web archive keeps it
  quoted_by TEXT NOT NULL DEFAULT '', -- whose text was read, where it was not the publisher's
  seen TEXT NOT NULL CHECK (seen IN ('page', 'excerpt', 'document')), -- how much of it was read
  transcribed_on TEXT NOT NULL CHECK (transcribed_on GLOB '????-??-??'), -- when
  confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')) -- that this figure is the one of the series
) STRICT;

-- How many current figures a printed one would fit by chance.
CREATE INDEX observation_by_value ON observation(value_num) WHERE known_to IS NULL AND recorded_to IS NULL;
