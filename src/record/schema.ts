/**
 * The file's own shape: strict tables, interned kinds and subjects, a row an event, and views that read well in plain `sqlite3`.
 * Documented in docs/recording.md; a change of shape is a new format number, and old ones are lifted at reading.
 */

/** Number of this format: SQLite's `user_version`. */
export const recordingFormat = 1

/** SQLite's `application_id` of a recording: "drll" in ASCII. */
export const applicationId = 0x64_72_6c_6c

export const tables = `
CREATE TABLE header (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE event_row (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, cause INTEGER NOT NULL, kind INTEGER NOT NULL, subject INTEGER NOT NULL, body TEXT) STRICT;
CREATE TABLE checkpoint (seq INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT;
CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
CREATE TABLE result (expectation TEXT PRIMARY KEY, result TEXT NOT NULL, evidence TEXT NOT NULL, at_ms INTEGER, event INTEGER) STRICT;
CREATE TABLE probe_window (probe TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, success TEXT NOT NULL, timeout TEXT NOT NULL, refused TEXT NOT NULL, PRIMARY KEY (probe, from_ms)) STRICT, WITHOUT ROWID;
`

export const views = `
CREATE VIEW event AS SELECT seq, at_ms, cause, kind.name AS kind, subject.name AS subject, coalesce(body, '{}') AS body
  FROM event_row JOIN kind ON kind.id = event_row.kind JOIN subject ON subject.id = event_row.subject ORDER BY seq;
CREATE VIEW timeline AS SELECT entry.key AS entry, entry.value ->> 'atMs' AS at_ms, entry.value -> 'action' ->> '_tag' AS action, entry.value -> 'action' ->> 'zone' AS zone
  FROM header, json_each(header.value, '$.timeline') AS entry WHERE header.key = 'plan';
CREATE VIEW setting AS SELECT setting.key AS name, setting.atom AS value
  FROM header, json_each(header.value, '$.settings') AS setting WHERE header.key = 'plan';
CREATE VIEW pod_history AS SELECT subject AS pod, at_ms, kind, body, seq FROM event
  WHERE kind LIKE 'kube/Pod%' OR kind IN ('kube/SchedulingFailed', 'kube/VolumeAttached', 'kube/ContainerStarted', 'kube/EvictionCancelled') ORDER BY pod, seq;
CREATE VIEW run AS SELECT key, value FROM header WHERE key NOT IN ('plan', 'places', 'outcome', 'seal');
`
