-- One counter that grows with every change of what mapping depends on: mailboxes, their addresses, the custom mapping,
-- the registered users, and a connector's own mapping settings. A worker that holds these in memory looks at this one
-- row, and reads them again only if it grew. A row and not a sequence: a reader must not see the new number before
-- the change itself is visible.

create table directory_version (
  singleton  boolean primary key default true check (singleton),
  version    bigint not null
);

insert into directory_version (version) values (1);

create function directory_changed() returns trigger language plpgsql as $$
begin
  update holdfast.directory_version set version = version + 1;
  return null;
end $$;

create trigger mailbox_changed after insert or update or delete on mailbox
  for each statement execute function directory_changed();
create trigger mailbox_address_changed after insert or update or delete on mailbox_address
  for each statement execute function directory_changed();
create trigger mapping_entry_changed after insert or update or delete on mapping_entry
  for each statement execute function directory_changed();
-- Not last_item_at, which every batch writes.
create trigger registered_user_changed
  after insert or delete or update of user_id, number, email, company_owned on registered_user
  for each statement execute function directory_changed();
-- Not collected_until and next_run_at, which every run writes.
create trigger connector_changed after update of automatic_mapping, default_region, domains on connector
  for each statement execute function directory_changed();
