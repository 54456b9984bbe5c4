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
CREATE INDEX attempt_answered ON attempt(source_id, finished_at)
  WHERE outcome IN ('stored', 'unchanged', 'not_modified', 'known', 'kept', 'drift', 'incomplete');
CREATE INDEX attempt_validated ON attempt(source_id) WHERE etag IS NOT NULL OR last_modified IS NOT NULL;
CREATE INDEX attempt_by_address ON attempt(source_id, coalesce(document, url), id, outcome) WHERE outcome IS NOT NULL;
