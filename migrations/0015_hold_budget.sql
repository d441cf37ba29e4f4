-- How often an hour an account may hold as many seats as its limit without paying for them; null for no bound. Times the seat
-- limit, it is a number of seats.
alter table performance add column hold_budget int default 3 check (hold_budget between 1 and 1000);

-- The claims that a limit row keeps: those that count, and those that ended unpaid within the last hour. A payment drops the
-- latter. One expression each, so that the planner inlines them.
create function kept_claims(claims timestamptz[]) returns timestamptz[] language sql volatile
  as $$ select array(select c from unnest(claims) as c where c > clock_timestamp() - interval '1 hour') $$;

-- When another hold may be made, because fewer than `budget` seats' claims will have ended unpaid within an hour; null when it
-- may be made now.
create function hold_allowed_at(claims timestamptz[], budget int) returns timestamptz language sql volatile
  as $$ select (array(
    select c from unnest(claims) as c
    where c <= clock_timestamp() and c > clock_timestamp() - interval '1 hour'
    order by c desc
  ))[budget] + interval '1 hour' $$;
