-- Revisions of a series
-- Every change of a figure inside one chain of documents, the newest first; as the view revisions, which asks of all series.
-- code: code of the series, such as rosstat.ipi.bcde.ru.yoy.ytd.base2018
SELECT period, known_from, before, after, round(CAST(after AS REAL) - CAST(before AS REAL), 6) AS change, status_before, status_after,
  source_id, class
FROM (
  SELECT o.period, o.known_from, lag(o.value) OVER chain AS before, o.value AS after, lag(o.status) OVER chain AS status_before,
    o.status AS status_after, o.source_id, o.class
  FROM series AS s JOIN observation AS o ON o.series_id = s.id
  WHERE s.code = :code AND o.recorded_to IS NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)
  WINDOW chain AS (PARTITION BY o.period, o.source_id, o.class ORDER BY o.known_from)
)
WHERE status_before IS NOT NULL AND (before IS NOT after OR status_before IS NOT status_after)
ORDER BY known_from DESC, period
