-- Connectors in the making. A draft is made when the terms of service are accepted, and keeps what the wizard has been
-- told so far; it is never scheduled. setup_step is the step that it has come to.
alter table connector
  add column revision      integer not null default 1,
  add column account_name  text not null default '',
  add column setup_step    text check (setup_step in ('login', 'mapping', 'review')),
  add constraint connector_setup check ((status = 'draft') = (setup_step is not null));

-- What a new connector begins with; without the row, what the program and its configuration say.
create table connector_default (
  singleton       boolean primary key default true check (singleton),
  schedule        jsonb not null,
  default_region  text not null,
  item_size_max   bigint not null,
  revision        integer not null
);

-- How many items the site said the window has when collecting began: for progress alone, never for the sums.
alter table run add column expected_count bigint;

-- The last days' runs of a connector.
create index run_created on run (connector_id, created_at);
