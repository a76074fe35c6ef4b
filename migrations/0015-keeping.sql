-- How long each filing is kept, in columns of its own, and the guard that reads nothing else: so it also works where
-- these tables are distributed. The columns are written at filing, and afterwards by the functions below alone.
--
-- Locks, always in this order: rows of mailbox by mailbox_id (hold/: lockMailboxes), of filing, of item by item_id.
-- keeping_version comes after mailbox: whoever changes rules locks the mailboxes first.

alter table filing
  -- Until when holds hold it; null is not held, 'infinity' is for ever.
  add column held_until    timestamptz,
  -- True until the queries of holds have looked at it: it counts as held for ever.
  add column hold_pending  boolean default false,
  -- Until when policies and its label retain it; null is not at all, 'infinity' also where an event is waited for.
  add column retain_until  timestamptz,
  -- When it is to be deleted, deferred by retention already, not by holds; null is never by what is known now.
  add column delete_at     timestamptz,
  add column label_id      integer,
  add column label_by      text check (label_by in ('person', 'query', 'rule')),
  -- Since when it is in its mailbox's archive.
  add column archived_at   timestamptz;

-- The greatest of its filings', those that wait for a query taken as held for ever.
alter table item
  add column held_until    timestamptz,
  add column retain_until  timestamptz;

create index filing_pending on filing (mailbox_id, item_id) where hold_pending;
-- A range of pages tells whether anything in it is due; a tree would double the cost of every evaluation.
create index filing_due on filing using brin (delete_at timestamptz_minmax_multi_ops)
  with (pages_per_range = 32, autosummarize = on);
create index filing_label on filing (label_id, mailbox_id, item_id) where label_id is not null;

-- What counts as now when it is asked whether something is kept.
create function keeping_now() returns timestamptz language sql stable as $$ select now() $$;

create function refuse_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    raise exception using errcode = 'HFK01', message = format('%s cannot be truncated', tg_table_name);
  end if;
  raise exception using errcode = 'HFK01', message = format('%s %s is held or retained', tg_table_name, old.item_id);
end $$;

create trigger filing_kept before delete on filing for each row
  when (old.hold_pending or old.held_until > holdfast.keeping_now() or old.retain_until > holdfast.keeping_now())
  execute function refuse_kept();
create trigger item_kept before delete on item for each row
  when (old.held_until > holdfast.keeping_now() or old.retain_until > holdfast.keeping_now())
  execute function refuse_kept();

-- A kept row keeps what it is found and opened by, and the dates and facts that rules go by.
create trigger filing_unchanged before update of mailbox_id, item_id, run_id, filed_at on filing for each row
  when ((old.mailbox_id, old.item_id, old.run_id, old.filed_at)
      is distinct from (new.mailbox_id, new.item_id, new.run_id, new.filed_at)
    and (old.hold_pending or old.held_until > holdfast.keeping_now() or old.retain_until > holdfast.keeping_now()))
  execute function refuse_kept();
create trigger item_unchanged before update of item_id, connector_id, run_id, batch_id, source_key, kind, direction,
    sent_at, arrived_at, filed_at, conversation, participants, flags, attachments, call_status, call_seconds,
    vault_object, vault_offset, original_size, message_size, item_key, leaf on item for each row
  when ((old.item_id, old.connector_id, old.run_id, old.batch_id, old.source_key, old.kind, old.direction,
      old.sent_at, old.arrived_at, old.filed_at, old.conversation, old.participants, old.flags, old.attachments,
      old.call_status, old.call_seconds, old.vault_object, old.vault_offset, old.original_size, old.message_size,
      old.item_key, old.leaf)
    is distinct from (new.item_id, new.connector_id, new.run_id, new.batch_id, new.source_key, new.kind, new.direction,
      new.sent_at, new.arrived_at, new.filed_at, new.conversation, new.participants, new.flags, new.attachments,
      new.call_status, new.call_seconds, new.vault_object, new.vault_offset, new.original_size, new.message_size,
      new.item_key, new.leaf)
    and (old.held_until > holdfast.keeping_now() or old.retain_until > holdfast.keeping_now()))
  execute function refuse_kept();

create trigger filing_whole before truncate on filing execute function refuse_kept();
create trigger item_whole before truncate on item execute function refuse_kept();

-- The columns are set in bulk: element n of each array is of the nth filing. Each returns how many filings it changed.
-- Whoever calls them, they set nothing to less than what the tables of rules ask for at that moment: holds that are on
-- (held_by_holds, 0016-hold.sql), policies that are on, labels and extensions (retained_by_rules, 0020-disposition.sql).

-- Brings items' own columns up to their filings'. Locked first and read afterwards, so that of two that change filings
-- of one item at the same time the later sees both.
create function mirror_keeping(item_ids uuid[]) returns void language plpgsql security definer
  set search_path = holdfast, pg_temp as $$
begin
  perform from item i where i.item_id = any(item_ids) order by i.item_id for no key update;
  update item i set held_until = m.held_until, retain_until = m.retain_until
  from (
    select f.item_id, max(case when f.hold_pending then 'infinity' else f.held_until end) as held_until,
      max(f.retain_until) as retain_until
    from filing f where f.item_id = any(item_ids) group by f.item_id
  ) as m
  where i.item_id = m.item_id
    and (i.held_until is distinct from m.held_until or i.retain_until is distinct from m.retain_until);
end $$;

create function set_held(mailbox_ids integer[], item_ids uuid[], held_until timestamptz[], hold_pending boolean[])
  returns bigint language plpgsql security definer set search_path = holdfast, pg_temp as $$
declare
  changed uuid[];
  shorter_mailboxes integer[];
  shorter_items uuid[];
  shorter_until timestamptz[];
  refused uuid;
begin
  select array_agg(f.mailbox_id), array_agg(f.item_id), array_agg(n.held_until)
    into shorter_mailboxes, shorter_items, shorter_until
  from unnest(set_held.mailbox_ids, set_held.item_ids, set_held.held_until, set_held.hold_pending)
      as n (mailbox_id, item_id, held_until, hold_pending)
    join filing f on f.mailbox_id = n.mailbox_id and f.item_id = n.item_id
  where not n.hold_pending
    and case when f.hold_pending then 'infinity' else f.held_until end > coalesce(n.held_until, '-infinity');
  if shorter_items is not null then
    select r.item_id into refused from held_by_holds(shorter_mailboxes, shorter_items, shorter_until) r
    where r.until > coalesce(r.asked, '-infinity') and r.until > holdfast.keeping_now() limit 1;
    if found then
      raise exception using errcode = 'HFK01', message = format('filing %s is held by a hold that is on', refused);
    end if;
  end if;
  with written as (
    update filing f set held_until = n.held_until, hold_pending = n.hold_pending
    from unnest(set_held.mailbox_ids, set_held.item_ids, set_held.held_until, set_held.hold_pending)
      as n (mailbox_id, item_id, held_until, hold_pending)
    where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id
      and (f.held_until is distinct from n.held_until or f.hold_pending is distinct from n.hold_pending)
    returning f.item_id
  ) select array_agg(item_id) into changed from written;
  perform mirror_keeping(changed);
  return coalesce(cardinality(changed), 0);
end $$;

create function set_retained(mailbox_ids integer[], item_ids uuid[], retain_until timestamptz[], delete_at timestamptz[])
  returns bigint language plpgsql security definer set search_path = holdfast, pg_temp as $$
declare
  changed uuid[];
  shorter_mailboxes integer[];
  shorter_items uuid[];
  shorter_until timestamptz[];
  refused uuid;
begin
  select array_agg(f.mailbox_id), array_agg(f.item_id), array_agg(n.retain_until)
    into shorter_mailboxes, shorter_items, shorter_until
  from unnest(set_retained.mailbox_ids, set_retained.item_ids, set_retained.retain_until)
      as n (mailbox_id, item_id, retain_until)
    join filing f on f.mailbox_id = n.mailbox_id and f.item_id = n.item_id
  where f.retain_until > coalesce(n.retain_until, '-infinity');
  if shorter_items is not null then
    select r.item_id into refused from retained_by_rules(shorter_mailboxes, shorter_items, shorter_until) r
    where r.until > coalesce(r.asked, '-infinity') and r.until > holdfast.keeping_now() limit 1;
    if found then
      raise exception using errcode = 'HFK01', message = format('filing %s is retained by a rule that is on', refused);
    end if;
  end if;
  with written as (
    update filing f set retain_until = n.retain_until, delete_at = n.delete_at
    from unnest(set_retained.mailbox_ids, set_retained.item_ids, set_retained.retain_until, set_retained.delete_at)
      as n (mailbox_id, item_id, retain_until, delete_at)
    where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id
      and (f.retain_until is distinct from n.retain_until or f.delete_at is distinct from n.delete_at)
    returning f.item_id
  ) select array_agg(item_id) into changed from written;
  perform mirror_keeping(changed);
  return coalesce(cardinality(changed), 0);
end $$;

-- A label alone; whoever puts it on then has the filings evaluated, in the same transaction. null takes it off.
create function set_label(mailbox_ids integer[], item_ids uuid[], label_ids integer[], label_by text[])
  returns bigint language plpgsql security definer set search_path = holdfast, pg_temp as $$
declare changed bigint;
begin
  update filing f set label_id = n.label_id, label_by = n.label_by
  from unnest(set_label.mailbox_ids, set_label.item_ids, set_label.label_ids, set_label.label_by)
    as n (mailbox_id, item_id, label_id, label_by)
  where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id
    and (f.label_id is distinct from n.label_id or f.label_by is distinct from n.label_by);
  get diagnostics changed = row_count;
  return changed;
end $$;

create function set_archived(mailbox_ids integer[], item_ids uuid[], archived_at timestamptz[])
  returns bigint language plpgsql security definer set search_path = holdfast, pg_temp as $$
declare changed bigint;
begin
  update filing f set archived_at = n.archived_at
  from unnest(set_archived.mailbox_ids, set_archived.item_ids, set_archived.archived_at)
    as n (mailbox_id, item_id, archived_at)
  where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id and f.archived_at is distinct from n.archived_at;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- One counter that grows with every change of what keeping depends on, as directory_version does for mapping: the
-- tables of holds and of retention have triggers that call keeping_changed().
create table keeping_version (
  singleton  boolean primary key default true check (singleton),
  version    bigint not null
);

insert into keeping_version (version) values (1);

create function keeping_changed() returns trigger language plpgsql as $$
begin
  update holdfast.keeping_version set version = version + 1;
  return null;
end $$;

-- Filings that are to be evaluated anew because rules changed, and how far that has come: in the order of mailboxes,
-- in each in the order of items.
create table retention_evaluation (
  evaluation_id     bigint generated by default as identity primary key,
  -- null is all of them.
  mailbox_ids       integer[],
  requested_by      text not null,
  created_at        timestamptz not null,
  -- The last filing that was looked at; without an item the whole of the mailbox was.
  after_mailbox_id  integer,
  after_item_id     uuid,
  filings           bigint not null default 0,
  changed           bigint not null default 0,
  completed_at      timestamptz
);

create index retention_evaluation_open on retention_evaluation (evaluation_id) where completed_at is null;
