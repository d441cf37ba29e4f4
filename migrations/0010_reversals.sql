-- A reversal takes a top-up back. All migrations may share a transaction, so the new kind is compared as text.
alter table ledger_entry add column reverses bigint;
alter table ledger_entry drop constraint ledger_entry_check;
alter table ledger_entry drop constraint ledger_entry_check1;
alter table ledger_entry add constraint ledger_entry_sign check (
  case kind::text
    when 'payment' then amount <= 0
    when 'top_up' then amount > 0
    when 'reversal' then amount < 0
    else amount >= 0
  end
);
alter table ledger_entry add constraint ledger_entry_subject check (
  (kind::text in ('top_up', 'reversal')) = (reservation_id is null)
  and (reservation_id is null) = (performance_id is null)
  and (kind::text = 'reversal') = (reverses is not null)
);
-- One reversal of an entry, whatever a program does.
create unique index ledger_entry_once_reversed on ledger_entry (account_id, reverses) where reverses is not null;
