-- A reservation whose money is elsewhere (decision 0041): being paid, and being refunded. A type's new value can't be used in
-- the transaction that adds it, so 0020 uses them.
alter type reservation_state add value 'paying';
alter type reservation_state add value 'refunding';
