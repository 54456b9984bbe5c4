-- Vintages of a series
-- What was in force of every period on each day on which something of the series became known: real-time data, a row a place.
-- code: code of the series, such as rosstat.ipi.bcde.ru.yoy.ytd.base2018
SELECT period, vintage, value, unit, status, class, new
FROM revision_triangle
WHERE code = :code
ORDER BY period_start, period, vintage
