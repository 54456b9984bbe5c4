-- What did Rosstat say of industrial production in 2020 at first, what when the paper was accepted, and what does it say now?
-- code: rosstat.ipi.bcde.ru.yoy.ytd.base2018
-- period: 2020
-- paper: an-2023
-- day: 2026-11-24
WITH o AS (
  SELECT o.value, o.unit, o.known_from, o.known_to, o.source_id, o.class
  FROM observation AS o JOIN series AS s ON s.id = o.series_id
  WHERE s.code = $code AND o.period = $period AND o.recorded_to IS NULL AND (o.known_to IS NULL OR o.known_to > o.known_from)
), days AS (
  SELECT '1 first print' AS moment, min(known_from) AS day FROM o WHERE value IS NOT NULL
  UNION ALL SELECT '2 paper accepted', accepted FROM paper WHERE id = $paper
  UNION ALL SELECT '3 now', $day
), placed AS (
  SELECT d.moment, o.value, o.unit, o.known_from, o.source_id,
    row_number() OVER (PARTITION BY d.moment ORDER BY o.known_from DESC,
      CASE o.class WHEN 'parsed' THEN 1 WHEN 'exported' THEN 2 WHEN 'transcribed' THEN 3 ELSE 4 END, o.source_id) AS place
  FROM days AS d JOIN o ON o.known_from <= d.day AND (o.known_to IS NULL OR o.known_to > d.day)
)
SELECT moment, value, unit, known_from, source_id FROM placed WHERE place = 1 ORDER BY moment
