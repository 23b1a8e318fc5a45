-- What waited, by minute, and by hour for what is older: the most in that time.
-- start counts minutes since 1970; oldest is in seconds.
CREATE TABLE backlog (
  minutes INTEGER NOT NULL CHECK (minutes = 1 OR minutes = 60),
  start   INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  oldest  INTEGER NOT NULL,
  PRIMARY KEY (minutes, start)
) STRICT, WITHOUT ROWID;
