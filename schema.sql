-- The whole store of sverka: one SQLite file, meant to be read by other people's programs as well.
-- This file is version 6; how an older file becomes one is in src/store/migrations/.
--
-- As-of recipe: what a reader would have seen on the day :day. Replace :code and :day.
--
--   SELECT s.code, o.period, o.value, o.status, o.class, o.source_id, o.known_from
--   FROM observation AS o JOIN series AS s ON s.id = o.series_id
--   WHERE s.code = :code AND o.recorded_to IS NULL
--     AND o.known_from <= :day AND (o.known_to IS NULL OR o.known_to > :day)
--   ORDER BY o.period_start, o.period_end, o.known_from DESC, o.class_rank DESC, o.source_id;
--
-- The first row of a period is the one to use: newest known_from first, the class decides between equal ones.
--
-- Dates (known_*, as_of, period_*) are ISO days; instants (recorded_*, *_at) are UTC, such as 2026-11-23T10:15:00Z.
-- The application id is the four letters "SVRK".
PRAGMA application_id = 0x5356524B;

CREATE TABLE publisher (
  -- Who publishes: a statistical office, a central bank, a research institute.
  id TEXT PRIMARY KEY, -- short name, such as rosstat; the first part of series codes
  title TEXT NOT NULL DEFAULT '', -- full name
  short TEXT NOT NULL DEFAULT '', -- the name that stands in sentences, such as Rosstat
  url TEXT NOT NULL DEFAULT '' -- home page
) STRICT;

CREATE TABLE source (
  -- A publication that appears again and again, as sources.toml states it, or an evidence file.
  id TEXT PRIMARY KEY, -- its id in sources.toml, such as cbr-trade
  publisher_id TEXT REFERENCES publisher(id), -- NULL where nobody said
  title TEXT NOT NULL DEFAULT '', -- what it is
  page TEXT NOT NULL DEFAULT '', -- the page a person would open
  format TEXT NOT NULL DEFAULT '', -- xlsx, html, csv …
  schedule TEXT NOT NULL DEFAULT '', -- when it is looked at, as written
  state TEXT NOT NULL DEFAULT 'unconfigured', -- the state sources.toml declares; unconfigured: met in a manifest only
  max_age_days INTEGER CHECK (max_age_days > 0), -- older than this, its newest document is stale; NULL: no promise
  observations INTEGER NOT NULL DEFAULT 0, -- rows of observation with recorded_to NULL; kept by the store, so that nobody counts
  vintages INTEGER NOT NULL DEFAULT 0, -- those of them that are not the first of their chain
  licence TEXT NOT NULL DEFAULT '' -- on which terms its publisher lets others use it, in words
) STRICT;

CREATE TABLE watch (
  -- Since when a source is looked at as sources.toml says now, and when its publisher is expected to say something new.
  source_id TEXT PRIMARY KEY REFERENCES source(id), -- which source
  schedule TEXT NOT NULL, -- when it is looked at, and its declared state: a change of either begins anew
  since TEXT NOT NULL, -- the instant from which planned runs are missed if nothing comes of them
  expected TEXT NOT NULL DEFAULT '' -- when something new is expected, as written; empty: nobody said
) STRICT;

CREATE TABLE lease (
  -- Who may write: the holder of a name, with a generation that fences off a holder who was paused.
  name TEXT PRIMARY KEY, -- what is held, such as writer
  holder TEXT NOT NULL, -- who holds it
  generation INTEGER NOT NULL CHECK (generation > 0), -- grows with every change of holder; a writer with an older one must stop
  taken_at TEXT NOT NULL, -- since when
  expires_at TEXT -- until when, where it lapses by itself
) STRICT;

CREATE TABLE snapshot (
  -- One document as it was obtained: bytes by SHA-256, with when, whence and how.
  id INTEGER PRIMARY KEY, -- local to this file; other files have other ids
  source_id TEXT NOT NULL REFERENCES source(id), -- the publication it is an issue of
  sha256 TEXT CHECK (length(sha256) = 64), -- of the raw bytes, lower-case hex; NULL: a publication that a person read, no bytes known
  bytes INTEGER CHECK (bytes >= 0), -- size; NULL where unknown
  as_of TEXT NOT NULL CHECK (as_of GLOB '????-??-??'), -- the day it was fetched, or the manifest's date
  as_of_basis TEXT NOT NULL CHECK (as_of_basis IN ('stated', 'recorded', 'estimated')), -- where as_of comes from
  fetched_at TEXT NOT NULL DEFAULT '', -- when this program, or the web archive it asked, received it, for the order of documents of one day; empty: neither did
  known_from TEXT NOT NULL CHECK (known_from GLOB '????-??-??'), -- the day its figures became known: the date it states, else as_of
  known_from_basis TEXT NOT NULL CHECK (known_from_basis IN ('stated', 'recorded', 'estimated')), -- where known_from comes from
  url TEXT NOT NULL DEFAULT '', -- the address it was published at
  obtained_from TEXT NOT NULL DEFAULT '', -- fetched by this program, or the archive or person it came from
  content_type TEXT NOT NULL DEFAULT '', -- as the server said or the bytes show
  class TEXT NOT NULL CHECK (class IN ('parsed', 'exported', 'transcribed', 'quoted')), -- how its figures came to us
  held INTEGER NOT NULL CHECK (held IN (0, 1)), -- 1: the bytes are in the archive
  parser TEXT NOT NULL DEFAULT '', -- which parser and version read it
  recorded_from TEXT NOT NULL, -- when this database learned of it
  CHECK (held = 0 OR sha256 IS NOT NULL)
) STRICT;
-- A document counts once per source, day and class; without bytes its address stands for it.
CREATE UNIQUE INDEX snapshot_once ON snapshot(source_id, class, as_of, coalesce(sha256, url));
CREATE INDEX snapshot_by_hash ON snapshot(sha256);
CREATE INDEX snapshot_by_source ON snapshot(source_id, as_of);

CREATE TABLE attempt (
  -- One try at one source; the only table of runs. Failed ones stay.
  id INTEGER PRIMARY KEY, -- in order of starting
  source_id TEXT NOT NULL REFERENCES source(id), -- what was tried
  trigger TEXT NOT NULL, -- who asked: schedule, run, replay, ingest, accept, reparse …
  due_at TEXT, -- the planned instant it answers; NULL if nobody planned it
  started_at TEXT NOT NULL, -- when it began
  finished_at TEXT, -- when it ended; NULL while it runs
  outcome TEXT, -- a typed code; stored, unchanged, not_modified, known and kept count as success, drift and incomplete need a person, left_alone and robots_disallowed: the publisher was not asked, reparsed: a document that was here was read again, missed and skipped_overlap are runs that did not take place; NULL while it runs
  http_status INTEGER, -- the last answer's status
  message TEXT NOT NULL DEFAULT '', -- one sentence for a person
  document TEXT, -- a label of the document tried, such as its path in a manifest
  snapshot_id INTEGER REFERENCES snapshot(id), -- the document it brought
  url TEXT, -- the address that answered
  etag TEXT, -- validator for the next conditional request
  last_modified TEXT, -- validator for the next conditional request
  CHECK ((finished_at IS NULL) = (outcome IS NULL))
) STRICT;
-- A planned instant is answered once, by a success or by a document that needs a person; a try that failed or was cut off may
-- be made again.
CREATE UNIQUE INDEX attempt_once ON attempt(source_id, due_at)
  WHERE due_at IS NOT NULL AND (outcome IS NULL
    OR outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept', 'drift', 'incomplete'));
CREATE INDEX attempt_by_source ON attempt(source_id, id);
CREATE INDEX attempt_open ON attempt(id) WHERE finished_at IS NULL;
-- The last success and the last validators are found without looking back over the tries since.
CREATE INDEX attempt_success ON attempt(source_id, finished_at)
  WHERE outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept');
CREATE INDEX attempt_validated ON attempt(source_id) WHERE etag IS NOT NULL OR last_modified IS NOT NULL;
-- The addresses of a source are hopped over, however often each was tried.
CREATE INDEX attempt_by_address ON attempt(source_id, coalesce(document, url), id, outcome) WHERE outcome IS NOT NULL;
CREATE INDEX attempt_by_due ON attempt(source_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempt_unplanned ON attempt(source_id, started_at) WHERE due_at IS NULL;
CREATE INDEX attempt_missed ON attempt(source_id, id) WHERE outcome IN ('missed', 'skipped_overlap');
CREATE INDEX attempt_by_snapshot ON attempt(snapshot_id) WHERE snapshot_id IS NOT NULL;

CREATE TABLE host (
  -- Hosts that failed of late or asked for a pause, so that a run does not ask where the one before was told not to.
  name TEXT PRIMARY KEY, -- as it stands in addresses
  failures INTEGER NOT NULL CHECK (failures >= 0), -- addresses in a row, each with all of its tries, at which nobody answered
  until TEXT, -- not asked before, unless a person names the source; NULL: it may be asked
  why TEXT NOT NULL DEFAULT '' -- why not
) STRICT, WITHOUT ROWID;

CREATE TABLE robots (
  -- What the robots.txt of each origin lets this program ask for; it is asked for again when a day is over.
  origin TEXT PRIMARY KEY, -- scheme, host and port
  asked_at TEXT NOT NULL, -- when it was asked for last
  came_at TEXT NOT NULL, -- when the rules came; earlier than asked_at: it could not be had since
  rules TEXT, -- the rules that concern this program; NULL: it could not be had, and nothing is asked for
  answer TEXT NOT NULL DEFAULT '' -- how the last request for it ended
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
  -- The periods that one table of one document speaks of; a period outside says nothing about that period.
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document
  table_key TEXT NOT NULL, -- which table of which reading
  frequency TEXT NOT NULL CHECK (frequency IN ('a', 'h', 'q', 'm', 'w', 'd', 'ytd')), -- the frequency the span is of
  start TEXT NOT NULL CHECK (start GLOB '????-??-??'), -- first day of the earliest period
  end TEXT NOT NULL CHECK (end >= start), -- last day of the latest filled period
  figures INTEGER NOT NULL CHECK (figures >= 0), -- how many figures it has
  PRIMARY KEY (snapshot_id, table_key, frequency)
) STRICT, WITHOUT ROWID;

CREATE TABLE layout (
  -- Where the rows and columns of a table stood and what their words were, so that the next document can be told from it.
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document
  table_key TEXT NOT NULL, -- as in coverage
  places TEXT NOT NULL CHECK (json_valid(places)), -- JSON: a list [row or column, meaning, words, number or letters] each
  PRIMARY KEY (snapshot_id, table_key)
) STRICT, WITHOUT ROWID;

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
CREATE INDEX quarantine_open ON quarantine(source_id) WHERE released_at IS NULL;

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

CREATE TABLE series (
  -- What is measured; its identity is everything that must agree before two figures may be compared.
  id INTEGER PRIMARY KEY, -- local to this file; use code to speak of a series
  code TEXT NOT NULL UNIQUE, -- publisher.indicator.item[.entity][.flow][.counterpart].measure.frequency[.variant], stable
  publisher TEXT NOT NULL, -- who publishes it
  indicator TEXT NOT NULL, -- what it is about
  item TEXT NOT NULL, -- which row: an activity, a good, a currency; the classifier's item
  entity TEXT, -- whose: a country or region, with its coverage (ru-without-new)
  detail TEXT, -- further dimensions, such as an age group
  flow TEXT, -- export, import, total, balance …
  counterpart TEXT, -- the other side of the flow
  measure TEXT NOT NULL, -- level, yoy, mom, qoq, dec, share …
  frequency TEXT NOT NULL CHECK (frequency IN ('a', 'h', 'q', 'm', 'w', 'd', 'ytd')), -- how often it speaks
  variant TEXT, -- what is left of the code after the frequency
  base TEXT, -- price base or index base year, where the variant names one
  adjustment TEXT, -- sa or nsa, where the variant names one
  methodology TEXT, -- customs or bop, where the variant names one
  classifier TEXT, -- classifier and its version, where known
  unit TEXT NOT NULL DEFAULT '', -- unit id of the figure that was stored first; each figure's own unit rules
  title TEXT NOT NULL DEFAULT '' -- a label for people
) STRICT;
CREATE INDEX series_by_subject ON series(indicator, item, entity, flow);
-- Other rows of a table, and the same row elsewhere.
CREATE INDEX series_by_table ON series(publisher, indicator, entity, measure, frequency);
CREATE INDEX series_by_item ON series(item, entity);

CREATE TABLE series_link (
  -- How two series hang together: a successor on a new base, a mirror, the same label elsewhere.
  "from" INTEGER NOT NULL REFERENCES series(id), -- the one
  "to" INTEGER NOT NULL REFERENCES series(id), -- the other
  kind TEXT NOT NULL, -- successor, mirror, same_label …
  note TEXT NOT NULL DEFAULT '', -- why, in words
  PRIMARY KEY ("from", "to", kind)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE observation (
  -- A value of a series for a period as one document states it: a link in the chain of vintages of (series, period, source, class).
  -- known_* is what the publisher had said; recorded_* is what this database believed. Read rows with recorded_to NULL.
  id INTEGER PRIMARY KEY, -- stable while the row stands; local to this file
  series_id INTEGER NOT NULL REFERENCES series(id), -- what is measured
  source_id TEXT NOT NULL REFERENCES source(id), -- where it was published
  period TEXT NOT NULL, -- canonical: 2020, 2020-Q1, 2020-12, 2020-04-25, 2020-01/2020-06
  period_start TEXT NOT NULL CHECK (length(period_start) = 10), -- first day
  period_end TEXT NOT NULL CHECK (period_end >= period_start), -- last day, inclusive
  value TEXT, -- the exact decimal, as many digits as displayed; NULL unless published or provisional
  value_num REAL GENERATED ALWAYS AS (CAST(value AS REAL)) VIRTUAL, -- for plots and sorting only; never for a verdict
  decimals INTEGER CHECK (decimals >= 0), -- digits after the separator as displayed
  printed TEXT NOT NULL DEFAULT '', -- the cell as displayed
  raw TEXT, -- the stored number where it differs from the displayed one
  unit TEXT NOT NULL DEFAULT '', -- unit id
  status TEXT NOT NULL CHECK (status IN
    ('published', 'provisional', 'withheld', 'absent', 'no_data', 'blank', 'withdrawn')), -- SDMX A P Q M L O O
  class TEXT NOT NULL CHECK (class IN ('parsed', 'exported', 'transcribed', 'quoted')), -- how it came to us
  class_rank INTEGER GENERATED ALWAYS AS
    (CASE class WHEN 'parsed' THEN 4 WHEN 'exported' THEN 3 WHEN 'transcribed' THEN 2 ELSE 1 END) VIRTUAL, -- the larger the better
  known_from TEXT NOT NULL CHECK (length(known_from) = 10), -- first day it stood
  known_to TEXT CHECK (known_to >= known_from), -- first day it stood no more; NULL: it stands
  known_from_basis TEXT NOT NULL CHECK (known_from_basis IN ('stated', 'recorded', 'estimated')), -- where known_from comes from
  recorded_from TEXT NOT NULL, -- when this database began to believe it
  recorded_to TEXT, -- when it ceased to; NULL: it does
  parser TEXT NOT NULL DEFAULT '', -- which parser and version read it
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document that states it
  locator TEXT NOT NULL DEFAULT '', -- where in the document; empty for an inferred withdrawal
  table_key TEXT NOT NULL DEFAULT '', -- which table of which reading delivers it
  notes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notes)), -- footnotes, a JSON list of texts
  inferred INTEGER NOT NULL DEFAULT 0 CHECK (inferred IN (0, 1)), -- 1: withdrawn because the document covers the period without it
  evidence TEXT, -- the evidence file that holds it; NULL: read from a document
  CHECK ((value IS NULL) = (status NOT IN ('published', 'provisional'))),
  CHECK ((value IS NULL) = (decimals IS NULL)),
  CHECK (inferred = 0 OR status = 'withdrawn')
) STRICT;
CREATE INDEX observation_lookup ON observation(series_id, period, known_from);
-- A source's current state; short, because every row passes through it.
CREATE INDEX observation_open ON observation(source_id, class) WHERE known_to IS NULL AND recorded_to IS NULL;
CREATE INDEX observation_by_snapshot ON observation(snapshot_id);
CREATE INDEX observation_by_evidence ON observation(evidence) WHERE evidence IS NOT NULL;

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

CREATE TABLE issue (
  -- Something a reader of the data must know. Read rows with recorded_to NULL.
  id INTEGER PRIMARY KEY, -- local to this file
  source_id TEXT NOT NULL REFERENCES source(id), -- whose
  snapshot_id INTEGER REFERENCES snapshot(id), -- in which document
  series_id INTEGER REFERENCES series(id), -- of which series, where it is of one
  period TEXT, -- of which period, where it is of one
  code TEXT NOT NULL, -- unknown_row, coverage_lost, sources_disagree …
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')), -- how much it matters
  locator TEXT NOT NULL, -- where
  seen TEXT NOT NULL, -- what was seen
  wanted TEXT NOT NULL, -- what was wanted
  derived INTEGER NOT NULL DEFAULT 0 CHECK (derived IN (0, 1)), -- 1: computed from the store, and again when an older document arrives
  recorded_from TEXT NOT NULL, -- since when this database says so
  recorded_to TEXT -- until when; NULL: it does
) STRICT;
CREATE INDEX issue_by_source ON issue(source_id) WHERE recorded_to IS NULL;
CREATE INDEX issue_by_snapshot ON issue(snapshot_id);
CREATE INDEX issue_by_series ON issue(series_id, period) WHERE series_id IS NOT NULL AND recorded_to IS NULL;

CREATE TABLE paper (
  -- A document whose printed figures are checked; papers/<id>/ is the truth for it.
  id TEXT PRIMARY KEY, -- name of its folder
  title TEXT NOT NULL DEFAULT '', -- its title
  authors TEXT NOT NULL DEFAULT '', -- who wrote it
  doi TEXT, -- its DOI
  url TEXT, -- where it is
  language TEXT, -- of its text
  received TEXT, -- day the journal received it
  accepted TEXT, -- day it was accepted: the cut-off where a claim has no better one
  published TEXT, -- day it appeared
  meta TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(meta)), -- the rest of paper.toml as JSON: footnotes, conventions
  sha256 TEXT, -- of the folder's content, so that an unchanged paper is not loaded again
  loaded_at TEXT NOT NULL -- when it was last brought up to date
) STRICT;

CREATE TABLE claim (
  -- One figure as a paper prints it, with its place and the series it means; columns as in papers/<id>/claims.csv.
  id INTEGER PRIMARY KEY, -- local to this file
  paper_id TEXT NOT NULL REFERENCES paper(id), -- where it is printed
  claim TEXT NOT NULL, -- its id in claims.csv
  section TEXT NOT NULL DEFAULT '', -- heading it stands under
  paragraph TEXT NOT NULL DEFAULT '', -- which paragraph
  sentence TEXT NOT NULL DEFAULT '', -- the sentence, located and restated
  printed TEXT NOT NULL, -- the figure as printed
  value TEXT, -- its exact decimal, sign from the words; NULL: unreadable
  decimals INTEGER CHECK (decimals >= 0), -- digits after the separator as printed
  unit TEXT NOT NULL DEFAULT '', -- unit id
  hedge TEXT NOT NULL DEFAULT '', -- over, nearly, about …
  wording TEXT NOT NULL DEFAULT '', -- times, fold, doubled …
  entity TEXT NOT NULL DEFAULT '', -- whose
  counterpart TEXT NOT NULL DEFAULT '', -- the other side
  flow TEXT NOT NULL DEFAULT '', -- direction of trade
  indicator TEXT NOT NULL DEFAULT '', -- what it is about
  series TEXT NOT NULL DEFAULT '', -- series.code it means; empty: unmapped. No reference: the series may be missing here
  period TEXT NOT NULL DEFAULT '', -- canonical period
  measure TEXT NOT NULL DEFAULT '', -- level, yoy …
  base TEXT NOT NULL DEFAULT '', -- what it is compared with
  footnote TEXT NOT NULL DEFAULT '', -- the paper's footnote that names the source
  cutoff TEXT NOT NULL DEFAULT '', -- the day by which a vintage must have been known; empty: the paper's
  restated TEXT NOT NULL DEFAULT '', -- the claim in plain words
  retired_at TEXT, -- when it vanished from claims.csv; NULL: it is there
  UNIQUE (paper_id, claim)
) STRICT;
CREATE INDEX claim_by_series ON claim(series, period);

CREATE TABLE relation (
  -- What must hold between claims of one paper, from paper.toml.
  id INTEGER PRIMARY KEY, -- local to this file
  paper_id TEXT NOT NULL REFERENCES paper(id), -- whose
  relation TEXT NOT NULL, -- its id in paper.toml
  kind TEXT NOT NULL, -- growth, sum, share, same_as …
  claims TEXT NOT NULL CHECK (json_valid(claims)), -- ids of the claims it binds, by role, as JSON
  parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters)), -- weight_slack, low, high …
  reason TEXT NOT NULL DEFAULT '', -- why it must hold
  UNIQUE (paper_id, relation)
) STRICT;

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
CREATE INDEX finding_event_by_claim ON finding_event(claim_id, side, id);

CREATE TABLE alert (
  -- Something a person was or is to be told: a new deviation, a stale source, a lost coverage.
  id INTEGER PRIMARY KEY, -- local to this file
  key TEXT NOT NULL UNIQUE, -- what it is about; the same thing is said once
  severity TEXT NOT NULL CHECK (severity IN ('info', 'minor', 'major', 'critical')), -- how bad
  message TEXT NOT NULL, -- in words
  raised_at TEXT NOT NULL, -- when it began
  cleared_at TEXT, -- when it ended; NULL: it goes on
  accepted_at TEXT -- when a person said it is known
) STRICT;

CREATE TABLE channel (
  -- Ways to tell people, as alerts.toml states them: whoever raises an alert writes a message for each that asked for its severity.
  name TEXT PRIMARY KEY, -- its name in alerts.toml
  least TEXT NOT NULL CHECK (least IN ('info', 'minor', 'major', 'critical')) -- alerts less severe than this are not sent there
) STRICT;

CREATE TABLE outbox (
  -- Messages to send, written in the transaction that causes them, so that none is lost and none is sent for nothing.
  id INTEGER PRIMARY KEY, -- in order of writing
  message TEXT NOT NULL UNIQUE, -- the id that the message bears however often it is sent: whoever gets it twice can tell
  alert_id INTEGER REFERENCES alert(id), -- why; NULL: several alerts in one
  channel TEXT NOT NULL, -- where to: its name in alerts.toml
  payload TEXT NOT NULL CHECK (json_valid(payload)), -- the message, as webhooks and commands get it
  created_at TEXT NOT NULL, -- when it was written
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0), -- how often sending was begun
  next_at TEXT NOT NULL, -- when it may be tried next
  error TEXT NOT NULL DEFAULT '', -- why the last try failed
  sent_at TEXT, -- when it went; NULL: not yet
  bundled_in INTEGER REFERENCES outbox(id), -- the message that tells this one with others; it is not sent by itself then
  given_up_at TEXT -- when it was given up: too old, or its channel is gone
) STRICT;
CREATE INDEX outbox_open ON outbox(channel, id) WHERE sent_at IS NULL AND bundled_in IS NULL AND given_up_at IS NULL;

CREATE TABLE checkup (
  -- When the file itself was last looked through, and when it was last written to see that it can be.
  what TEXT PRIMARY KEY, -- integrity, write
  at TEXT NOT NULL, -- when
  found TEXT NOT NULL -- what SQLite said: ok, or the first faults
) STRICT;

CREATE TABLE customs_partner (
  -- Dictionary of customs_row: partner countries.
  id INTEGER PRIMARY KEY, -- as in customs_row.partner_id
  code TEXT NOT NULL UNIQUE, -- as in the file, such as KZ
  name TEXT NOT NULL DEFAULT '' -- in words, where a dictionary was read
) STRICT;

CREATE TABLE customs_unit (
  -- Dictionary of customs_row: units of quantity.
  id INTEGER PRIMARY KEY, -- as in customs_row.unit_id
  code TEXT NOT NULL UNIQUE, -- as in the file
  name TEXT NOT NULL DEFAULT '' -- in words, where a dictionary was read
) STRICT;

CREATE TABLE customs_region (
  -- Dictionary of customs_row: regions and federal districts.
  id INTEGER PRIMARY KEY, -- as in customs_row.region_id and district_id
  code TEXT NOT NULL UNIQUE, -- as in the file
  name TEXT NOT NULL DEFAULT '' -- in words, where a dictionary was read
) STRICT;

CREATE TABLE customs_code (
  -- Dictionary of customs_row: commodity codes.
  id INTEGER PRIMARY KEY, -- as in customs_row.code_id
  code TEXT NOT NULL UNIQUE, -- digits of the commodity nomenclature, leading zeros kept
  name TEXT NOT NULL DEFAULT '' -- in words, where a dictionary was read
) STRICT;

CREATE TABLE customs_field (
  -- Dictionary of interfaces: names of the columns in their answers.
  id INTEGER PRIMARY KEY, -- local to this file
  code TEXT NOT NULL UNIQUE, -- as in the file, such as primaryValue
  name TEXT NOT NULL DEFAULT '' -- in words
) STRICT;

CREATE TABLE customs_load (
  -- One document of customs lines on its way in or in: a small one comes in one transaction, a dump in batches, each committed. Lines
  -- of a load that has no document are seen by nobody.
  id INTEGER PRIMARY KEY, -- local to this file
  source_id TEXT NOT NULL REFERENCES source(id), -- whose lines
  sha256 TEXT NOT NULL, -- the bytes they are read from
  snapshot_id INTEGER UNIQUE REFERENCES snapshot(id), -- the document; NULL: under way, or kept out
  parser TEXT NOT NULL, -- what reads it: only the same may go on where a load was cut off
  streamed INTEGER NOT NULL CHECK (streamed IN (0, 1)), -- 1: it came in batches
  upto INTEGER NOT NULL DEFAULT 0, -- the last data line of the last batch that is in
  lines INTEGER NOT NULL DEFAULT 0, -- lines that are kept
  digest INTEGER NOT NULL DEFAULT 0, -- of the lines that came in batches, in any order: the same bytes read by the same program give it again
  scope TEXT NOT NULL DEFAULT '', -- what the document was asked for, as its lines show it: a single country, region, commodity …
  begun_at TEXT NOT NULL -- when
) STRICT;
CREATE INDEX customs_load_by_source ON customs_load(source_id, sha256);

CREATE TABLE customs_segment (
  -- Lines of one load and one period that came in together; there are many only where a document is large or mixes its periods.
  id INTEGER PRIMARY KEY, -- ascending, so that lines are only ever appended
  load_id INTEGER NOT NULL REFERENCES customs_load(id), -- which load
  period INTEGER NOT NULL, -- year × 100 + month; month 0: the whole year
  lines INTEGER NOT NULL -- how many
) STRICT;
CREATE INDEX customs_segment_by_load ON customs_segment(load_id, period);
CREATE INDEX customs_segment_by_period ON customs_segment(period);

CREATE TABLE customs_line (
  -- One line of a customs dump or a trade database, beside others of its commodity. Read it through customs_row. Amounts are exact:
  -- integers in thousandths of the unit named.
  segment_id INTEGER NOT NULL REFERENCES customs_segment(id), -- load and period
  code_id INTEGER NOT NULL REFERENCES customs_code(id), -- commodity
  line INTEGER NOT NULL, -- its data line in the document, from 1
  flow INTEGER NOT NULL CHECK (flow IN (1, 2)), -- 1 export, 2 import, as the reporter sees it
  reporter_id INTEGER REFERENCES customs_partner(id), -- the country that reports; NULL: the publisher's own
  partner_id INTEGER REFERENCES customs_partner(id), -- partner country
  unit_id INTEGER REFERENCES customs_unit(id), -- unit of the quantity
  region_id INTEGER REFERENCES customs_region(id), -- region of the declarant
  district_id INTEGER REFERENCES customs_region(id), -- federal district
  value_milli INTEGER, -- statistical value, thousandths of the file's currency unit
  weight_milli INTEGER, -- net weight, thousandths of the file's weight unit
  quantity_milli INTEGER, -- quantity, thousandths of its unit
  PRIMARY KEY (segment_id, code_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE customs_span (
  -- What a load says of one period, and how long that stood: a later load of the same source, scope and period takes its place.
  load_id INTEGER NOT NULL REFERENCES customs_load(id), -- which load
  period INTEGER NOT NULL, -- year × 100 + month; month 0: the whole year
  lines INTEGER NOT NULL, -- how many
  known_from TEXT NOT NULL, -- the day it became known
  known_to TEXT, -- the day another one took its place; NULL: it stands
  PRIMARY KEY (load_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE customs_refused (
  -- Lines that did not fit, of loads that are under way; with their document they go to quarantine.
  load_id INTEGER NOT NULL REFERENCES customs_load(id), -- which load
  line INTEGER NOT NULL, -- its data line, from 1
  locator TEXT NOT NULL, -- where it stands
  reason TEXT NOT NULL, -- what was seen and what was wanted
  raw TEXT NOT NULL, -- the row as it stands, its cells between tabs
  PRIMARY KEY (load_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE customs_name (
  -- What a document calls a code. Documents never replace each other's names: see customs_name_history.
  dictionary TEXT NOT NULL CHECK (dictionary IN ('partner', 'unit', 'region', 'code', 'field')), -- of which dictionary
  code TEXT NOT NULL, -- as there
  snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), -- the document
  name TEXT NOT NULL, -- in words
  PRIMARY KEY (dictionary, code, snapshot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customs_name_by_document ON customs_name(snapshot_id);

CREATE TABLE label (
  -- What things are called, in the language in which it was said: for search, through label_fts. Kept by the triggers label_of_*.
  id INTEGER PRIMARY KEY, -- as in label_fts
  kind TEXT NOT NULL CHECK (kind IN ('series', 'row', 'source', 'paper', 'claim', 'commodity')), -- what is called so; row: rows and columns of tables
  owner TEXT NOT NULL DEFAULT '', -- the paper of a claim, the source of a row; empty for the others
  name TEXT NOT NULL, -- series.code, source.id, paper.id, claim.claim, customs_code.code; of a row its meaning, such as entity=ru,item=05
  title TEXT NOT NULL, -- what it is called; of a row its words as published, in small letters
  words TEXT GENERATED ALWAYS AS (replace(replace(title, 'ё', 'е'), 'Ё', 'Е')) VIRTUAL, -- the same as it is searched: many write е for ё
  UNIQUE (kind, owner, name, title)
) STRICT;

CREATE VIRTUAL TABLE label_fts USING fts5(
  -- Full-text search over label, small and capital letters and accents being one:
  -- SELECT l.* FROM label_fts AS f JOIN label AS l ON l.id = f.rowid WHERE label_fts MATCH '"уголь"*' ORDER BY f.rank.
  name, -- as in label
  words, -- as in label
  content = 'label', -- the texts stand there
  content_rowid = 'id', -- by this number
  tokenize = "unicode61 remove_diacritics 2", -- words of any alphabet; 05 and ipi of a code are words, too
  prefix = '2 3' -- beginnings of words are found without looking at all of them
);

CREATE TRIGGER label_inserted AFTER INSERT ON label BEGIN
  INSERT INTO label_fts (rowid, name, words) VALUES (new.id, new.name, new.words);
END;
CREATE TRIGGER label_updated AFTER UPDATE ON label BEGIN
  INSERT INTO label_fts (label_fts, rowid, name, words) VALUES ('delete', old.id, old.name, old.words);
  INSERT INTO label_fts (rowid, name, words) VALUES (new.id, new.name, new.words);
END;
CREATE TRIGGER label_deleted AFTER DELETE ON label BEGIN
  INSERT INTO label_fts (label_fts, rowid, name, words) VALUES ('delete', old.id, old.name, old.words);
END;

CREATE TRIGGER label_of_series AFTER INSERT ON series BEGIN
  INSERT INTO label (kind, name, title) VALUES ('series', new.code, new.title);
END;
CREATE TRIGGER label_of_series_again AFTER UPDATE OF code, title ON series WHEN old.code <> new.code OR old.title <> new.title BEGIN
  UPDATE label SET name = new.code, title = new.title WHERE kind = 'series' AND owner = '' AND name = old.code;
END;
CREATE TRIGGER label_of_series_ended AFTER DELETE ON series BEGIN
  DELETE FROM label WHERE kind = 'series' AND owner = '' AND name = old.code;
END;
CREATE TRIGGER label_of_source AFTER INSERT ON source BEGIN
  INSERT INTO label (kind, name, title) VALUES ('source', new.id, new.title);
END;
CREATE TRIGGER label_of_source_again AFTER UPDATE OF id, title ON source WHEN old.id <> new.id OR old.title <> new.title BEGIN
  UPDATE label SET name = new.id, title = new.title WHERE kind = 'source' AND owner = '' AND name = old.id;
END;
CREATE TRIGGER label_of_source_ended AFTER DELETE ON source BEGIN
  DELETE FROM label WHERE kind = 'source' AND owner = '' AND name = old.id;
END;
CREATE TRIGGER label_of_paper AFTER INSERT ON paper BEGIN
  INSERT INTO label (kind, name, title) VALUES ('paper', new.id, new.title);
END;
CREATE TRIGGER label_of_paper_again AFTER UPDATE OF id, title ON paper WHEN old.id <> new.id OR old.title <> new.title BEGIN
  UPDATE label SET name = new.id, title = new.title WHERE kind = 'paper' AND owner = '' AND name = old.id;
END;
CREATE TRIGGER label_of_paper_ended AFTER DELETE ON paper BEGIN
  DELETE FROM label WHERE kind = 'paper' AND owner = '' AND name = old.id;
END;
-- Claims that were retired are not found.
CREATE TRIGGER label_of_claim AFTER INSERT ON claim WHEN new.retired_at IS NULL BEGIN
  INSERT INTO label (kind, owner, name, title) VALUES ('claim', new.paper_id, new.claim, new.restated);
END;
CREATE TRIGGER label_of_claim_again AFTER UPDATE OF paper_id, claim, restated, retired_at ON claim
WHEN (old.paper_id, old.claim, old.restated, old.retired_at IS NULL) <> (new.paper_id, new.claim, new.restated, new.retired_at IS NULL) BEGIN
  DELETE FROM label WHERE kind = 'claim' AND owner = old.paper_id AND name = old.claim;
  INSERT INTO label (kind, owner, name, title)
    SELECT 'claim', new.paper_id, new.claim, new.restated WHERE new.retired_at IS NULL;
END;
CREATE TRIGGER label_of_claim_ended AFTER DELETE ON claim BEGIN
  DELETE FROM label WHERE kind = 'claim' AND owner = old.paper_id AND name = old.claim;
END;
-- Chapters, headings and subheadings of the Harmonized System, six digits at most; what customs services divide them into is too much.
CREATE TRIGGER label_of_commodity AFTER INSERT ON customs_code WHEN new.name <> '' AND length(new.code) <= 6 BEGIN
  INSERT INTO label (kind, name, title) VALUES ('commodity', new.code, new.name);
END;
CREATE TRIGGER label_of_commodity_again AFTER UPDATE OF name ON customs_code WHEN old.name <> new.name AND length(new.code) <= 6 BEGIN
  DELETE FROM label WHERE kind = 'commodity' AND owner = '' AND name = old.code;
  INSERT INTO label (kind, name, title) SELECT 'commodity', new.code, new.name WHERE new.name <> '';
END;
CREATE TRIGGER label_of_commodity_ended AFTER DELETE ON customs_code BEGIN
  DELETE FROM label WHERE kind = 'commodity' AND owner = '' AND name = old.code;
END;
-- Rows and columns under what their publisher calls them. Those that stand for a year, a month or a day have no words to look for.
CREATE TRIGGER label_of_row AFTER INSERT ON layout BEGIN
  INSERT INTO label (kind, owner, name, title)
    SELECT 'row', n.source_id, p.value ->> 1, p.value ->> 2 FROM snapshot AS n JOIN json_each(new.places) AS p
    WHERE n.id = new.snapshot_id AND p.value ->> 2 <> '' AND p.value ->> 1 NOT LIKE '%year=%' AND p.value ->> 1 NOT LIKE '%quarter=%'
      AND p.value ->> 1 NOT LIKE '%month=%' AND p.value ->> 1 NOT LIKE '%date=%'
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER label_of_row_ended AFTER DELETE ON layout BEGIN
  DELETE FROM label WHERE kind = 'row' AND owner = (SELECT n.source_id FROM snapshot AS n WHERE n.id = old.snapshot_id)
    AND (name, title) NOT IN (
      SELECT p.value ->> 1, p.value ->> 2
      FROM snapshot AS n JOIN snapshot AS m ON m.source_id = n.source_id JOIN layout AS l ON l.snapshot_id = m.id JOIN json_each(l.places) AS p
      WHERE n.id = old.snapshot_id AND p.value ->> 1 IS NOT NULL AND p.value ->> 2 IS NOT NULL);
END;

CREATE VIEW customs_row AS
  -- Every line of every document that is in, its revisions included. Ask for a commodity and a period, or for a document.
  SELECT (l.snapshot_id << 32) + r.line AS id, l.snapshot_id, r.line, r.flow, s.period, r.reporter_id, r.partner_id, r.code_id,
    r.unit_id, r.region_id, r.district_id, r.value_milli, r.weight_milli, r.quantity_milli, s.load_id, r.segment_id
  FROM customs_segment AS s JOIN customs_load AS l ON l.id = s.load_id JOIN customs_line AS r ON r.segment_id = s.id
  WHERE l.snapshot_id IS NOT NULL;

CREATE VIEW customs_name_history AS
  -- Names of codes over time, one row a change: what a source calls a code, from when and until when.
  SELECT dictionary, code, source_id, name, known_from,
    lead(known_from) OVER (PARTITION BY dictionary, code, source_id ORDER BY known_from, as_of, fetched_at, sha256) AS known_to
  FROM (
    SELECT m.dictionary, m.code, n.source_id, m.name, n.known_from, n.as_of, n.fetched_at, n.sha256,
      lag(m.name) OVER (PARTITION BY m.dictionary, m.code, n.source_id ORDER BY n.known_from, n.as_of, n.fetched_at, n.sha256) AS before
    FROM customs_name AS m JOIN snapshot AS n ON n.id = m.snapshot_id)
  WHERE name IS NOT before;

CREATE VIEW customs_current AS
  -- The lines that stand: of every source, scope and period those of the newest document.
  SELECT r.*, l.source_id, l.scope, p.known_from
  FROM customs_span AS p JOIN customs_load AS l ON l.id = p.load_id
    JOIN customs_row AS r ON r.load_id = p.load_id AND r.period = p.period
  WHERE p.known_to IS NULL;

CREATE VIEW latest AS
  -- The current state of every series and period across all chains, status included: newest known_from, then the better class.
  -- A withheld or withdrawn figure is shown with its status and no value.
  SELECT s.code, o.period, o.value, o.value_num, o.decimals, o.unit, o.status, o.class, o.source_id, o.known_from,
    o.known_from_basis, o.printed, o.period_start, o.period_end, o.locator, o.snapshot_id, o.notes, o.series_id,
    o.id AS observation_id
  FROM observation AS o JOIN series AS s ON s.id = o.series_id
  WHERE o.known_to IS NULL AND o.recorded_to IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM observation AS b
      WHERE b.series_id = o.series_id AND b.period = o.period AND b.known_to IS NULL AND b.recorded_to IS NULL
        AND (b.known_from > o.known_from
          OR (b.known_from = o.known_from AND (b.class_rank > o.class_rank
            OR (b.class_rank = o.class_rank AND b.source_id < o.source_id)))));

CREATE VIEW first_print AS
  -- The earliest value of every series and period across all chains; the class decides between equal dates.
  SELECT s.code, o.period, o.value, o.value_num, o.decimals, o.unit, o.status, o.class, o.source_id, o.known_from,
    o.known_from_basis, o.printed, o.period_start, o.period_end, o.locator, o.snapshot_id, o.notes, o.series_id,
    o.id AS observation_id
  FROM observation AS o JOIN series AS s ON s.id = o.series_id
  WHERE o.recorded_to IS NULL AND o.value IS NOT NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)
    AND NOT EXISTS (
      SELECT 1 FROM observation AS b
      WHERE b.series_id = o.series_id AND b.period = o.period AND b.recorded_to IS NULL AND b.value IS NOT NULL
        AND (b.known_to IS NULL OR b.known_to > b.known_from)
        AND (b.known_from < o.known_from
          OR (b.known_from = o.known_from AND (b.class_rank > o.class_rank
            OR (b.class_rank = o.class_rank AND b.source_id < o.source_id)))));

CREATE VIEW revisions AS
  -- Every change of a figure inside one chain: what it was, what it became, when. Repeats are no revisions.
  SELECT s.code, c.period, c.source_id, c.class, c.known_from, c.before, c.after, c.status_before, c.status_after,
    CASE WHEN c.before IS NOT NULL AND c.after IS NOT NULL
      THEN CAST(c.after AS REAL) - CAST(c.before AS REAL) END AS change, -- for plots and sorting only
    c.series_id, c.observation_id
  FROM (
    SELECT series_id, period, source_id, class, known_from, value AS after, status AS status_after, id AS observation_id,
      lag(value) OVER chain AS before, lag(status) OVER chain AS status_before
    FROM observation
    WHERE recorded_to IS NULL AND (known_to IS NULL OR known_to > known_from)
    WINDOW chain AS (PARTITION BY series_id, period, source_id, class ORDER BY known_from)
  ) AS c JOIN series AS s ON s.id = c.series_id
  WHERE c.status_before IS NOT NULL AND (c.before IS NOT c.after OR c.status_before IS NOT c.status_after);

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
  LEFT JOIN attempt AS l ON l.id = (SELECT a.id FROM attempt AS a
    WHERE a.source_id = s.id AND a.trigger <> 'reparse' AND a.outcome IS NOT 'missed' AND a.outcome IS NOT 'skipped_overlap'
    ORDER BY a.id DESC LIMIT 1);

PRAGMA user_version = 6;
