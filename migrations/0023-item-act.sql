-- Which entries of the audit log changed which items: labels put on and taken off, decisions of reviews, filing again.
-- With the entry of its batch they are an item's trail, which goes with it when it is exported.

create table item_act (
  item_id   uuid not null,
  entry_id  uuid not null,
  primary key (item_id, entry_id)
);
