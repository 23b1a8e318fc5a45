-- What people make: one document a record. kind is "extras.webhook",
-- "dcim.site" and so on; documents speak the REST API's field names.
CREATE TABLE record (
  kind     TEXT    NOT NULL,
  id       INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  document TEXT    NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;

-- Values that occur once within a kind.
CREATE TABLE record_key (
  kind  TEXT    NOT NULL,
  name  TEXT    NOT NULL,
  value TEXT    NOT NULL,
  id    INTEGER NOT NULL,
  PRIMARY KEY (kind, name, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_key_record ON record_key (kind, id);

-- Which object points to which.
CREATE TABLE reference (
  to_kind   TEXT    NOT NULL,
  to_id     INTEGER NOT NULL,
  from_kind TEXT    NOT NULL,
  from_id   INTEGER NOT NULL,
  field     TEXT    NOT NULL,
  PRIMARY KEY (to_kind, to_id, from_kind, from_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_from ON reference (from_kind, from_id);

-- The last id given to each kind; ids are never given twice.
CREATE TABLE sequence (
  kind TEXT    PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotent (
  scope   TEXT    NOT NULL,
  key     TEXT    NOT NULL,
  digest  BLOB    NOT NULL,
  status  INTEGER NOT NULL,
  body    BLOB    NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotent_created ON idempotent (created);

-- Times are microseconds since 1970, UTC.
CREATE TABLE change (
  id          INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  event       INTEGER NOT NULL CHECK (event BETWEEN 1 AND 3),
  object_type TEXT    NOT NULL,
  object_id   INTEGER NOT NULL,
  object_repr TEXT    NOT NULL,
  user_name   TEXT    NOT NULL,
  request_id  BLOB    NOT NULL
) STRICT;
CREATE INDEX change_object ON change (object_type, object_id);

-- Apart from change, so that lists of changes read narrow rows.
CREATE TABLE change_body (
  change_id INTEGER PRIMARY KEY,
  context   BLOB NOT NULL,
  verdicts  BLOB
) STRICT;

-- No IN lists here: SQLite would build a table for them at every write.
-- state: 1 queued, 3 scheduled, 4 finished, 5 failed, 6 canceled. Started (2) is
-- a claim and never stored. A final state has an end, no other has one.
CREATE TABLE delivery (
  id          BLOB    PRIMARY KEY CHECK (length(id) = 16),
  webhook_id  INTEGER NOT NULL,
  rule_id     INTEGER NOT NULL,
  change_id   INTEGER NOT NULL,
  queue       INTEGER NOT NULL,
  state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6 AND state <> 2),
  attempts    INTEGER NOT NULL,
  spent       INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  ended       INTEGER,
  reason      INTEGER NOT NULL,
  status_code INTEGER NOT NULL,
  CHECK ((ended IS NOT NULL) = (state >= 4))
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_webhook ON delivery (webhook_id);
CREATE INDEX delivery_change ON delivery (change_id);
-- The lanes' order. A delivery that succeeds is in it once, briefly.
CREATE INDEX delivery_undone ON delivery (webhook_id, due) WHERE state <= 3;
-- For the lists of what needs attention; success never touches it.
CREATE INDEX delivery_unhappy ON delivery (state) WHERE state = 3 OR state > 4;

-- request_body is NULL when it was the change's context.
CREATE TABLE attempt (
  id              INTEGER PRIMARY KEY,
  delivery_id     BLOB    NOT NULL,
  number          INTEGER NOT NULL,
  start           INTEGER NOT NULL,
  revision        INTEGER NOT NULL,
  worker          TEXT    NOT NULL,
  dns             INTEGER NOT NULL,
  connect         INTEGER NOT NULL,
  tls             INTEGER NOT NULL,
  first_byte      INTEGER NOT NULL,
  total           INTEGER NOT NULL,
  method          TEXT    NOT NULL,
  url             TEXT    NOT NULL,
  request_header  TEXT    NOT NULL,
  request_body    BLOB,
  status          INTEGER NOT NULL,
  response_header TEXT    NOT NULL,
  response_body   BLOB,
  truncated       INTEGER NOT NULL,
  reason          INTEGER NOT NULL,
  error           TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX attempt_delivery ON attempt (delivery_id, number);

-- How many deliveries there are by webhook, queue and state; (0, 0, 0) counts
-- the changes.
CREATE TABLE counter (
  webhook_id INTEGER NOT NULL,
  queue      INTEGER NOT NULL,
  state      INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  PRIMARY KEY (webhook_id, queue, state)
) STRICT, WITHOUT ROWID;
