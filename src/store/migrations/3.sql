-- From version 2.

-- Revisions of a series: its triangle, and first prints against what stands today.
CREATE VIEW revision_triangle AS
  -- Every series as real-time data: what was in force, across all chains, on each day on which something of the series became known.
  -- Periods are its rows, vintages its columns: ask for one code, and pivot on vintage. A place is empty (no row) where nothing stood.
  SELECT s.code, o.period, v.value AS vintage, o.value, o.value_num, o.decimals, o.unit, o.status, o.class, o.source_id,
    o.known_from, o.known_from_basis, -- since when this figure stood, and how that day is known: stated, recorded, estimated
    o.known_from = v.value AS new, -- 1: it became known with this vintage; 0: it is carried on
    o.period_start, o.period_end, o.series_id, o.id AS observation_id
  FROM series AS s
  -- a table function of the series' own days, so that one code is answered by index
  CROSS JOIN json_each((
    SELECT json_group_array(DISTINCT d.known_from) FROM observation AS d
    WHERE d.series_id = s.id AND d.recorded_to IS NULL AND (d.known_to IS NULL OR d.known_to > d.known_from))) AS v
  CROSS JOIN observation AS o ON o.series_id = s.id
  WHERE o.recorded_to IS NULL AND o.known_from <= v.value AND (o.known_to IS NULL OR o.known_to > v.value)
    AND NOT EXISTS (
      SELECT 1 FROM observation AS b
      WHERE b.series_id = o.series_id AND b.period = o.period AND b.recorded_to IS NULL
        AND b.known_from <= v.value AND (b.known_to IS NULL OR b.known_to > v.value)
        AND (b.known_from > o.known_from
          OR (b.known_from = o.known_from AND (b.class_rank > o.class_rank
            OR (b.class_rank = o.class_rank AND b.source_id < o.source_id)))));

CREATE VIEW revision_summary AS
  -- The revisions of every series: first_print against latest, both as printed and across all chains. A period is compared if both
  -- carry a value of one unit and the series has a vintage after the first print, which could have changed it.
  -- Sums are floating here, for sorting and plots; `sverka revisions --json` has exact ones.
  SELECT code, first_vintage, last_vintage, vintages, -- the days on which something of the series became known
    count(change) AS periods, -- how many are compared
    sum(change <> 0) AS revised, -- how many of them show another value than at first
    round(avg(change), 6) AS mean_revision, round(avg(abs(change)), 6) AS mean_absolute_revision,
    round(max(abs(change)), 6) AS largest_revision, period AS largest_period, -- one of the periods that have the largest
    sum(flipped) AS sign_flips, -- grew at first and falls today, or the other way round; NULL: a level, which has no such sign
    round(avg(flipped), 4) AS sign_flip_share,
    sum(change IS NOT NULL AND decimals_differ) AS decimals_differ, -- first and latest have different numbers of digits
    sum(change IS NOT NULL AND estimated) AS estimated, -- the day of one of the two is estimated
    sum(change IS NOT NULL AND late) AS late_first, -- the first figure held is four months younger than its period: hardly the first print
    round(avg(abs(change)) FILTER (WHERE NOT late), 6) AS mean_absolute_of_timely, -- over the others: true first prints
    sum(latest IS NULL) AS withdrawn, -- not compared: nothing stands today
    sum(latest IS NOT NULL AND change IS NULL) AS other_unit, -- not compared: the unit changed
    series_id
  FROM (
    SELECT s.code, f.period, s.id AS series_id, l.value_num AS latest,
      json_extract(v.value, '$[0]') AS first_vintage, json_extract(v.value, '$[1]') AS last_vintage,
      json_extract(v.value, '$[2]') AS vintages,
      CASE WHEN l.unit = f.unit THEN l.value_num - f.value_num END AS change,
      CASE WHEN l.unit <> f.unit THEN NULL
        WHEN s.measure IN ('yoy', 'mom', 'qoq', 'wow', 'dec', 'pop', 'ytd-yoy') -- indices of growth: around 100
          THEN (f.value_num < 100 AND l.value_num > 100) OR (f.value_num > 100 AND l.value_num < 100)
        WHEN s.measure IN ('growth', 'increase') -- around 0
          THEN (f.value_num < 0 AND l.value_num > 0) OR (f.value_num > 0 AND l.value_num < 0)
        END AS flipped,
      l.decimals <> f.decimals AS decimals_differ,
      'estimated' IN (f.known_from_basis, l.known_from_basis) AS estimated,
      julianday(f.known_from) > julianday(f.period_end) + 123 AS late
    FROM series AS s
    CROSS JOIN json_each((
      SELECT json_array(json_array(min(d.known_from), max(d.known_from), count(DISTINCT d.known_from))) FROM observation AS d
      WHERE d.series_id = s.id AND d.recorded_to IS NULL AND (d.known_to IS NULL OR d.known_to > d.known_from))) AS v
    CROSS JOIN first_print AS f
    CROSS JOIN latest AS l
    WHERE f.series_id = s.id AND l.series_id = f.series_id AND l.period = f.period
      AND f.known_from < json_extract(v.value, '$[1]')
  )
  GROUP BY code HAVING count(change) > 0;
