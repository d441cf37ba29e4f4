-- A group writes many rows of one page in one transaction, whose old versions cannot be pruned before it
-- ends. An update stays heap-only (HOT) only if the page has room for a new version of each row. With pages
-- filled to 75 %, 70 % and 45 %, a payment in a group of hundreds wrote 4.2 index entries and 1,310 bytes of
-- WAL; with these it writes 3 and 1,060 (npm run group-costs). The price is tables twice the size of their
-- rows.
alter table reservation set (fillfactor = 50);
alter table claim_limit set (fillfactor = 50);
alter table seat set (fillfactor = 40);
