-- A figure as a reader would have seen it on a day
-- One row a period of a series, as it stood at the end of the day; an empty period means all of them.
-- code: code of the series, such as rosstat.ipi.bcde.ru.yoy.ytd.base2018
-- period: a period such as 2020-12, or nothing
-- day: a day such as 2021-03-01
SELECT code, period, value, unit, status, known_from, class, source_id, printed
FROM (
  SELECT s.code, o.period, o.value, o.unit, o.status, o.known_from, o.class, o.source_id, o.printed, o.period_start,
    row_number() OVER (PARTITION BY o.period ORDER BY o.known_from DESC, o.class_rank DESC, o.source_id) AS place
  FROM observation AS o JOIN series AS s ON s.id = o.series_id
  WHERE s.code = :code AND (:period = '' OR o.period = :period) AND o.recorded_to IS NULL
    AND o.known_from <= :day AND (o.known_to IS NULL OR o.known_to > :day)
)
WHERE place = 1
ORDER BY period_start, period
