-- Schema 3. Rollups that fit together without a seam, the latest point of each series, where the times of log records lie.

-- edges: the first and the last reading of the bucket, and what grew in between where that is not their difference (rollup/edges.rs).
ALTER TABLE rollup ADD COLUMN edges BLOB;
-- Those there are get theirs while their points are still there.
INSERT OR IGNORE INTO rollup_todo SELECT DISTINCT metric, 60, bucket - bucket % 300, 1 FROM rollup WHERE level = 60;

-- The latest point of each series. A commit puts it there at most once a second: what a killed process had not put there yet is found
-- again at the next start, while `meta` says 'behind' of 'latest'.
CREATE TABLE latest(series INTEGER PRIMARY KEY, metric INTEGER NOT NULL, ts INTEGER NOT NULL, value, count INTEGER);
INSERT INTO meta VALUES ('latest', 'behind');

-- Lowest and highest time of each 4096 log records (id / 4096): who looks for the newest in the order of arrival knows where to stop.
CREATE TABLE log_block(partition INTEGER NOT NULL, block INTEGER NOT NULL, lowest INTEGER NOT NULL, highest INTEGER NOT NULL, PRIMARY KEY(partition, block)) WITHOUT ROWID;
-- Of partitions that were there before one block in front of all others.
INSERT INTO log_block SELECT id, -1, lowest, highest FROM partition WHERE signal = 'logs' AND highest IS NOT NULL;

-- Which file this is, and how many transactions it has seen: what is noted beside it says whether some are missing.
INSERT INTO meta VALUES ('store', lower(hex(randomblob(16)))), ('commits', 0), ('items', 0);
