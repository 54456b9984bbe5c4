-- From version 5: what things are called can be searched, and sources state their licence.
ALTER TABLE source ADD COLUMN licence TEXT NOT NULL DEFAULT '';

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

INSERT INTO label (kind, name, title) SELECT 'series', code, title FROM series ORDER BY id;
INSERT INTO label (kind, name, title) SELECT 'source', id, title FROM source ORDER BY id;
INSERT INTO label (kind, name, title) SELECT 'paper', id, title FROM paper ORDER BY id;
INSERT INTO label (kind, owner, name, title) SELECT 'claim', paper_id, claim, restated FROM claim WHERE retired_at IS NULL ORDER BY id;
INSERT INTO label (kind, name, title) SELECT 'commodity', code, name FROM customs_code WHERE name <> '' AND length(code) <= 6 ORDER BY id;
INSERT INTO label (kind, owner, name, title)
  SELECT DISTINCT 'row', n.source_id, p.value ->> 1, p.value ->> 2 FROM layout AS l JOIN snapshot AS n ON n.id = l.snapshot_id
  JOIN json_each(l.places) AS p
  WHERE p.value ->> 2 <> '' AND p.value ->> 1 NOT LIKE '%year=%' AND p.value ->> 1 NOT LIKE '%quarter=%'
    AND p.value ->> 1 NOT LIKE '%month=%' AND p.value ->> 1 NOT LIKE '%date=%';
