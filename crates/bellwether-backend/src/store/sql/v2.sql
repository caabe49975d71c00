-- Schema 2. Rollups of data points, written once a window of five minutes is over.

-- level is the width of a bucket in seconds (10, 60, 3600), bucket its start in seconds since 1970. Of the value: how many points, sum, min,
-- max, last. increase: of a counter or of a histogram's sum; observations: of its count; histogram: of its buckets, as a data point in protobuf.
CREATE TABLE rollup(metric INTEGER NOT NULL, level INTEGER NOT NULL, bucket INTEGER NOT NULL, series INTEGER NOT NULL, points INTEGER NOT NULL, sum REAL, min REAL, max REAL, last REAL, increase REAL, observations INTEGER, histogram BLOB, PRIMARY KEY(metric, level, bucket, series)) WITHOUT ROWID;
-- Up to when (seconds since 1970) a metric is rolled up, but for the windows that are still to do.
CREATE TABLE rollup_sealed(metric INTEGER PRIMARY KEY, until INTEGER NOT NULL);
-- Windows to compute: new ones, and those that a late point fell into. version counts what fell in since.
CREATE TABLE rollup_todo(metric INTEGER NOT NULL, level INTEGER NOT NULL, window INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(metric, level, window)) WITHOUT ROWID;
