-- Sessions of browsers, and what issuers say of accounts. By account, apart from money and reservations: erasing a
-- profile touches neither.

-- The cookie's random value is nowhere: the key is its SHA-256. last_used_at and idle_ends_at are written once a minute at
-- most and are in no index, so that the update stays heap-only (HOT); rows are swept by ends_at, which never changes.
create table session (
  session_key bytea primary key check (octet_length(session_key) = 32),
  account_id account_id not null,
  scopes text[] not null check (cardinality(scopes) <= 50),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  idle_ends_at timestamptz not null,
  ends_at timestamptz not null,
  -- Sent back to the issuer by a sign-out there (OpenID Connect RP-Initiated Logout 1.0, section 2).
  id_token text check (length(id_token) <= 4096),
  check (created_at <= last_used_at and idle_ends_at <= ends_at)
) with (fillfactor = 80);
create index session_of_account on session (account_id);
create index session_by_end on session (ends_at);

-- Sign-ins that have come back from the issuer: each is used once. Kept for longer than a sign-in may take.
create table used_sign_in (
  sign_in_key bytea primary key check (octet_length(sign_in_key) = 32),
  used_at timestamptz not null
);
create index used_sign_in_by_time on used_sign_in (used_at);

-- Refreshed by each sign-in. The keys are what a look-up compares: folded by the service, since lower() knows the letters of
-- one locale only.
create table profile (
  account_id account_id primary key,
  name text check (length(name) between 1 and 200),
  email text check (length(email) between 1 and 320),
  name_key text collate "C" check (length(name_key) between 1 and 400),
  email_key text collate "C" check (length(email_key) between 1 and 640),
  updated_at timestamptz not null,
  check ((name is null) = (name_key is null) and (email is null) = (email_key is null))
);
create index profile_by_name on profile (name_key);
create index profile_by_email on profile (email_key);
