//! The questions behind the streams. ?1 is the portion. What a column means is said where it is written.

use super::Stream;

/// The rows of a portion.
pub(super) fn rows(stream: Stream) -> &'static str {
    match stream {
        Stream::Source => SOURCE,
        Stream::Document => DOCUMENT,
        Stream::Series => SERIES,
        Stream::Observation => OBSERVATION,
        Stream::Paper => PAPER,
        Stream::Claim => CLAIM,
        Stream::Finding => FINDING,
        Stream::CustomsLine => CUSTOMS_LINE,
        Stream::CustomsName => CUSTOMS_NAME,
    }
}

/// The portions of a stream: most come in one.
pub(super) fn portions(stream: Stream) -> &'static str {
    match stream {
        Stream::Source => "SELECT '' WHERE EXISTS (SELECT 1 FROM source)",
        Stream::Document => "SELECT '' WHERE EXISTS (SELECT 1 FROM snapshot)",
        Stream::Series => "SELECT '' WHERE EXISTS (SELECT 1 FROM series)",
        Stream::Observation => {
            "SELECT DISTINCT s.frequency FROM series AS s
             WHERE EXISTS (SELECT 1 FROM observation AS o WHERE o.series_id = s.id) ORDER BY 1"
        }
        Stream::Paper => "SELECT '' WHERE EXISTS (SELECT 1 FROM paper)",
        Stream::Claim => "SELECT '' WHERE EXISTS (SELECT 1 FROM claim)",
        Stream::Finding => "SELECT '' WHERE EXISTS (SELECT 1 FROM finding)",
        Stream::CustomsLine => {
            "SELECT DISTINCT CAST(g.period / 100 AS TEXT) FROM customs_segment AS g JOIN customs_load AS l ON l.id = g.load_id
             WHERE l.snapshot_id IS NOT NULL ORDER BY 1"
        }
        Stream::CustomsName => {
            "SELECT '' WHERE EXISTS (SELECT 1 FROM customs_code) OR EXISTS (SELECT 1 FROM customs_partner)
               OR EXISTS (SELECT 1 FROM customs_unit) OR EXISTS (SELECT 1 FROM customs_region) OR EXISTS (SELECT 1 FROM customs_field)"
        }
    }
}

const SOURCE: &str =
    "SELECT s.id AS source, s.publisher_id AS publisher, p.title AS publisher_title, s.title, s.page, s.format, s.schedule,
    s.state, s.max_age_days
  FROM source AS s LEFT JOIN publisher AS p ON p.id = s.publisher_id WHERE ?1 = '' ORDER BY s.id";

const DOCUMENT: &str = "SELECT id AS document_id, source_id AS source, sha256, bytes, as_of, as_of_basis,
    nullif(fetched_at, '') AS fetched_at, known_from, known_from_basis, url, obtained_from, content_type, class, held, parser,
    recorded_from
  FROM snapshot WHERE ?1 = '' ORDER BY id";

const SERIES: &str =
    "SELECT code AS series, publisher, indicator, item, entity, detail, flow, counterpart, measure, frequency, variant, base,
    adjustment, methodology, classifier, unit, title
  FROM series WHERE ?1 = '' ORDER BY id";

const OBSERVATION: &str = "SELECT s.frequency, o.id AS observation_id, s.code AS series, o.source_id AS source, o.period, o.period_start,
    o.period_end, o.value, o.value AS value_decimal, o.decimals, o.printed, o.raw, o.unit, o.status, o.class, o.class_rank,
    o.known_from, o.known_to, o.known_from_basis, o.recorded_from, o.recorded_to, o.parser, o.snapshot_id AS document_id, o.locator,
    o.notes, o.inferred, o.evidence
  FROM series AS s CROSS JOIN observation AS o ON o.series_id = s.id
  WHERE s.frequency = ?1 ORDER BY s.id, o.period, o.known_from, o.id";

const PAPER: &str =
    "SELECT id AS paper, title, authors, doi, url, language, received, accepted, published FROM paper WHERE ?1 = '' ORDER BY id";

/// The cut-off in force is what the last judge was told; before there was one, it is the claim's own or the paper's.
const CLAIM: &str = "SELECT c.id AS claim_id, c.paper_id AS paper, c.claim, c.section, c.paragraph, c.sentence, c.printed, c.value,
    c.value AS value_decimal, c.decimals, c.unit, c.hedge, c.wording, c.entity, c.counterpart, c.flow, c.indicator, c.series, c.period,
    c.measure, c.base, c.footnote,
    coalesce((SELECT nullif(json_extract(v.fields, '$.cutoff'), '') FROM claim_version AS v WHERE v.claim_id = c.id
      ORDER BY v.reconciliation_id DESC LIMIT 1), nullif(c.cutoff, ''), p.accepted) AS cutoff, c.restated, c.retired_at
  FROM claim AS c JOIN paper AS p ON p.id = c.paper_id WHERE ?1 = '' ORDER BY c.id";

const FINDING: &str =
    "SELECT f.id AS finding_id, c.paper_id AS paper, c.claim, f.claim_id, f.side, f.status, f.grade, f.vintage_result,
    f.severity, f.reasons, f.lo, f.hi, f.distance_ulp, f.sentence, f.observation_id, f.vintages, f.relations, f.stale,
    f.reconciliation_id, f.until_id, r.as_of, r.finished_at
  FROM finding AS f JOIN claim AS c ON c.id = f.claim_id JOIN reconciliation AS r ON r.id = f.reconciliation_id
  WHERE ?1 = '' ORDER BY f.id";

const CUSTOMS_LINE: &str = "SELECT CASE r.flow WHEN 1 THEN 'export' ELSE 'import' END AS flow, g.period / 100 AS year, g.period % 100 AS month,
    l.source_id AS source, l.scope, l.snapshot_id AS document_id, r.line, t.code AS reporter, p.code AS partner, c.code, u.code AS unit,
    e.code AS region, d.code AS district, r.value_milli AS value, r.weight_milli AS weight, r.quantity_milli AS quantity,
    n.known_from, n.known_to
  FROM customs_segment AS g CROSS JOIN customs_load AS l ON l.id = g.load_id CROSS JOIN customs_line AS r ON r.segment_id = g.id
    LEFT JOIN customs_span AS n ON n.load_id = g.load_id AND n.period = g.period
    JOIN customs_code AS c ON c.id = r.code_id
    LEFT JOIN customs_partner AS t ON t.id = r.reporter_id LEFT JOIN customs_partner AS p ON p.id = r.partner_id
    LEFT JOIN customs_unit AS u ON u.id = r.unit_id
    LEFT JOIN customs_region AS e ON e.id = r.region_id LEFT JOIN customs_region AS d ON d.id = r.district_id
  WHERE l.snapshot_id IS NOT NULL AND g.period BETWEEN ?1 * 100 AND ?1 * 100 + 99";

const CUSTOMS_NAME: &str = "SELECT 'code' AS dictionary, code, name FROM customs_code WHERE ?1 = ''
  UNION ALL SELECT 'partner', code, name FROM customs_partner
  UNION ALL SELECT 'unit', code, name FROM customs_unit
  UNION ALL SELECT 'region', code, name FROM customs_region
  UNION ALL SELECT 'field', code, name FROM customs_field";
