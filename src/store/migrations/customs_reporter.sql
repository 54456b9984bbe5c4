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
