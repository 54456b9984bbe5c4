-- Licences of sources
-- On which terms publishers let others use what is held of them, with the sources of each.
SELECT licence, count(*) AS sources, sum(observations) AS figures, group_concat(id, ', ') AS named
FROM source
WHERE licence <> ''
GROUP BY licence
ORDER BY sources DESC, licence
