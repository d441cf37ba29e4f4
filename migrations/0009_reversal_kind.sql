-- Added by one migration and used by the next: an enum's new value cannot be used in the transaction that adds it.
alter type entry_kind add value 'reversal';
