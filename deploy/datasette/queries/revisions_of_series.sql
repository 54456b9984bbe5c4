-- Revisions of a series
-- Every change of a figure inside one chain of documents, the newest first.
-- code: code of the series, such as rosstat.ipi.bcde.ru.yoy.ytd.base2018
SELECT period, known_from, before, after, round(change, 6) AS change, status_before, status_after, source_id, class
FROM revisions
WHERE series_id = (SELECT id FROM series WHERE code = :code)
ORDER BY known_from DESC, period
