-- Exports, and the copies of items that each is made of.

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
