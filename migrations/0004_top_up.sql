-- Money put into a wallet is a top-up; "charge" means the opposite to a payments engineer. Stored entries keep their kind.
alter type entry_kind rename value 'charge' to 'top_up';
