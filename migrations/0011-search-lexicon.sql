-- Words by which beginnings of words are found, sealed; docs/formats/search.md, "Lexicon".

-- From its epoch on, whatever is filed is stored in the lexicon again, so that what an earlier epoch holds can be looked
-- through and dropped while filing goes on. No row: the first epoch.
create table lexicon (
  singleton  boolean primary key default true check (singleton),
  epoch      integer not null
);

create table lexicon_page (
  page_id  uuid primary key,
  epoch    integer not null,
  entries  integer not null,
  sealed   bytea not null
);

-- Random bytes do not compress.
alter table lexicon_page alter column sealed set storage external;

-- The epoch, held as it is until the caller's transaction ends. A volatile function looks anew after each statement of
-- its own, so it sees the epoch that it may have waited for.
create function lexicon_epoch() returns integer language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('holdfast lexicon', 0));
  return coalesce((select epoch from holdfast.lexicon), 1);
end $$;

-- Who is meant by a name in a search, and what their numbers are.
create index mapping_entry_mailbox on mapping_entry (mailbox_address);
create index registered_user_email on registered_user (lower(email));
create index mailbox_name on mailbox (lower(display_name));
