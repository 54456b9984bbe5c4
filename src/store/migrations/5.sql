-- From version 4: lines of customs dumps come in batches that nobody sees before the document is in, stand beside others of their
-- commodity, and have a time for which what they say of a period stood. What they are called when they are read stays `customs_row`.

DROP INDEX customs_row_lookup;
DROP INDEX customs_row_by_snapshot;
ALTER TABLE customs_row RENAME TO customs_row_4;
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

INSERT INTO customs_load (id, source_id, sha256, snapshot_id, parser, streamed, upto, lines, scope, begun_at)
  SELECT row_number() OVER (ORDER BY n.id), n.source_id, n.sha256, n.id, n.parser, 0, t.upto, t.lines,
    concat_ws(' ', 'digits ' || t.digits, CASE WHEN t.codes = 1 THEN 'code ' || t.code WHEN t.chapters < 30 THEN 'chapters ' || t.listed END,
      CASE WHEN t.partners = 1 THEN 'partner ' || t.partner END, CASE WHEN t.regions = 1 THEN 'region ' || t.region END,
      CASE WHEN t.flows = 1 THEN iif(t.flow = 1, 'export', 'import') END),
    n.recorded_from
  FROM (
    SELECT r.snapshot_id, max(r.line) AS upto, count(*) AS lines, count(DISTINCT r.code_id) AS codes, min(c.code) AS code,
      count(DISTINCT substr(c.code, 1, 2)) AS chapters, count(DISTINCT p.code) AS partners, min(p.code) AS partner,
      count(DISTINCT g.code) AS regions, min(g.code) AS region, count(DISTINCT r.flow) AS flows, min(r.flow) AS flow,
      (SELECT group_concat(digits, '+') FROM (SELECT DISTINCT length(k.code) AS digits FROM customs_row_4 AS o
        JOIN customs_code AS k ON k.id = o.code_id WHERE o.snapshot_id = r.snapshot_id ORDER BY digits)) AS digits,
      (SELECT group_concat(chapter, ' ') FROM (SELECT DISTINCT substr(k.code, 1, 2) AS chapter FROM customs_row_4 AS o
        JOIN customs_code AS k ON k.id = o.code_id WHERE o.snapshot_id = r.snapshot_id ORDER BY chapter)) AS listed
    FROM customs_row_4 AS r JOIN customs_code AS c ON c.id = r.code_id LEFT JOIN customs_partner AS p ON p.id = r.partner_id
      LEFT JOIN customs_region AS g ON g.id = r.region_id
    GROUP BY r.snapshot_id) AS t JOIN snapshot AS n ON n.id = t.snapshot_id;
INSERT INTO customs_segment (id, load_id, period, lines)
  SELECT row_number() OVER (ORDER BY l.id, r.period), l.id, r.period, count(*)
  FROM customs_row_4 AS r JOIN customs_load AS l ON l.snapshot_id = r.snapshot_id GROUP BY l.id, r.period;
INSERT INTO customs_line
  SELECT s.id, r.code_id, r.line, r.flow, r.reporter_id, r.partner_id, r.unit_id, r.region_id, r.district_id, r.value_milli,
    r.weight_milli, r.quantity_milli
  FROM customs_row_4 AS r JOIN customs_load AS l ON l.snapshot_id = r.snapshot_id
    JOIN customs_segment AS s ON s.load_id = l.id AND s.period = r.period
  ORDER BY s.id, r.code_id, r.line;
INSERT INTO customs_span
  SELECT s.load_id, s.period, s.lines, n.known_from,
    lead(n.known_from) OVER (PARTITION BY l.source_id, l.scope, s.period ORDER BY n.known_from, n.as_of, n.fetched_at, n.sha256)
  FROM customs_segment AS s JOIN customs_load AS l ON l.id = s.load_id JOIN snapshot AS n ON n.id = l.snapshot_id;
DROP TABLE customs_row_4;
