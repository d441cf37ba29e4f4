-- Added by one migration and used by the next: an enum's new value cannot be used in the transaction that adds it.
alter type sale_state add value 'cancelled';
