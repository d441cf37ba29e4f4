-- A group writes many rows of one page in one transaction, and none of their old versions can be pruned before it ends: an
-- update stays heap-only (HOT) only where the page has room for a new version of each. With 75 %, 70 % and 45 % full pages
-- a payment in a group of hundreds wrote 4.2 index entries and 1,310 bytes of WAL; with these it writes 3 and 1,060
-- (npm run group-costs). The price is the size of the tables: twice the rows' own.
alter table reservation set (fillfactor = 50);
alter table claim_limit set (fillfactor = 50);
alter table seat set (fillfactor = 40);
