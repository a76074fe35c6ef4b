-- The audit log. An entry is written in the act's own transaction; the sequencer later gives it a leaf in the Merkle
-- tree (RFC 9162) and signs checkpoints. Entries wait in audit_unsequenced, since transactions commit late and
-- "id greater than the last" would skip them. The program may insert and read entries, never change them.

create table audit_entry (
  entry_id   uuid primary key,
  at         timestamptz not null,
  actor      text not null,
  act        text not null,
  subject    text not null default '',
  detail     jsonb not null default '{}',
  sealed     bytea,
  leaf_hash  bytea not null check (length(leaf_hash) = 32)
);

create index audit_entry_at on audit_entry (at desc, entry_id);
create index audit_entry_subject on audit_entry (subject, at desc);

create table audit_unsequenced (
  entry_id  uuid primary key
);

create table audit_leaf (
  sequence   bigint primary key check (sequence >= 0),
  entry_id   uuid not null unique,
  leaf_hash  bytea not null check (length(leaf_hash) = 32)
);

-- Hashes of complete subtrees: level 0 are the leaves themselves and are not repeated here.
create table audit_node (
  level     smallint not null check (level > 0),
  position  bigint not null,
  hash      bytea not null check (length(hash) = 32),
  primary key (level, position)
);

create table audit_checkpoint (
  tree_size  bigint primary key,
  at         timestamptz not null,
  note       text not null
);
