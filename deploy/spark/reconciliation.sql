-- Every claim that names a series, against the official figure that stands today ('latest') and the one a reader saw on the claim's
-- cut-off ('cutoff'): how well the printed figure matches it. The same text runs on Apache Spark, DuckDB and SQLite.
--
-- Both figures stand for every unrounded value that would be printed so: the figure plus or minus half a unit of its last digit. All
-- arithmetic is on whole numbers: both figures and their half units in units of 10^-m, m one more than the decimals of either.
--   EXACT      the same figure with the same decimals
--   COARSE     the official figure has fewer decimals, and what both stand for overlaps: it cannot confirm
--   ROUNDS     the official figure rounds to the printed one, whichever way halves are rounded
--   TIE        it does by some of half up, half even, half away from zero
--   TRUNCATED  it is the printed one once its last digits are cut off
--   NONE       anything else
-- An index of growth (95.9) is compared with a growth (-4.1) as index - 100. Figures of two units, and those with more digits than a
-- BIGINT has, get no grade; hedges, derived figures and what the verdict is made of them are the program's.
WITH ten AS (
  SELECT 0 AS e, CAST(1 AS BIGINT) AS f UNION ALL SELECT 1, 10 UNION ALL SELECT 2, 100 UNION ALL SELECT 3, 1000
  UNION ALL SELECT 4, 10000 UNION ALL SELECT 5, 100000 UNION ALL SELECT 6, 1000000 UNION ALL SELECT 7, 10000000
  UNION ALL SELECT 8, 100000000 UNION ALL SELECT 9, 1000000000 UNION ALL SELECT 10, 10000000000 UNION ALL SELECT 11, 100000000000
  UNION ALL SELECT 12, 1000000000000
),
official AS (
  SELECT o.*, s.measure,
    CASE WHEN s.measure IN ('yoy', 'mom', 'qoq', 'wow', 'dec', 'pop', 'ytd-yoy') THEN 1 ELSE 0 END AS is_index
  FROM observation AS o JOIN series AS s ON s.series = o.series
  WHERE o.recorded_to IS NULL
),
standing AS (
  SELECT c.claim_id, 'latest' AS state, o.observation_id,
    ROW_NUMBER() OVER (PARTITION BY c.claim_id ORDER BY o.known_from DESC, o.class_rank DESC, o.source, o.observation_id) AS place
  FROM claim AS c JOIN official AS o ON o.series = c.series AND o.period = c.period
  WHERE c.retired_at IS NULL AND o.known_to IS NULL
  UNION ALL
  SELECT c.claim_id, 'cutoff' AS state, o.observation_id,
    ROW_NUMBER() OVER (PARTITION BY c.claim_id ORDER BY o.known_from DESC, o.class_rank DESC, o.source, o.observation_id) AS place
  FROM claim AS c JOIN official AS o ON o.series = c.series AND o.period = c.period
  WHERE c.retired_at IS NULL AND o.known_from <= c.cutoff AND (o.known_to IS NULL OR o.known_to > c.cutoff)
),
pair AS (
  SELECT c.paper, c.claim, t.state, c.value AS printed, c.decimals AS p, o.value AS figure, o.decimals AS q, o.source, o.known_from,
    o.observation_id, o.status,
    CASE WHEN o.is_index = 1 AND c.measure IN ('growth', 'increase', 'yoy', 'mom', 'qoq', 'wow', 'dec', 'pop', 'ytd-yoy')
      AND c.unit = 'percent' THEN 100 ELSE 0 END AS base,
    CASE WHEN c.unit = o.unit THEN 1 ELSE 0 END AS one_unit,
    CASE WHEN INSTR(c.value, '.') = 0 THEN 0 ELSE LENGTH(c.value) - INSTR(c.value, '.') END AS pd,
    CASE WHEN INSTR(o.value, '.') = 0 THEN 0 ELSE LENGTH(o.value) - INSTR(o.value, '.') END AS qd,
    REPLACE(c.value, '.', '') AS printed_digits, REPLACE(o.value, '.', '') AS figure_digits
  FROM standing AS t JOIN claim AS c ON c.claim_id = t.claim_id JOIN official AS o ON o.observation_id = t.observation_id
  WHERE t.place = 1 AND c.value IS NOT NULL AND o.value IS NOT NULL
),
scale AS (
  SELECT paper, claim, state, 1 + CASE WHEN p >= q AND p >= pd AND p >= qd THEN p WHEN q >= pd AND q >= qd THEN q
    WHEN pd >= qd THEN pd ELSE qd END AS m
  FROM pair
),
sized AS (
  SELECT a.*, z.m,
    CASE WHEN a.one_unit = 1 AND z.m <= 12 AND LENGTH(a.printed_digits) + z.m - a.pd <= 17
      AND LENGTH(a.figure_digits) + z.m - a.qd <= 17 THEN 1 ELSE 0 END AS fits
  FROM pair AS a JOIN scale AS z ON z.paper = a.paper AND z.claim = a.claim AND z.state = a.state
),
whole AS (
  SELECT a.paper, a.claim, a.state, a.printed, a.p, a.figure, a.q, a.source, a.known_from, a.observation_id, a.status, a.base, a.one_unit,
    a.m, a.fits,
    CASE WHEN a.fits = 1 THEN CAST(a.printed_digits AS BIGINT) * tc.f ELSE 0 END AS c,
    CASE WHEN a.fits = 1 THEN CAST(a.figure_digits AS BIGINT) * tf.f - a.base * tm.f ELSE 0 END AS s,
    CASE WHEN a.fits = 1 THEN 5 * hp.f ELSE 1 END AS hc,
    CASE WHEN a.fits = 1 THEN 5 * hq.f ELSE 1 END AS hs
  FROM sized AS a
  LEFT JOIN ten AS tc ON tc.e = a.m - a.pd LEFT JOIN ten AS tf ON tf.e = a.m - a.qd LEFT JOIN ten AS tm ON tm.e = a.m
  LEFT JOIN ten AS hp ON hp.e = a.m - a.p - 1 LEFT JOIN ten AS hq ON hq.e = a.m - a.q - 1
)
SELECT paper, claim, state, printed, figure, source, known_from, observation_id, base, m, c - hc AS printed_from, c + hc AS printed_to,
  s - hs AS official_from, s + hs AS official_to, fits,
  CASE WHEN fits = 0 THEN NULL
    WHEN s = c AND q = p THEN 'EXACT'
    WHEN q < p AND ABS(s - c) <= hc + hs THEN 'COARSE'
    WHEN ABS(s - c) < hc THEN 'ROUNDS'
    -- halves: up goes to the greater, away from zero to the longer, even to the even one
    WHEN ABS(s - c) = hc AND c > s AND ABS(c) > ABS(s) AND c % (4 * hc) = 0 THEN 'ROUNDS'
    WHEN ABS(s - c) = hc AND (c > s OR ABS(c) > ABS(s) OR c % (4 * hc) = 0) THEN 'TIE'
    WHEN s - s % (2 * hc) = c THEN 'TRUNCATED'
    ELSE 'NONE' END AS grade
FROM whole
