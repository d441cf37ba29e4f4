-- The map of performances to servers (docs/decisions/0040-performances-on-many-servers.md). The home server has the accounts
-- and the map, and is a server of performances itself.

-- Which server this database is. A new database is a home; `rowlock server add` makes it one of another home's servers. A file
-- that takes one server for another is refused by this row.
create table this_server (
  is_only boolean primary key default true check (is_only),
  name catalogue_id not null,
  home_id uuid not null,
  -- A part of this server's cursors. A move needs no other: what arrives has new transaction numbers (decision 0042).
  epoch integer not null default 1 check (epoch >= 1)
);
insert into this_server (name, home_id) values ('home', gen_random_uuid());

-- At home only: the servers by name, without their addresses, which hold passwords.
create table server (
  name catalogue_id primary key,
  -- No new performance goes to a draining server.
  state text not null default 'active' check (state in ('active', 'draining')),
  added_at timestamptz not null
);
insert into server (name, added_at) values ('home', clock_timestamp());

-- At home only: a performance is on one server. The row is written before the performance's own rows are, by an import.
create table performance_server (
  performance_id catalogue_id primary key,
  server catalogue_id not null references server (name)
);
insert into performance_server (performance_id, server) select p.performance_id, 'home' from performance as p;
