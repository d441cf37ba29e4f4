-- What holds for the whole database. `currency` is an ISO 4217 code; all amounts are integers of its minor unit. It is KRW
-- until an import says otherwise, and fixed once there is a wallet or a reservation.
create table setting (
  name text collate "C" primary key,
  value text not null,
  constraint setting_is_known check (name = 'currency' and value ~ '^[A-Z]{3}$')
);
insert into setting (name, value) values ('currency', 'KRW');
-- An IANA time zone, in which the pages show the venue's times. Every venue was in Seoul so far.
alter table venue add column time_zone text not null default 'Asia/Seoul';
alter table venue alter column time_zone set default 'UTC';
-- What each of seat_ids was sold for, kept by the first refund: the seats may be sold again at another price. The amount of
-- a reservation of one seat is that seat's price; of earlier refunds of several seats only the sum is known.
alter table reservation add column seat_prices bigint[];
