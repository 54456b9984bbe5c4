-- First prints beside what stands today
-- Every period of a series with its first figure, the present one, and the difference where both are in one unit.
-- code: code of the series, such as rosstat.ipi.bcde.ru.yoy.ytd.base2018
SELECT f.period, f.value AS first_print, f.known_from AS first_known, l.value AS latest, l.known_from AS latest_known, l.status,
  CASE WHEN f.unit = l.unit THEN round(l.value_num - f.value_num, 6) END AS change, l.unit
FROM first_print AS f JOIN latest AS l ON l.series_id = f.series_id AND l.period = f.period
WHERE f.code = :code
ORDER BY f.period_start, f.period
