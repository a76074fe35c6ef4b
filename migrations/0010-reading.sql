-- Reading a conversation: its items in the order of time, without looking at everything else in the mailbox.
create index item_conversation on item (conversation, item_id);
