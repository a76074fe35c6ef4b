-- The daily disposal of what is due: its settings, its runs, and what a person looks at first.

-- Until when a disposition review has a filing retained; evaluated as a rule's retention is.
alter table filing add column extended_until timestamptz;

-- An extension only ever grows. Whoever extends has the filings evaluated, in the same transaction.
create function set_extended(mailbox_ids integer[], item_ids uuid[], until timestamptz)
  returns bigint language plpgsql security definer set search_path = holdfast, pg_temp as $$
declare changed bigint;
begin
  update filing f set extended_until = greatest(f.extended_until, set_extended.until)
  from unnest(set_extended.mailbox_ids, set_extended.item_ids) as n (mailbox_id, item_id)
  where f.mailbox_id = n.mailbox_id and f.item_id = n.item_id;
  get diagnostics changed = row_count;
  return changed;
end $$;
