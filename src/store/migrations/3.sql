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
