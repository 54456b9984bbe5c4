-- Which sources have nothing as new as they promise?
-- day: 2026-11-24
WITH newest AS (SELECT source_id, max(as_of) AS newest FROM snapshot GROUP BY source_id)
SELECT s.id, s.state, s.max_age_days, n.newest, CAST(julianday($day) - julianday(n.newest) AS INTEGER) AS age_days
FROM source AS s LEFT JOIN newest AS n ON n.source_id = s.id
WHERE s.max_age_days IS NOT NULL AND (n.newest IS NULL OR julianday($day) - julianday(n.newest) > s.max_age_days)
ORDER BY s.id
