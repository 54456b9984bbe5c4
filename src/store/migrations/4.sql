-- From version 3: messages to send have an id and a time, and channels are known to the store. Nothing was ever written to the
-- outbox by a program that made files of version 3.
DROP TABLE outbox;

CREATE TABLE channel (
  -- Ways to tell people, as alerts.toml states them: whoever raises an alert writes a message for each that asked for its severity.
  name TEXT PRIMARY KEY, -- its name in alerts.toml
  least TEXT NOT NULL CHECK (least IN ('info', 'minor', 'major', 'critical')) -- alerts less severe than this are not sent there
) STRICT;

CREATE TABLE outbox (
  -- Messages to send, written in the transaction that causes them, so that none is lost and none is sent for nothing.
  id INTEGER PRIMARY KEY, -- in order of writing
  message TEXT NOT NULL UNIQUE, -- the id that the message bears however often it is sent: whoever gets it twice can tell
  alert_id INTEGER REFERENCES alert(id), -- why; NULL: several alerts in one
  channel TEXT NOT NULL, -- where to: its name in alerts.toml
  payload TEXT NOT NULL CHECK (json_valid(payload)), -- the message, as webhooks and commands get it
  created_at TEXT NOT NULL, -- when it was written
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0), -- how often sending was begun
  next_at TEXT NOT NULL, -- when it may be tried next
  error TEXT NOT NULL DEFAULT '', -- why the last try failed
  sent_at TEXT, -- when it went; NULL: not yet
  bundled_in INTEGER REFERENCES outbox(id), -- the message that tells this one with others; it is not sent by itself then
  given_up_at TEXT -- when it was given up: too old, or its channel is gone
) STRICT;
CREATE INDEX outbox_open ON outbox(channel, id) WHERE sent_at IS NULL AND bundled_in IS NULL AND given_up_at IS NULL;

CREATE TABLE checkup (
  -- When the file itself was last looked through, and when it was last written to see that it can be.
  what TEXT PRIMARY KEY, -- integrity, write
  at TEXT NOT NULL, -- when
  found TEXT NOT NULL -- what SQLite said: ok, or the first faults
) STRICT;
