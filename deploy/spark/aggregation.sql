-- Trade by direction, partner, commodity group and period, of the lines that stand.
-- The same text runs on Apache Spark, DuckDB and SQLite; tables and columns are those of docs/parquet.md.
-- Lines of several levels of a nomenclature (2, 4, 6, 10 digits) are kept apart by `digits`: a total and its parts are never added up.
-- Codes that are no numbers (confidential ones, words for totals) are in no group.
SELECT r.source, r.scope, LENGTH(r.code) AS digits, r.flow, r.partner, g.kind, g.item, r.year, r.month,
  COUNT(*) AS n_lines, SUM(r.value) AS total_value, SUM(r.weight) AS total_weight
FROM customs_row AS r
JOIN commodity_group AS g ON g.chapter = SUBSTR(r.code, 1, 2)
WHERE r.known_to IS NULL
GROUP BY r.source, r.scope, LENGTH(r.code), r.flow, r.partner, g.kind, g.item, r.year, r.month
