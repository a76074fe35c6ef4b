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
  -- An error's code, if it failed.
  reason      text,
  primary key (item_id, export_id, mailbox_id)
);

create index export_item_order on export_item (export_id, ordinal);
