-- Which printed figures were right when they were written, and have been revised since?
SELECT c.paper_id, c.claim, c.printed, c.series, c.period, o.value AS official, o.known_from
FROM claim AS c
JOIN finding AS f ON f.claim_id = c.id AND f.side = 'external' AND f.until_id IS NULL
LEFT JOIN observation AS o ON o.id = f.observation_id
WHERE f.status = 'SUPERSEDED' AND c.retired_at IS NULL
ORDER BY c.paper_id, c.claim
