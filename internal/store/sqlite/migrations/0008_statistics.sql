-- What came of attempts, by minute, and by hour for what is older. webhook_id 0 is
-- all webhooks together, so that the whole is read as cheaply as one of them.
-- start counts minutes since 1970; latency_N are the parts of webhook.Histogram.
CREATE TABLE statistic (
  webhook_id INTEGER NOT NULL,
  minutes    INTEGER NOT NULL CHECK (minutes = 1 OR minutes = 60),
  start      INTEGER NOT NULL,
  finished   INTEGER NOT NULL,
  failed     INTEGER NOT NULL,
  retried    INTEGER NOT NULL,
  latency_0  INTEGER NOT NULL,
  latency_1  INTEGER NOT NULL,
  latency_2  INTEGER NOT NULL,
  latency_3  INTEGER NOT NULL,
  latency_4  INTEGER NOT NULL,
  latency_5  INTEGER NOT NULL,
  latency_6  INTEGER NOT NULL,
  latency_7  INTEGER NOT NULL,
  latency_8  INTEGER NOT NULL,
  latency_9  INTEGER NOT NULL,
  latency_10 INTEGER NOT NULL,
  latency_11 INTEGER NOT NULL,
  latency_12 INTEGER NOT NULL,
  latency_13 INTEGER NOT NULL,
  latency_14 INTEGER NOT NULL,
  latency_15 INTEGER NOT NULL,
  PRIMARY KEY (webhook_id, minutes, start)
) STRICT, WITHOUT ROWID;
