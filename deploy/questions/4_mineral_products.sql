-- What share of the trade that customs lines tell are mineral products (chapters 25 to 27), by source, reporter, partner, direction and year?
-- By headings of four digits; documents that tell other lengths alone are not in it. Empty reporter: the publisher's own country. Years and months
-- of one source stand apart, for both may tell the same trade.
SELECT l.source_id AS source, l.scope, CASE WHEN s.period % 100 = 0 THEN 'year' ELSE 'months' END AS told, coalesce(t.code, '') AS reporter, coalesce(p.code, '') AS partner, CASE r.flow WHEN 1 THEN 'export' ELSE 'import' END AS flow,
  substr(CAST(s.period AS TEXT), 1, 4) AS year,
  sum(CASE WHEN substr(c.code, 1, 2) IN ('25', '26', '27') THEN r.value_milli ELSE 0 END) AS minerals_milli,
  sum(r.value_milli) AS value_milli,
  round(100.0 * sum(CASE WHEN substr(c.code, 1, 2) IN ('25', '26', '27') THEN r.value_milli ELSE 0 END) / sum(r.value_milli), 6) AS share
FROM customs_span AS w
JOIN customs_load AS l ON l.id = w.load_id
JOIN customs_segment AS s ON s.load_id = w.load_id AND s.period = w.period
JOIN customs_line AS r ON r.segment_id = s.id
JOIN customs_code AS c ON c.id = r.code_id
LEFT JOIN customs_partner AS t ON t.id = r.reporter_id
LEFT JOIN customs_partner AS p ON p.id = r.partner_id
WHERE w.known_to IS NULL AND l.snapshot_id IS NOT NULL AND length(c.code) = 4 AND r.value_milli > 0
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7
