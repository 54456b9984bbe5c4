-- Search what things are called
-- Series, rows of tables, sources, papers, claims and commodities by beginnings of words, in the language in which they are called.
-- words: words such as уголь
SELECT l.kind, l.owner, l.name, l.title
FROM label_fts AS f JOIN label AS l ON l.id = f.rowid
WHERE label_fts MATCH '"' || replace(replace(replace(replace(trim(:words), '"', ''), 'ё', 'е'), 'Ё', 'Е'), ' ', '"* AND "') || '"*'
ORDER BY f.rank, l.kind, l.name
LIMIT 100
