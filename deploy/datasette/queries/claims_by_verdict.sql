-- Claims by verdict
-- Printed figures of papers whose external verdict is the one asked for; nothing means every one.
-- verdict: CONFIRMED, CONFIRMED_WITH_NOTE, SUPERSEDED, DEVIATES, NOT_COMPARABLE, UNVERIFIABLE, NOT_CHECKED, such as SUPERSEDED
SELECT paper_id, claim, section, printed, series, period, external_status, external_grade, external_severity, external_sentence,
  internal_status
FROM claims_with_verdict
WHERE :verdict = '' OR external_status = :verdict
ORDER BY paper_id, section, claim
