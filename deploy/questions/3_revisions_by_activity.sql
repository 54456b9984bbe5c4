-- By how much does Rosstat revise monthly industrial production on the year, by activity? First prints against what stands today.
-- indicator: ipi
WITH o AS (
  SELECT s.item, o.series_id, o.period, CAST(o.value AS DOUBLE PRECISION) AS value, o.unit, o.status, o.known_from, o.known_to, o.source_id,
    CASE o.class WHEN 'parsed' THEN 1 WHEN 'exported' THEN 2 WHEN 'transcribed' THEN 3 ELSE 4 END AS class
  FROM observation AS o JOIN series AS s ON s.id = o.series_id
  WHERE s.publisher = 'rosstat' AND s.indicator = $indicator AND s.entity = 'ru' AND s.measure = 'yoy' AND s.frequency = 'm'
    AND s.variant = 'base2018' AND o.recorded_to IS NULL
), first AS (
  SELECT item, series_id, period, value, unit, known_from,
    row_number() OVER (PARTITION BY series_id, period ORDER BY known_from, class, source_id) AS place
  FROM o WHERE value IS NOT NULL AND (known_to IS NULL OR known_to > known_from)
), latest AS (
  SELECT series_id, period, value, unit, known_from,
    row_number() OVER (PARTITION BY series_id, period ORDER BY known_from DESC, class, source_id) AS place
  FROM o WHERE known_to IS NULL
)
SELECT f.item, count(*) AS periods, sum(CASE WHEN l.value <> f.value THEN 1 ELSE 0 END) AS revised,
  round(avg(abs(l.value - f.value)), 6) AS mean_absolute_revision, round(max(abs(l.value - f.value)), 6) AS largest
FROM first AS f JOIN latest AS l ON l.series_id = f.series_id AND l.period = f.period AND l.place = 1
WHERE f.place = 1 AND l.value IS NOT NULL AND l.unit = f.unit AND l.known_from > f.known_from
GROUP BY f.item
ORDER BY f.item
