-- Moving a performance to another server (docs/decisions/0042-move-fence-first.md).

-- Rows of a performance that is on its way: they are live nowhere, or at its target already. `rows` are up to some thousand rows
-- of one table, by the names of their columns.
create table moving_chunk (
  move_id uuid not null,
  table_name text collate "C" not null,
  chunk int not null check (chunk >= 0),
  row_count int not null check (row_count > 0),
  rows json not null,
  primary key (move_id, table_name, chunk)
);
-- A chunk is read once or twice: to compress it would cost more time than it saves.
alter table moving_chunk alter column rows set storage external;

-- Where a performance went that was here. `fenced`: on its way, and may be put back. `decided`: it will be live at the target.
-- `gone`: it is, and the map says so.
create table departure (
  performance_id catalogue_id primary key,
  move_id uuid not null unique,
  target catalogue_id not null,
  step text not null default 'fenced' check (step in ('fenced', 'decided', 'gone')),
  began_at timestamptz not null
);

-- Every move that has ended here. A move that is repeated finds its row, and nothing arrives twice.
create table arrival (
  move_id uuid primary key,
  performance_id catalogue_id not null,
  source catalogue_id not null,
  arrived_at timestamptz not null
);
create index arrival_of_performance on arrival (performance_id, arrived_at);

-- An import may not make a performance again that has left: there would be two.
create function performance_has_left() returns trigger language plpgsql as $$
begin
  if exists (select from departure as d where d.performance_id = new.performance_id) then
    raise exception 'the performance % has moved to another server', new.performance_id using errcode = 'lock_not_available';
  end if;
  return new;
end $$;
create trigger performance_has_left before insert on performance for each row execute function performance_has_left();
