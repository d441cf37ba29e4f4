-- The account that asked for an entry where that is not the entry's own: the payment backend that topped it up.
alter table ledger_entry add column actor account_id;
