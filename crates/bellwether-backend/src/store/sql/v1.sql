-- Schema 1. Base tables; the tables of partitions are made by the writer as they are needed (partition.rs).

CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- What is said once and referred to. `hash` is the 128-bit identity of the exact content, `seen` the last day (days since 1970) on
-- which an item referred to it, `rest` the protobuf form of what the columns do not say.
CREATE TABLE resource(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, service TEXT NOT NULL, attributes TEXT NOT NULL, rest BLOB NOT NULL, seen INTEGER NOT NULL);
CREATE TABLE scope(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, version TEXT NOT NULL, attributes TEXT NOT NULL, rest BLOB NOT NULL, seen INTEGER NOT NULL);
CREATE TABLE operation(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, service TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL, seen INTEGER NOT NULL);
CREATE TABLE metric(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, type INTEGER NOT NULL, unit TEXT NOT NULL, description TEXT NOT NULL, temporality INTEGER NOT NULL, monotonic INTEGER NOT NULL, rest BLOB NOT NULL, seen INTEGER NOT NULL);
CREATE INDEX metric_name ON metric(name);
CREATE TABLE series(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, metric INTEGER NOT NULL, resource INTEGER NOT NULL, scope INTEGER NOT NULL, attributes TEXT NOT NULL, rest BLOB, seen INTEGER NOT NULL);
CREATE INDEX series_metric ON series(metric);

-- One row a partition: a set of tables that are filled together and dropped together. `lowest` and `highest` bound the times in it.
CREATE TABLE partition(id INTEGER PRIMARY KEY, signal TEXT NOT NULL, day INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, lowest INTEGER, highest INTEGER, dropping INTEGER NOT NULL DEFAULT 0);

-- Rate, errors and duration of spans, by operation and status: level is the width of a bucket in seconds (10, 60, 3600), bucket its
-- start in seconds since 1970, durations in nanoseconds, sketch a mergeable histogram.
CREATE TABLE red(level INTEGER NOT NULL, bucket INTEGER NOT NULL, operation INTEGER NOT NULL, status INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, min INTEGER NOT NULL, max INTEGER NOT NULL, sketch BLOB NOT NULL, PRIMARY KEY(level, bucket, operation, status)) WITHOUT ROWID;

CREATE TABLE telemetry_exports(id INTEGER PRIMARY KEY, exporter TEXT NOT NULL, destination TEXT NOT NULL, format TEXT NOT NULL, signal TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER, status TEXT NOT NULL, items INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, error TEXT);
