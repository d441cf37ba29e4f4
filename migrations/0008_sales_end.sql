-- A sale ends when the performance starts, and so do refunds where the catalogue says nothing else. The import writes both.
update performance
set sale_closes_at = least(sale_closes_at, starts_at),
    imported_closes_at = case
      when imported_opens_at is not null then least(imported_closes_at, starts_at)
    end,
    refundable_until = coalesce(refundable_until, starts_at)
where sale_opens_at < starts_at;
