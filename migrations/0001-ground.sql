-- The archive itself, and its keys. One row says which archive this is; keys are stored wrapped under the master key,
-- which is never in the database.

create table archive (
  singleton              boolean primary key default true check (singleton),
  archive_id             uuid not null,
  organisation           text not null,
  demonstration          boolean not null,
  created_at             timestamptz not null,
  master_key_copied_at   timestamptz,
  log_epoch              integer not null default 1
);

create table keyring_key (
  name           text not null,
  version        integer not null,
  wrapped        bytea not null,
  master_key_id  text not null,
  created_at     timestamptz not null,
  primary key (name, version)
);

-- Which tokenizer and Unicode data made the search entries; a change asks for a reindex.
create table search_version (
  singleton   boolean primary key default true check (singleton),
  tokenizer   integer not null,
  unicode     text not null,
  indexed_at  timestamptz not null
);
