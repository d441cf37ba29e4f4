-- What a venue's seats are turned to, as [x, y] in their coordinates: the best seats are near it. Null where the
-- catalogue leaves it to the outline.
alter table venue add column focus jsonb;
