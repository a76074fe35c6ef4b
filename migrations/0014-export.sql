-- Exports, and the copies of items that each is made of.

-- What was asked for, how far it has come, and what became of it. The row stays; key and segments go at the end.
create table export (
  export_id        uuid primary key,
  requested_by     text not null,
  created_at       timestamptz not null,
  state            text not null check (state in ('waiting', 'selecting', 'writing', 'finishing', 'ready', 'failed',
                     'cancelled', 'expired', 'removed')),
  -- Name, query and scope, sealed: a query can say as much as a message.
  request          bytea not null,
  format           text not null,
  time_zone        text not null,
  context          jsonb not null,
  duplicates       text not null check (duplicates in ('suppressed', 'kept')),
  natives          boolean not null,
  encryption       text not null check (encryption in ('none', 'pass-phrase', 'recipient')),
  recipient        text,
  -- Sealed, and gone once the package is encrypted.
  pass_phrase      bytea,
  destination      text not null check (destination in ('download', 'storage')),
  expires_in_days  integer not null,
  -- What all segments are sealed under, wrapped. Without it they are noise.
  export_key       bytea,
  units            integer not null default 0,
  -- How far it is written: the last ordinal of a whole unit.
  written_to       bigint not null default 0,
  matched_items    bigint not null default 0,
  matched          bigint not null default 0,
  matched_written  bigint not null default 0,
  matched_failed   bigint not null default 0,
  matched_suppressed  bigint not null default 0,
  context_items    bigint not null default 0,
  context_copies   bigint not null default 0,
  context_written  bigint not null default 0,
  context_failed   bigint not null default 0,
  context_suppressed  bigint not null default 0,
  -- Items within its scope that the search could see in part or not yet at all.
  partially_indexed  bigint not null default 0,
  not_yet_indexed    bigint not null default 0,
  -- Of all files of the package together.
  file_bytes       bigint not null default 0,
  -- The audit entry that has the manifest's digest.
  complete_entry   uuid,
  package_size     bigint,
  -- The object of the operator's storage that it was written to.
  stored_as        text,
  started_at       timestamptz,
  completed_at     timestamptz,
  expires_at       timestamptz,
  ended_at         timestamptz,
  ended_by         text,
  downloads        integer not null default 0,
  downloaded_at    timestamptz,
  -- Tries in a row that ended with an error.
  attempts         integer not null default 0,
  error_code       text,
  error_message    text
);

create index export_created on export (created_at desc, export_id);
create index export_expiry on export (expires_at) where state = 'ready';

-- The package as sealed objects, in the order of its bytes: `exports/<export id>/<object>`.
create table export_segment (
  export_id       uuid not null,
  sequence        integer not null,
  kind            text not null check (kind in ('messages', 'lists', 'proofs', 'encrypted')),
  object          text not null,
  -- Bytes of content of each part of the object, before sealing.
  body_size       bigint not null,
  directory_size  bigint not null,
  items_size      bigint not null,
  files_size      bigint not null,
  joints_size     bigint not null,
  -- Bytes of the body that are the package's, and how many files they hold.
  zip_size        bigint not null,
  files           bigint not null,
  primary key (export_id, sequence)
);

-- The work list of an export: a snapshot of what matched, in the order of the package.
create table export_item (
  item_id     uuid not null,
  export_id   uuid not null,
  mailbox_id  integer not null,
  folder      text not null,
  grade       text not null check (grade in ('match', 'context')),
  state       text not null check (state in ('due', 'written', 'failed', 'suppressed')),
  -- Its place in the package and the unit it is written with; null for a suppressed duplicate.
  ordinal     bigint,
  unit        integer,
  -- Which unit of its folder (or of its conversation's day) this is, from 1, and of how many.
  part        integer,
  parts       integer,
  -- An error's code, if it failed.
  reason      text,
  primary key (item_id, export_id, mailbox_id)
);

create index export_item_order on export_item (export_id, ordinal);

-- The items of a batch, for the proofs in an export. Items lie in the order of their batches, so it is enough to know
-- which stretch of the table holds which, and costs an import next to nothing.
create index item_batch on item using brin (batch_id) with (pages_per_range = 32, autosummarize = on);
