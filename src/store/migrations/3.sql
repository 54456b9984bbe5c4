-- From version 2.

-- Rules by which a figure is had from another form of its series.
CREATE TABLE series_form (
  -- From which forms of a family of series figures of another form can be had, as [[link]] in sources.toml states it. A rule, not a
  -- pair of rows: nothing need be held of either.
  family TEXT NOT NULL, -- publisher.indicator, with which the codes begin
  "from" TEXT NOT NULL, -- measure.frequency of the figures it is had from, such as mom.m; of a successor a variant, such as base2010
  "to" TEXT NOT NULL, -- measure.frequency, or variant, of the figures that are had
  kind TEXT NOT NULL, -- same, chain, sum, growth, successor
  note TEXT NOT NULL DEFAULT '', -- why, in words
  place INTEGER NOT NULL, -- rules are tried in the order of sources.toml
  PRIMARY KEY (family, "from", "to", kind)
) STRICT, WITHOUT ROWID;
-- History of verdicts: what every reconciliation was made from, findings that are stored once while they stay the same, what a claim
-- meant to its judge, and why a verdict changed. A file of version 2 has all findings of every reconciliation: each stands until the
-- next one of its paper.
DROP VIEW claims_with_verdict;
DROP INDEX reconciliation_by_paper;
DROP INDEX finding_by_claim;
DROP INDEX finding_event_by_claim;
ALTER TABLE finding_event RENAME TO finding_event_2;
ALTER TABLE finding RENAME TO finding_2;
ALTER TABLE reconciliation RENAME TO reconciliation_2;
CREATE TABLE reconciliation (
  -- One comparison of one paper with the store. A run that finds the same verdicts from the same inputs makes no new row: it only
  -- refreshes confirmed_at and the marks of the last one, so the table grows with changes and not with runs.
  id INTEGER PRIMARY KEY, -- in order of starting
  paper_id TEXT NOT NULL REFERENCES paper(id), -- which paper
  as_of TEXT, -- the day whose state was asked; NULL: the current one
  started_at TEXT NOT NULL, -- when it began
  finished_at TEXT, -- when it ended; NULL: it did not
  confirmed_at TEXT, -- when a run last found all of this again; NULL: none did since finished_at
  program TEXT NOT NULL DEFAULT '', -- version of the program
  parser TEXT NOT NULL DEFAULT '', -- parser and version that read documents then, as in observation.parser
  paper_sha256 TEXT NOT NULL DEFAULT '', -- of the paper's folder, as in paper.sha256; empty: made before this was recorded
  evidence_sha256 TEXT NOT NULL DEFAULT '', -- of the evidence files; empty: made before this was recorded
  sources_sha256 TEXT NOT NULL DEFAULT '', -- of sources.toml; empty: made before this was recorded
  observation_mark INTEGER NOT NULL DEFAULT 0, -- highest observation.id when it was last so; what came since has a higher one
  attempt_mark INTEGER NOT NULL DEFAULT 0, -- highest attempt.id when it was last so
  summary TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(summary)) -- findings by side and status
) STRICT;
INSERT INTO reconciliation (id, paper_id, as_of, started_at, finished_at, program, summary)
  SELECT id, paper_id, as_of, started_at, finished_at, program, summary FROM reconciliation_2;
CREATE INDEX reconciliation_by_paper ON reconciliation(paper_id, id);
CREATE TABLE finding (
  -- The verdict on one claim from one reconciliation on; a claim has an external and an internal one. A verdict that stays the
  -- same to the letter is stored once. Of reconciliation :r: reconciliation_id <= :r AND (until_id IS NULL OR until_id > :r)
  -- of the claims of its paper; the current ones: until_id IS NULL.
  id INTEGER PRIMARY KEY, -- local to this file
  reconciliation_id INTEGER NOT NULL REFERENCES reconciliation(id), -- the first with it
  until_id INTEGER REFERENCES reconciliation(id), -- the first of the same paper without it; NULL: it stands
  claim_id INTEGER NOT NULL REFERENCES claim(id), -- on which
  side TEXT NOT NULL CHECK (side IN ('external', 'internal')), -- against the store, or against the paper itself
  status TEXT NOT NULL CHECK (status IN ('CONFIRMED', 'CONFIRMED_WITH_NOTE', 'SUPERSEDED', 'DEVIATES', 'INCONSISTENT',
    'IMPLAUSIBLE', 'NOT_COMPARABLE', 'UNVERIFIABLE', 'NOT_CHECKED')), -- the verdict
  grade TEXT CHECK (grade IN ('EXACT', 'COARSE', 'ROUNDS', 'TIE', 'COMPATIBLE', 'TRUNCATED', 'NONE')), -- how well it matches
  vintage_result TEXT CHECK (vintage_result IN ('MATCH_CURRENT', 'MATCH_AT_CUTOFF', 'MATCH_OTHER_VINTAGE',
    'MATCH_ONLY_AFTER_CUTOFF', 'VINTAGE_UNKNOWN', 'NO_VINTAGE_MATCHES')), -- which vintage matches
  severity TEXT CHECK (severity IN ('info', 'minor', 'major', 'critical')), -- how bad
  reasons TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reasons)), -- codes, a JSON list
  lo TEXT, -- least value the source allows, exact
  hi TEXT, -- greatest value the source allows, exact
  distance_ulp TEXT, -- distance in units of the claim's last digit, exact
  sentence TEXT NOT NULL DEFAULT '', -- the verdict in words
  observation_id INTEGER REFERENCES observation(id), -- the row that decided
  vintages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(vintages)), -- claim × vintage, as JSON
  relations TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(relations)), -- relations that speak of it, as JSON
  stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1)), -- 1: kept from before, because a fetch or parse failed
  UNIQUE (reconciliation_id, claim_id, side)
) STRICT;
INSERT INTO finding (id, reconciliation_id, until_id, claim_id, side, status, grade, vintage_result, severity, reasons, lo, hi,
    distance_ulp, sentence, observation_id, vintages, relations, stale)
  SELECT f.id, f.reconciliation_id,
    (SELECT min(n.id) FROM reconciliation AS r JOIN reconciliation AS n ON n.paper_id = r.paper_id AND n.id > r.id
      WHERE r.id = f.reconciliation_id),
    f.claim_id, f.side, f.status, f.grade, f.vintage_result, f.severity, f.reasons, f.lo, f.hi, f.distance_ulp, f.sentence,
    f.observation_id, f.vintages, f.relations, f.stale
  FROM finding_2 AS f;
CREATE INDEX finding_by_claim ON finding(claim_id, side, reconciliation_id);
CREATE UNIQUE INDEX finding_open ON finding(claim_id, side) WHERE until_id IS NULL;
CREATE TABLE claim_version (
  -- What a claim meant to its judge from one reconciliation on: a row where it differs from the one before.
  claim_id INTEGER NOT NULL REFERENCES claim(id), -- which
  reconciliation_id INTEGER NOT NULL REFERENCES reconciliation(id), -- the first with it
  fields TEXT NOT NULL CHECK (json_valid(fields)), -- what bears on its verdicts, as JSON: columns of claims.csv, the cut-off in force, relations by name
  PRIMARY KEY (claim_id, reconciliation_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding_event (
  -- A verdict that changed between two reconciliations, and what changed it.
  id INTEGER PRIMARY KEY, -- in order of happening
  reconciliation_id INTEGER NOT NULL REFERENCES reconciliation(id), -- the later one
  claim_id INTEGER NOT NULL REFERENCES claim(id), -- on which claim
  side TEXT NOT NULL CHECK (side IN ('external', 'internal')), -- which verdict
  before TEXT, -- status before; NULL: new claim
  after TEXT NOT NULL, -- status now
  origin TEXT, -- the status it left when it began to change; a return to it clears the alert. NULL: as after, or made before this was recorded
  observation_id INTEGER REFERENCES observation(id), -- the row that decides now
  cause TEXT NOT NULL DEFAULT '' CHECK (cause IN
    ('', 'vintage', 'withdrawn', 'parser', 'evidence', 'mapping', 'cut-off', 'catalogue', 'program')), -- what changed it; empty: made before this was recorded
  message TEXT NOT NULL DEFAULT '', -- the cause in words
  at TEXT NOT NULL -- when
) STRICT;
-- The words of an event of version 2 were those of the verdict; its cause is unknown.
INSERT INTO finding_event (id, reconciliation_id, claim_id, side, before, after, observation_id, message, at)
  SELECT id, reconciliation_id, claim_id, side, before, after, observation_id, message, at FROM finding_event_2;
CREATE INDEX finding_event_by_claim ON finding_event(claim_id, side, id);
DROP TABLE finding_event_2;
DROP TABLE finding_2;
DROP TABLE reconciliation_2;
CREATE VIEW claims_with_verdict AS
  -- Every claim with both verdicts of its paper's newest finished reconciliation.
  SELECT c.paper_id, c.claim, c.section, c.paragraph, c.sentence, c.printed, c.value, c.unit, c.series, c.period,
    e.status AS external_status, e.grade AS external_grade, e.vintage_result, e.severity AS external_severity,
    e.reasons AS external_reasons, e.sentence AS external_sentence, e.observation_id, e.stale,
    i.status AS internal_status, i.grade AS internal_grade, i.severity AS internal_severity,
    i.reasons AS internal_reasons, i.sentence AS internal_sentence, r.id AS reconciliation_id, r.finished_at, r.confirmed_at
  FROM claim AS c
  LEFT JOIN reconciliation AS r ON r.id =
    (SELECT max(n.id) FROM reconciliation AS n WHERE n.paper_id = c.paper_id AND n.finished_at IS NOT NULL)
  LEFT JOIN finding AS e ON e.claim_id = c.id AND e.side = 'external' AND e.until_id IS NULL
  LEFT JOIN finding AS i ON i.claim_id = c.id AND i.side = 'internal' AND i.until_id IS NULL
  WHERE c.retired_at IS NULL;
-- Revisions of a series: its triangle, and first prints against what stands today.
CREATE VIEW revision_triangle AS
  -- Every series as real-time data: what was in force, across all chains, on each day on which something of the series became known.
  -- Periods are its rows, vintages its columns: ask for one code, and pivot on vintage. A place is empty (no row) where nothing stood.
  SELECT s.code, o.period, v.value AS vintage, o.value, o.value_num, o.decimals, o.unit, o.status, o.class, o.source_id,
    o.known_from, o.known_from_basis, -- since when this figure stood, and how that day is known: stated, recorded, estimated
    o.known_from = v.value AS new, -- 1: it became known with this vintage; 0: it is carried on
    o.period_start, o.period_end, o.series_id, o.id AS observation_id
  FROM series AS s
  -- a table function of the series' own days, so that one code is answered by index
  CROSS JOIN json_each((
    SELECT json_group_array(DISTINCT d.known_from) FROM observation AS d
    WHERE d.series_id = s.id AND d.recorded_to IS NULL AND (d.known_to IS NULL OR d.known_to > d.known_from))) AS v
  CROSS JOIN observation AS o ON o.series_id = s.id
  WHERE o.recorded_to IS NULL AND o.known_from <= v.value AND (o.known_to IS NULL OR o.known_to > v.value)
    AND NOT EXISTS (
      SELECT 1 FROM observation AS b
      WHERE b.series_id = o.series_id AND b.period = o.period AND b.recorded_to IS NULL
        AND b.known_from <= v.value AND (b.known_to IS NULL OR b.known_to > v.value)
        AND (b.known_from > o.known_from
          OR (b.known_from = o.known_from AND (b.class_rank > o.class_rank
            OR (b.class_rank = o.class_rank AND b.source_id < o.source_id)))));

CREATE VIEW revision_summary AS
  -- The revisions of every series: first_print against latest, both as printed and across all chains. A period is compared if both
  -- carry a value of one unit and the series has a vintage after the first print, which could have changed it.
  -- Sums are floating here, for sorting and plots; `sverka revisions --json` has exact ones.
  SELECT code, first_vintage, last_vintage, vintages, -- the days on which something of the series became known
    count(change) AS periods, -- how many are compared
    sum(change <> 0) AS revised, -- how many of them show another value than at first
    round(avg(change), 6) AS mean_revision, round(avg(abs(change)), 6) AS mean_absolute_revision,
    round(max(abs(change)), 6) AS largest_revision, period AS largest_period, -- one of the periods that have the largest
    sum(flipped) AS sign_flips, -- grew at first and falls today, or the other way round; NULL: a level, which has no such sign
    round(avg(flipped), 4) AS sign_flip_share,
    sum(change IS NOT NULL AND decimals_differ) AS decimals_differ, -- first and latest have different numbers of digits
    sum(change IS NOT NULL AND estimated) AS estimated, -- the day of one of the two is estimated
    sum(change IS NOT NULL AND late) AS late_first, -- the first figure held is four months younger than its period: hardly the first print
    round(avg(abs(change)) FILTER (WHERE NOT late), 6) AS mean_absolute_of_timely, -- over the others: true first prints
    sum(latest IS NULL) AS withdrawn, -- not compared: nothing stands today
    sum(latest IS NOT NULL AND change IS NULL) AS other_unit, -- not compared: the unit changed
    series_id
  FROM (
    SELECT s.code, f.period, s.id AS series_id, l.value_num AS latest,
      json_extract(v.value, '$[0]') AS first_vintage, json_extract(v.value, '$[1]') AS last_vintage,
      json_extract(v.value, '$[2]') AS vintages,
      CASE WHEN l.unit = f.unit THEN l.value_num - f.value_num END AS change,
      CASE WHEN l.unit <> f.unit THEN NULL
        WHEN s.measure IN ('yoy', 'mom', 'qoq', 'wow', 'dec', 'pop', 'ytd-yoy') -- indices of growth: around 100
          THEN (f.value_num < 100 AND l.value_num > 100) OR (f.value_num > 100 AND l.value_num < 100)
        WHEN s.measure IN ('growth', 'increase') -- around 0
          THEN (f.value_num < 0 AND l.value_num > 0) OR (f.value_num > 0 AND l.value_num < 0)
        END AS flipped,
      l.decimals <> f.decimals AS decimals_differ,
      'estimated' IN (f.known_from_basis, l.known_from_basis) AS estimated,
      julianday(f.known_from) > julianday(f.period_end) + 123 AS late
    FROM series AS s
    CROSS JOIN json_each((
      SELECT json_array(json_array(min(d.known_from), max(d.known_from), count(DISTINCT d.known_from))) FROM observation AS d
      WHERE d.series_id = s.id AND d.recorded_to IS NULL AND (d.known_to IS NULL OR d.known_to > d.known_from))) AS v
    CROSS JOIN first_print AS f
    CROSS JOIN latest AS l
    WHERE f.series_id = s.id AND l.series_id = f.series_id AND l.period = f.period
      AND f.known_from < json_extract(v.value, '$[1]')
  )
  GROUP BY code HAVING count(change) > 0;

-- Documents that gave no figures are remembered with all that is needed to try them again; reading again is no try at a source.
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

-- Runs: since when a source is looked at as it is now, when something new is expected, and which planned instants were answered.
CREATE TABLE watch (
  -- Since when a source is looked at as sources.toml says now, and when its publisher is expected to say something new.
  source_id TEXT PRIMARY KEY REFERENCES source(id), -- which source
  schedule TEXT NOT NULL, -- when it is looked at, and its declared state: a change of either begins anew
  since TEXT NOT NULL, -- the instant from which planned runs are missed if nothing comes of them
  expected TEXT NOT NULL DEFAULT '' -- when something new is expected, as written; empty: nobody said
) STRICT;
CREATE INDEX attempt_by_due ON attempt(source_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempt_unplanned ON attempt(source_id, started_at) WHERE due_at IS NULL;

-- From version 2: what reconciliation and the state of the sources ask is answered without counting or looking through rows. The
-- triggers come before the tables are filled, and one statement fills each.

DROP INDEX IF EXISTS observation_by_value;
CREATE TABLE value_count (
  -- How many current figures have which value: what a printed figure would fit by chance is a sum over a few rows. Exact; kept by the
  -- triggers observation_counted, _recounted and _uncounted.
  unit TEXT NOT NULL, -- as in observation
  value_num REAL NOT NULL, -- as in observation; never for a verdict
  figures INTEGER NOT NULL CHECK (figures > 0), -- rows of observation with a value, known_to NULL and recorded_to NULL
  PRIMARY KEY (unit, value_num)
) STRICT, WITHOUT ROWID;
CREATE TABLE series_source (
  -- The chains a series ever had, so that nobody looks through its figures for them; kept by the trigger observation_sourced.
  series_id INTEGER NOT NULL REFERENCES series(id), -- what is measured
  source_id TEXT NOT NULL REFERENCES source(id), -- where it was published
  class TEXT NOT NULL CHECK (class IN ('parsed', 'exported', 'transcribed', 'quoted')), -- how it came to us
  PRIMARY KEY (series_id, source_id, class)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER observation_counted AFTER INSERT ON observation
WHEN new.value IS NOT NULL AND new.known_to IS NULL AND new.recorded_to IS NULL BEGIN
  INSERT INTO value_count (unit, value_num, figures) VALUES (new.unit, new.value_num, 1)
    ON CONFLICT DO UPDATE SET figures = figures + 1;
END;
CREATE TRIGGER observation_recounted AFTER UPDATE OF unit, value, known_to, recorded_to ON observation
WHEN new.value IS NOT NULL AND new.known_to IS NULL AND new.recorded_to IS NULL BEGIN
  INSERT INTO value_count (unit, value_num, figures) VALUES (new.unit, new.value_num, 1)
    ON CONFLICT DO UPDATE SET figures = figures + 1;
END;
CREATE TRIGGER observation_uncounted AFTER UPDATE OF unit, value, known_to, recorded_to ON observation
WHEN old.value IS NOT NULL AND old.known_to IS NULL AND old.recorded_to IS NULL BEGIN
  DELETE FROM value_count WHERE unit = old.unit AND value_num = old.value_num AND figures = 1;
  UPDATE value_count SET figures = figures - 1 WHERE unit = old.unit AND value_num = old.value_num;
END;
CREATE TRIGGER observation_deleted AFTER DELETE ON observation
WHEN old.value IS NOT NULL AND old.known_to IS NULL AND old.recorded_to IS NULL BEGIN
  DELETE FROM value_count WHERE unit = old.unit AND value_num = old.value_num AND figures = 1;
  UPDATE value_count SET figures = figures - 1 WHERE unit = old.unit AND value_num = old.value_num;
END;
CREATE TRIGGER observation_sourced AFTER INSERT ON observation
WHEN NOT EXISTS (SELECT 1 FROM series_source AS k
  WHERE k.series_id = new.series_id AND k.source_id = new.source_id AND k.class = new.class) BEGIN
  INSERT INTO series_source (series_id, source_id, class) VALUES (new.series_id, new.source_id, new.class);
END;

INSERT INTO value_count (unit, value_num, figures)
  SELECT unit, value_num, count(*) FROM observation
  WHERE value IS NOT NULL AND known_to IS NULL AND recorded_to IS NULL GROUP BY unit, value_num;
INSERT INTO series_source (series_id, source_id, class) SELECT DISTINCT series_id, source_id, class FROM observation;

CREATE INDEX series_by_table ON series(publisher, indicator, entity, measure, frequency);
CREATE INDEX series_by_item ON series(item, entity);
CREATE INDEX snapshot_by_source ON snapshot(source_id, as_of);
DROP INDEX attempt_by_outcome;
CREATE INDEX attempt_success ON attempt(source_id, finished_at)
  WHERE outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept');
CREATE INDEX attempt_validated ON attempt(source_id) WHERE etag IS NOT NULL OR last_modified IS NOT NULL;
CREATE INDEX attempt_by_address ON attempt(source_id, coalesce(document, url), id, outcome) WHERE outcome IS NOT NULL;

-- What is told of a source.
DROP VIEW source_health;
CREATE VIEW source_health AS
  -- Every source with its last try, its last success, what it holds, what is open, and what a person was told of it. Runs that did
  -- not take place and reading again are no tries at the source.
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
    WHERE a.source_id = s.id AND a.trigger <> 'reparse' AND a.outcome IS NOT 'missed' AND a.outcome IS NOT 'skipped_overlap');
