-- What a hold of the seat costs now, as the catalogue says, whatever the seat's state; and what its last claim took. They
-- differ for a seat that was held or sold before its price changed.
alter table seat rename column price to list_price;
alter table seat add column price bigint;
update seat set price = list_price where state <> 'free';
alter table seat add constraint seat_claimed_at_a_price check (state = 'free' or price is not null);
-- Seats that were held or sold when their price changed have kept the old one so far.
update seat as s
set list_price = g.price
from performance as p
join venue_seat as v on v.venue_id = p.venue_id
join performance_grade as g on g.performance_id = p.performance_id and g.grade = v.grade
where s.performance_id = p.performance_id and s.seat_number = v.seat_number and s.list_price <> g.price;
