-- How far the text inside attachments is indexed: a row for each item that has attachments and can be found.
create table attachment_text (
  item_id   uuid primary key,
  batch_id  bigint not null,
  state     text not null check (state in ('waiting', 'read', 'partial')),
  -- Which version of the readers it waits for, or was read by.
  version   smallint not null,
  read_at   timestamptz,
  -- How often reading it began and did not end.
  attempts  smallint not null default 0
);

create index attachment_text_waiting on attachment_text (batch_id, attempts, item_id) where state = 'waiting';
-- What search could not see: counted in every estimate.
create index attachment_text_unread on attachment_text (item_id) where state <> 'read';

-- Attachments whose text is not, or not wholly, in the index. Number 0 is the item as a whole.
create table unread_attachment (
  item_id  uuid not null,
  number   integer not null,
  reason   text not null,
  primary key (item_id, number)
);

-- What was filed before attachments were read: version 0 is older than any, so the next worker has it read.
insert into attachment_text (item_id, batch_id, state, version)
  select item_id, batch_id, 'waiting', 0 from item where attachments > 0 and state <> 'quarantined';
