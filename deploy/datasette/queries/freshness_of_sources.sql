-- Freshness of sources
-- Every source with its newest document, its last success, and whether it is older than its promise; the most overdue first.
SELECT source_id, title, state, newest_document, last_success, last_outcome, max_age_days,
  CAST(julianday('now') - julianday(newest_document) AS INTEGER) AS age_days,
  CASE WHEN max_age_days IS NULL OR newest_document IS NULL THEN NULL
    ELSE CAST(julianday('now') - julianday(newest_document) AS INTEGER) > max_age_days END AS stale,
  silence, failing, open_issues
FROM source_health
ORDER BY stale IS NULL, stale DESC, age_days DESC, source_id
