-- Who made an entry where that is not the account itself: the payment backend whose token topped it up.
alter table ledger_entry add column actor account_id;
