/** Written by `npm run schema` from the migrations; a test compares it with what they make. */
import type { SchemaDescription } from './describe.ts';

export const EXPECTED_SCHEMA: SchemaDescription = {
  'column arrival.arrived_at': 'timestamp with time zone not null',
  'column arrival.move_id': 'uuid not null',
  'column arrival.performance_id': 'catalogue_id not null',
  'column arrival.source': 'catalogue_id not null',
  'column blocked_account.account_id': 'account_id not null',
  'column blocked_account.at': 'timestamp with time zone not null',
  'column blocked_account.blocked': 'boolean not null',
  'column blocked_account.changed_by': 'xid8 not null',
  'column blocked_account.reason': 'text',
  'column cancellation.actor': 'account_id',
  'column cancellation.completed_at': 'timestamp with time zone',
  'column cancellation.failures': "jsonb not null default '[]'::jsonb",
  'column cancellation.leased_until': 'timestamp with time zone not null',
  'column cancellation.performance_id': 'catalogue_id not null',
  'column cancellation.refunded_before': 'integer not null',
  'column claim_limit.account_id': 'account_id not null',
  'column claim_limit.claims': 'timestamp with time zone[] not null',
  'column claim_limit.performance_id': 'catalogue_id not null',
  'column concert.concert_id': 'catalogue_id not null',
  'column concert.description': "jsonb not null default '{}'::jsonb",
  'column concert.hidden': 'boolean not null default false',
  'column concert.title': 'jsonb not null',
  'column departure.began_at': 'timestamp with time zone not null',
  'column departure.move_id': 'uuid not null',
  'column departure.performance_id': 'catalogue_id not null',
  'column departure.step': "text not null default 'fenced'::text",
  'column departure.target': 'catalogue_id not null',
  'column ledger_entry.account_id': 'account_id not null',
  'column ledger_entry.actor': 'account_id',
  'column ledger_entry.amount': 'bigint not null',
  'column ledger_entry.balance_after': 'bigint not null',
  'column ledger_entry.created_at': 'timestamp with time zone not null',
  'column ledger_entry.key': 'idempotency_key not null',
  'column ledger_entry.kind': 'entry_kind not null',
  'column ledger_entry.part': 'smallint not null default 0',
  'column ledger_entry.performance_id': 'catalogue_id',
  'column ledger_entry.request_hash': 'bytea not null',
  'column ledger_entry.reservation_id': 'uuid',
  'column ledger_entry.reverses': 'bigint',
  'column ledger_entry.seq': 'bigint not null',
  'column lock_fence.resource': 'text not null',
  'column lock_fence.token': 'bigint not null',
  'column moving_chunk.chunk': 'integer not null',
  'column moving_chunk.move_id': 'uuid not null',
  'column moving_chunk.row_count': 'integer not null',
  'column moving_chunk.rows': 'json not null',
  'column moving_chunk.table_name': 'text not null',
  'column operator_action.account_id': 'account_id',
  'column operator_action.action': 'text not null',
  'column operator_action.action_id': 'bigint not null',
  'column operator_action.actor': 'text',
  'column operator_action.at':
    "timestamp with time zone not null default date_trunc('milliseconds'::text, clock_timestamp())",
  'column operator_action.concert_id': 'catalogue_id',
  'column operator_action.details': "jsonb not null default '{}'::jsonb",
  'column operator_action.performance_id': 'catalogue_id',
  'column operator_action.request_id': 'text',
  'column operator_action.reservation_id': 'uuid',
  'column payment_attempt.account_id': 'account_id not null',
  'column payment_attempt.amount': 'bigint not null',
  'column payment_attempt.attempt': 'smallint not null',
  'column payment_attempt.key': 'idempotency_key not null',
  'column payment_attempt.kind': 'attempt_kind not null',
  'column payment_attempt.leased_until': 'timestamp with time zone not null',
  'column payment_attempt.noted': 'jsonb',
  'column payment_attempt.outcome': 'settlement_outcome',
  'column payment_attempt.part': 'smallint not null default 0',
  'column payment_attempt.performance_id': 'catalogue_id not null',
  'column payment_attempt.provider': 'text not null',
  'column payment_attempt.request_hash': 'bytea not null',
  'column payment_attempt.reservation_id': 'uuid not null',
  'column payment_attempt.seats': 'integer[]',
  'column payment_attempt.started_at': 'timestamp with time zone not null',
  'column performance.cancelled_at': 'timestamp with time zone',
  'column performance.concert_id': 'catalogue_id not null',
  'column performance.hold_budget': 'integer default 3',
  'column performance.hold_seconds': 'integer not null',
  'column performance.imported_closes_at': 'timestamp with time zone',
  'column performance.imported_opens_at': 'timestamp with time zone',
  'column performance.performance_id': 'catalogue_id not null',
  'column performance.refundable_until': 'timestamp with time zone',
  'column performance.sale_closes_at': 'timestamp with time zone',
  'column performance.sale_opens_at': 'timestamp with time zone not null',
  'column performance.sale_state': "sale_state not null default 'open'::sale_state",
  'column performance.seat_limit': 'integer',
  'column performance.starts_at': 'timestamp with time zone not null',
  'column performance.venue_id': 'catalogue_id not null',
  'column performance_grade.grade': 'text not null',
  'column performance_grade.performance_id': 'catalogue_id not null',
  'column performance_grade.price': 'bigint not null',
  'column performance_server.performance_id': 'catalogue_id not null',
  'column performance_server.server': 'catalogue_id not null',
  'column profile.account_id': 'account_id not null',
  'column profile.email': 'text',
  'column profile.email_key': 'text',
  'column profile.name': 'text',
  'column profile.name_key': 'text',
  'column profile.updated_at': 'timestamp with time zone not null',
  'column reservation.account_id': 'account_id not null',
  'column reservation.amount': 'bigint not null',
  'column reservation.created_at': 'timestamp with time zone not null',
  'column reservation.expires_at': 'timestamp with time zone not null',
  'column reservation.performance_id': 'catalogue_id not null',
  'column reservation.refunded_seats': "integer[] not null default '{}'::integer[]",
  'column reservation.request_hash': 'bytea not null',
  'column reservation.reservation_id': 'uuid not null',
  'column reservation.seat_ids': 'integer[] not null',
  'column reservation.seat_prices': 'bigint[]',
  'column reservation.state': "reservation_state not null default 'held'::reservation_state",
  'column reservation.version': 'integer not null default 0',
  'column seat.changed_by': 'xid8 not null default pg_current_xact_id()',
  'column seat.held_until': 'timestamp with time zone',
  'column seat.list_price': 'bigint not null',
  'column seat.performance_id': 'catalogue_id not null',
  'column seat.price': 'bigint',
  'column seat.reservation_id': 'uuid',
  'column seat.seat_number': 'integer not null',
  'column seat.state': "seat_state not null default 'free'::seat_state",
  'column seat.version': 'integer not null default 0',
  'column server.added_at': 'timestamp with time zone not null',
  'column server.name': 'catalogue_id not null',
  'column server.state': "text not null default 'active'::text",
  'column session.account_id': 'account_id not null',
  'column session.created_at': 'timestamp with time zone not null',
  'column session.ends_at': 'timestamp with time zone not null',
  'column session.id_token': 'text',
  'column session.idle_ends_at': 'timestamp with time zone not null',
  'column session.last_used_at': 'timestamp with time zone not null',
  'column session.scopes': 'text[] not null',
  'column session.session_key': 'bytea not null',
  'column setting.name': 'text not null',
  'column setting.value': 'text not null',
  'column settlement.account_id': 'account_id not null',
  'column settlement.attempt': 'smallint not null',
  'column settlement.outcome': 'settlement_outcome not null',
  'column settlement.reason': 'text',
  'column settlement.reservation_id': 'uuid not null',
  'column settlement.seq': 'bigint',
  'column this_server.epoch': 'integer not null default 1',
  'column this_server.home_id': 'uuid not null',
  'column this_server.is_only': 'boolean not null default true',
  'column this_server.name': 'catalogue_id not null',
  'column used_sign_in.sign_in_key': 'bytea not null',
  'column used_sign_in.used_at': 'timestamp with time zone not null',
  'column venue.focus': 'jsonb',
  'column venue.name': 'jsonb not null',
  'column venue.outline': "jsonb not null default '[]'::jsonb",
  'column venue.revision': 'integer not null default 1',
  'column venue.sections': "jsonb not null default '[]'::jsonb",
  'column venue.time_zone': "text not null default 'UTC'::text",
  'column venue.venue_id': 'catalogue_id not null',
  'column venue_seat.grade': 'text not null',
  'column venue_seat.label': 'text not null',
  'column venue_seat.row_name': 'text not null',
  'column venue_seat.seat_name': 'text not null',
  'column venue_seat.seat_number': 'integer not null',
  'column venue_seat.section': 'text not null',
  'column venue_seat.venue_id': 'catalogue_id not null',
  'column venue_seat.x': 'real not null',
  'column venue_seat.y': 'real not null',
  'column venue_seat_removed.label': 'text not null',
  'column venue_seat_removed.seat_number': 'integer not null',
  'column venue_seat_removed.venue_id': 'catalogue_id not null',
  'column wallet.account_id': 'account_id not null',
  'column wallet.balance': 'bigint not null default 0',
  'column wallet.version': 'bigint not null default 0',
  'constraint account_id_check of account_id':
    "CHECK ((((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 255)) AND (VALUE !~ '[^!-~]'::text))) NOT VALID",
  'constraint arrival_pkey of arrival': 'PRIMARY KEY (move_id)',
  'constraint blocked_account_pkey of blocked_account': 'PRIMARY KEY (account_id)',
  'constraint blocked_account_reason_check of blocked_account':
    'CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))',
  'constraint cancellation_performance_id_fkey of cancellation':
    'FOREIGN KEY (performance_id) REFERENCES performance(performance_id)',
  'constraint cancellation_pkey of cancellation': 'PRIMARY KEY (performance_id)',
  'constraint cancellation_refunded_before_check of cancellation': 'CHECK ((refunded_before >= 0))',
  'constraint catalogue_id_check of catalogue_id':
    "CHECK ((((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 64)) AND (VALUE !~ '[^a-z0-9-]'::text) AND (\"left\"(VALUE, 1) <> '-'::text)))",
  'constraint claim_limit_performance_id_fkey of claim_limit':
    'FOREIGN KEY (performance_id) REFERENCES performance(performance_id)',
  'constraint claim_limit_pkey of claim_limit': 'PRIMARY KEY (performance_id, account_id)',
  'constraint concert_pkey of concert': 'PRIMARY KEY (concert_id)',
  'constraint departure_move_id_key of departure': 'UNIQUE (move_id)',
  'constraint departure_pkey of departure': 'PRIMARY KEY (performance_id)',
  'constraint departure_step_check of departure':
    "CHECK ((step = ANY (ARRAY['fenced'::text, 'decided'::text, 'gone'::text])))",
  'constraint idempotency_key_check of idempotency_key':
    'CHECK (((length(VALUE) >= 1) AND (length(VALUE) <= 255)))',
  'constraint ledger_entry_account_id_fkey of ledger_entry':
    'FOREIGN KEY (account_id) REFERENCES wallet(account_id)',
  'constraint ledger_entry_balance_after_check of ledger_entry': 'CHECK ((balance_after >= 0))',
  'constraint ledger_entry_key of ledger_entry': 'UNIQUE (account_id, key)',
  'constraint ledger_entry_part of ledger_entry':
    "CHECK (((part = 0) OR ((part > 0) AND (kind = 'refund'::entry_kind))))",
  'constraint ledger_entry_pkey of ledger_entry': 'PRIMARY KEY (account_id, seq)',
  'constraint ledger_entry_sign of ledger_entry':
    "CHECK (\nCASE (kind)::text\n    WHEN 'payment'::text THEN (amount <= 0)\n    WHEN 'top_up'::text THEN (amount > 0)\n    WHEN 'reversal'::text THEN (amount < 0)\n    ELSE (amount >= 0)\nEND)",
  'constraint ledger_entry_subject of ledger_entry':
    "CHECK (((((kind)::text = ANY (ARRAY['top_up'::text, 'reversal'::text])) = (reservation_id IS NULL)) AND ((reservation_id IS NULL) = (performance_id IS NULL)) AND (((kind)::text = 'reversal'::text) = (reverses IS NOT NULL))))",
  'constraint lock_fence_pkey of lock_fence': 'PRIMARY KEY (resource)',
  'constraint lock_fence_token_check of lock_fence':
    "CHECK (((token >= 1) AND (token <= '9007199254740991'::bigint)))",
  'constraint moving_chunk_chunk_check of moving_chunk': 'CHECK ((chunk >= 0))',
  'constraint moving_chunk_pkey of moving_chunk': 'PRIMARY KEY (move_id, table_name, chunk)',
  'constraint moving_chunk_row_count_check of moving_chunk': 'CHECK ((row_count > 0))',
  'constraint operator_action_action_check of operator_action': "CHECK ((action ~ '^[a-z_]{1,40}$'::text))",
  'constraint operator_action_actor_check of operator_action':
    "CHECK (((actor ~ '^[\\x20-\\x7e]+$'::text) AND (length(actor) <= 300)))",
  'constraint operator_action_details_check of operator_action':
    "CHECK (((jsonb_typeof(details) = 'object'::text) AND (octet_length((details)::text) <= 8192)))",
  'constraint operator_action_pkey of operator_action': 'PRIMARY KEY (action_id)',
  'constraint operator_action_request_id_check of operator_action':
    'CHECK (((length(request_id) >= 1) AND (length(request_id) <= 200)))',
  'constraint payment_attempt_amount_check of payment_attempt':
    "CHECK (((amount >= 0) AND (amount <= '9007199254740991'::bigint)))",
  'constraint payment_attempt_attempt_check of payment_attempt': 'CHECK ((attempt > 0))',
  'constraint payment_attempt_outcome of payment_attempt':
    "CHECK (\nCASE kind\n    WHEN 'payment'::attempt_kind THEN (outcome = ANY (ARRAY['debited'::settlement_outcome, 'refused'::settlement_outcome]))\n    ELSE (outcome = 'credited'::settlement_outcome)\nEND)",
  'constraint payment_attempt_pkey of payment_attempt':
    'PRIMARY KEY (performance_id, reservation_id, attempt)',
  'constraint payment_attempt_seats of payment_attempt':
    "CHECK (((kind = 'refund'::attempt_kind) = (COALESCE(cardinality(seats), 0) > 0)))",
  'constraint performance_cancelled of performance':
    "CHECK ((((sale_state)::text = 'cancelled'::text) = (cancelled_at IS NOT NULL)))",
  'constraint performance_check of performance': 'CHECK ((sale_closes_at > sale_opens_at))',
  'constraint performance_concert_id_fkey of performance':
    'FOREIGN KEY (concert_id) REFERENCES concert(concert_id)',
  'constraint performance_grade_performance_id_fkey of performance_grade':
    'FOREIGN KEY (performance_id) REFERENCES performance(performance_id)',
  'constraint performance_grade_pkey of performance_grade': 'PRIMARY KEY (performance_id, grade)',
  'constraint performance_grade_price_check of performance_grade':
    "CHECK (((price >= 0) AND (price <= '9007199254740991'::bigint)))",
  'constraint performance_hold_budget_check of performance':
    'CHECK (((hold_budget >= 1) AND (hold_budget <= 1000)))',
  'constraint performance_hold_seconds_check of performance':
    'CHECK (((hold_seconds >= 1) AND (hold_seconds <= 86400)))',
  'constraint performance_pkey of performance': 'PRIMARY KEY (performance_id)',
  'constraint performance_seat_limit_check of performance':
    'CHECK (((seat_limit >= 1) AND (seat_limit <= 1000)))',
  'constraint performance_server_pkey of performance_server': 'PRIMARY KEY (performance_id)',
  'constraint performance_server_server_fkey of performance_server':
    'FOREIGN KEY (server) REFERENCES server(name)',
  'constraint performance_venue_id_fkey of performance': 'FOREIGN KEY (venue_id) REFERENCES venue(venue_id)',
  'constraint profile_check of profile':
    'CHECK ((((name IS NULL) = (name_key IS NULL)) AND ((email IS NULL) = (email_key IS NULL))))',
  'constraint profile_email_check of profile': 'CHECK (((length(email) >= 1) AND (length(email) <= 320)))',
  'constraint profile_email_key_check of profile':
    'CHECK (((length(email_key) >= 1) AND (length(email_key) <= 640)))',
  'constraint profile_name_check of profile': 'CHECK (((length(name) >= 1) AND (length(name) <= 200)))',
  'constraint profile_name_key_check of profile':
    'CHECK (((length(name_key) >= 1) AND (length(name_key) <= 400)))',
  'constraint profile_pkey of profile': 'PRIMARY KEY (account_id)',
  'constraint reservation_amount_check of reservation':
    "CHECK (((amount >= 0) AND (amount <= '9007199254740991'::bigint)))",
  'constraint reservation_performance_id_fkey of reservation':
    'FOREIGN KEY (performance_id) REFERENCES performance(performance_id)',
  'constraint reservation_pkey of reservation': 'PRIMARY KEY (performance_id, reservation_id)',
  'constraint reservation_refunded_seats of reservation':
    "CHECK (\nCASE cardinality(refunded_seats)\n    WHEN 0 THEN ((state)::text <> 'refunded'::text)\n    ELSE ((refunded_seats <@ seat_ids) AND\n    CASE cardinality(refunded_seats)\n        WHEN cardinality(seat_ids) THEN ((state)::text = 'refunded'::text)\n        ELSE ((state)::text = ANY (ARRAY['confirmed'::text, 'refunding'::text]))\n    END)\nEND)",
  'constraint reservation_seat_ids_check of reservation': 'CHECK ((cardinality(seat_ids) > 0))',
  'constraint seat_claimed_at_a_price of seat':
    "CHECK (((state = 'free'::seat_state) OR (price IS NOT NULL)))",
  'constraint seat_performance_id_fkey of seat':
    'FOREIGN KEY (performance_id) REFERENCES performance(performance_id)',
  'constraint seat_pkey of seat': 'PRIMARY KEY (performance_id, seat_number)',
  'constraint seat_price_check of seat':
    "CHECK (((list_price >= 0) AND (list_price <= '9007199254740991'::bigint)))",
  'constraint seat_state_matches_its_claim of seat':
    "CHECK ((((state = 'free'::seat_state) = (reservation_id IS NULL)) AND ((state = 'held'::seat_state) = (held_until IS NOT NULL))))",
  'constraint server_pkey of server': 'PRIMARY KEY (name)',
  'constraint server_state_check of server':
    "CHECK ((state = ANY (ARRAY['active'::text, 'draining'::text])))",
  'constraint session_check of session':
    'CHECK (((created_at <= last_used_at) AND (idle_ends_at <= ends_at)))',
  'constraint session_id_token_check of session': 'CHECK ((length(id_token) <= 4096))',
  'constraint session_pkey of session': 'PRIMARY KEY (session_key)',
  'constraint session_scopes_check of session': 'CHECK ((cardinality(scopes) <= 50))',
  'constraint session_session_key_check of session': 'CHECK ((octet_length(session_key) = 32))',
  'constraint setting_is_known of setting':
    "CHECK (((name = 'currency'::text) AND (value ~ '^[A-Z]{3}$'::text)))",
  'constraint setting_pkey of setting': 'PRIMARY KEY (name)',
  'constraint settlement_attempt_check of settlement': 'CHECK ((attempt > 0))',
  'constraint settlement_entry of settlement':
    "CHECK ((((outcome = 'refused'::settlement_outcome) = (seq IS NULL)) AND ((seq IS NULL) = (reason IS NOT NULL))))",
  'constraint settlement_pkey of settlement': 'PRIMARY KEY (account_id, reservation_id, attempt)',
  'constraint this_server_epoch_check of this_server': 'CHECK ((epoch >= 1))',
  'constraint this_server_is_only_check of this_server': 'CHECK (is_only)',
  'constraint this_server_pkey of this_server': 'PRIMARY KEY (is_only)',
  'constraint used_sign_in_pkey of used_sign_in': 'PRIMARY KEY (sign_in_key)',
  'constraint used_sign_in_sign_in_key_check of used_sign_in': 'CHECK ((octet_length(sign_in_key) = 32))',
  'constraint venue_pkey of venue': 'PRIMARY KEY (venue_id)',
  'constraint venue_seat_pkey of venue_seat': 'PRIMARY KEY (venue_id, seat_number)',
  'constraint venue_seat_removed_pkey of venue_seat_removed': 'PRIMARY KEY (venue_id, seat_number)',
  'constraint venue_seat_removed_seat_number_check of venue_seat_removed': 'CHECK ((seat_number > 0))',
  'constraint venue_seat_removed_venue_id_fkey of venue_seat_removed':
    'FOREIGN KEY (venue_id) REFERENCES venue(venue_id)',
  'constraint venue_seat_removed_venue_id_label_key of venue_seat_removed': 'UNIQUE (venue_id, label)',
  'constraint venue_seat_seat_number_check of venue_seat': 'CHECK ((seat_number > 0))',
  'constraint venue_seat_venue_id_fkey of venue_seat': 'FOREIGN KEY (venue_id) REFERENCES venue(venue_id)',
  'constraint venue_seat_venue_id_label_key of venue_seat': 'UNIQUE (venue_id, label)',
  'constraint wallet_balance_check of wallet':
    "CHECK (((balance >= 0) AND (balance <= '9007199254740991'::bigint)))",
  'constraint wallet_pkey of wallet': 'PRIMARY KEY (account_id)',
  'domain account_id': 'text collate C',
  'domain catalogue_id': 'text collate C',
  'domain idempotency_key': 'text collate C',
  'function hold_allowed_at(claims timestamp with time zone[], budget integer)':
    "timestamp with time zone v select (array(\n    select c from unnest(claims) as c\n    where c <= clock_timestamp() and c > clock_timestamp() - interval '1 hour'\n    order by c desc\n  ))[budget] + interval '1 hour'",
  'function kept_claims(claims timestamp with time zone[])':
    "timestamp with time zone[] v select array(select c from unnest(claims) as c where c > clock_timestamp() - interval '1 hour')",
  'function kept_seats(seat_ids integer[], refunded_seats integer[])':
    'integer[] i select case cardinality(refunded_seats)\n    when 0 then seat_ids\n    else array(\n      select s.seat_number from unnest(seat_ids) with ordinality as s (seat_number, place)\n      where s.seat_number <> all (refunded_seats) order by s.place)\n  end',
  'function live_claims(claims timestamp with time zone[])':
    'timestamp with time zone[] v select array(select c from unnest(claims) as c where c > clock_timestamp())',
  'function operator_action_is_kept()':
    "trigger v \nbegin\n  raise exception 'the operator log is append-only' using errcode = 'restrict_violation';\nend",
  'function performance_has_left()':
    "trigger v \nbegin\n  if exists (select from departure as d where d.performance_id = new.performance_id) then\n    raise exception 'the performance % has moved to another server', new.performance_id using errcode = 'lock_not_available';\n  end if;\n  return new;\nend",
  'function without_claims(claims timestamp with time zone[], removed timestamp with time zone[])':
    'timestamp with time zone[] i select array(\n    select c from (select c, row_number() over (partition by c) as i from unnest(claims) as c) as numbered\n    where i > (select count(*) from unnest(removed) as r where r = c))',
  'index arrival_of_performance of arrival':
    'CREATE INDEX arrival_of_performance ON arrival USING btree (performance_id, arrived_at)',
  'index blocked_account_changed of blocked_account':
    'CREATE INDEX blocked_account_changed ON blocked_account USING btree (changed_by)',
  'index operator_action_of_performance of operator_action':
    'CREATE INDEX operator_action_of_performance ON operator_action USING btree (performance_id, action_id) WHERE (performance_id IS NOT NULL)',
  'index payment_attempt_by_start of payment_attempt':
    "CREATE INDEX payment_attempt_by_start ON payment_attempt USING brin (started_at) WITH (pages_per_range='16', autosummarize='on')",
  'index performance_of_concert of performance':
    'CREATE INDEX performance_of_concert ON performance USING btree (concert_id)',
  'index performance_of_venue of performance':
    'CREATE INDEX performance_of_venue ON performance USING btree (venue_id)',
  'index profile_by_email of profile': 'CREATE INDEX profile_by_email ON profile USING btree (email_key)',
  'index profile_by_name of profile': 'CREATE INDEX profile_by_name ON profile USING btree (name_key)',
  'index reservation_by_expiry of reservation':
    "CREATE INDEX reservation_by_expiry ON reservation USING brin (expires_at) WITH (pages_per_range='16', autosummarize='on')",
  'index session_by_end of session': 'CREATE INDEX session_by_end ON session USING btree (ends_at)',
  'index session_of_account of session':
    'CREATE INDEX session_of_account ON session USING btree (account_id)',
  'index used_sign_in_by_time of used_sign_in':
    'CREATE INDEX used_sign_in_by_time ON used_sign_in USING btree (used_at)',
  'table arrival': 'table',
  'table blocked_account': 'table',
  'table cancellation': 'table',
  'table claim_limit': 'table',
  'table concert': 'table',
  'table departure': 'table',
  'table ledger_entry': 'table',
  'table lock_fence': 'table',
  'table moving_chunk': 'table',
  'table operator_action': 'table',
  'table payment_attempt': 'table',
  'table performance': 'table',
  'table performance_grade': 'table',
  'table performance_server': 'table',
  'table profile': 'table',
  'table reservation': 'table',
  'table seat': 'table',
  'table server': 'table',
  'table session': 'table',
  'table setting': 'table',
  'table settlement': 'table',
  'table this_server': 'table',
  'table used_sign_in': 'table',
  'table venue': 'table',
  'table venue_seat': 'table',
  'table venue_seat_removed': 'table',
  'table wallet': 'table',
  'trigger operator_action_is_kept of operator_action':
    'CREATE TRIGGER operator_action_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON operator_action FOR EACH STATEMENT EXECUTE FUNCTION operator_action_is_kept()',
  'trigger performance_has_left of performance':
    'CREATE TRIGGER performance_has_left BEFORE INSERT ON performance FOR EACH ROW EXECUTE FUNCTION performance_has_left()',
  'type attempt_kind': 'payment, refund',
  'type entry_kind': 'top_up, payment, refund, reversal',
  'type reservation_state': 'held, confirmed, released, expired, refunded, paying, refunding',
  'type sale_state': 'open, paused, closed, cancelled',
  'type seat_state': 'free, held, sold',
  'type settlement_outcome': 'debited, refused, credited',
  'unique index arrival_pkey of arrival': 'CREATE UNIQUE INDEX arrival_pkey ON arrival USING btree (move_id)',
  'unique index blocked_account_pkey of blocked_account':
    'CREATE UNIQUE INDEX blocked_account_pkey ON blocked_account USING btree (account_id)',
  'unique index cancellation_pkey of cancellation':
    'CREATE UNIQUE INDEX cancellation_pkey ON cancellation USING btree (performance_id)',
  'unique index claim_limit_pkey of claim_limit':
    'CREATE UNIQUE INDEX claim_limit_pkey ON claim_limit USING btree (performance_id, account_id)',
  'unique index concert_pkey of concert':
    'CREATE UNIQUE INDEX concert_pkey ON concert USING btree (concert_id)',
  'unique index departure_move_id_key of departure':
    'CREATE UNIQUE INDEX departure_move_id_key ON departure USING btree (move_id)',
  'unique index departure_pkey of departure':
    'CREATE UNIQUE INDEX departure_pkey ON departure USING btree (performance_id)',
  'unique index ledger_entry_key of ledger_entry':
    'CREATE UNIQUE INDEX ledger_entry_key ON ledger_entry USING btree (account_id, key)',
  'unique index ledger_entry_once_per_reservation of ledger_entry':
    'CREATE UNIQUE INDEX ledger_entry_once_per_reservation ON ledger_entry USING btree (account_id, kind, reservation_id, part) WHERE (reservation_id IS NOT NULL)',
  'unique index ledger_entry_once_reversed of ledger_entry':
    'CREATE UNIQUE INDEX ledger_entry_once_reversed ON ledger_entry USING btree (account_id, reverses) WHERE (reverses IS NOT NULL)',
  'unique index ledger_entry_pkey of ledger_entry':
    'CREATE UNIQUE INDEX ledger_entry_pkey ON ledger_entry USING btree (account_id, seq)',
  'unique index lock_fence_pkey of lock_fence':
    'CREATE UNIQUE INDEX lock_fence_pkey ON lock_fence USING btree (resource)',
  'unique index moving_chunk_pkey of moving_chunk':
    'CREATE UNIQUE INDEX moving_chunk_pkey ON moving_chunk USING btree (move_id, table_name, chunk)',
  'unique index operator_action_pkey of operator_action':
    'CREATE UNIQUE INDEX operator_action_pkey ON operator_action USING btree (action_id)',
  'unique index payment_attempt_pkey of payment_attempt':
    'CREATE UNIQUE INDEX payment_attempt_pkey ON payment_attempt USING btree (performance_id, reservation_id, attempt)',
  'unique index performance_grade_pkey of performance_grade':
    'CREATE UNIQUE INDEX performance_grade_pkey ON performance_grade USING btree (performance_id, grade)',
  'unique index performance_pkey of performance':
    'CREATE UNIQUE INDEX performance_pkey ON performance USING btree (performance_id)',
  'unique index performance_server_pkey of performance_server':
    'CREATE UNIQUE INDEX performance_server_pkey ON performance_server USING btree (performance_id)',
  'unique index profile_pkey of profile':
    'CREATE UNIQUE INDEX profile_pkey ON profile USING btree (account_id)',
  'unique index reservation_pkey of reservation':
    'CREATE UNIQUE INDEX reservation_pkey ON reservation USING btree (performance_id, reservation_id)',
  'unique index seat_pkey of seat':
    'CREATE UNIQUE INDEX seat_pkey ON seat USING btree (performance_id, seat_number)',
  'unique index server_pkey of server': 'CREATE UNIQUE INDEX server_pkey ON server USING btree (name)',
  'unique index session_pkey of session':
    'CREATE UNIQUE INDEX session_pkey ON session USING btree (session_key)',
  'unique index setting_pkey of setting': 'CREATE UNIQUE INDEX setting_pkey ON setting USING btree (name)',
  'unique index settlement_pkey of settlement':
    'CREATE UNIQUE INDEX settlement_pkey ON settlement USING btree (account_id, reservation_id, attempt)',
  'unique index this_server_pkey of this_server':
    'CREATE UNIQUE INDEX this_server_pkey ON this_server USING btree (is_only)',
  'unique index used_sign_in_pkey of used_sign_in':
    'CREATE UNIQUE INDEX used_sign_in_pkey ON used_sign_in USING btree (sign_in_key)',
  'unique index venue_pkey of venue': 'CREATE UNIQUE INDEX venue_pkey ON venue USING btree (venue_id)',
  'unique index venue_seat_pkey of venue_seat':
    'CREATE UNIQUE INDEX venue_seat_pkey ON venue_seat USING btree (venue_id, seat_number)',
  'unique index venue_seat_removed_pkey of venue_seat_removed':
    'CREATE UNIQUE INDEX venue_seat_removed_pkey ON venue_seat_removed USING btree (venue_id, seat_number)',
  'unique index venue_seat_removed_venue_id_label_key of venue_seat_removed':
    'CREATE UNIQUE INDEX venue_seat_removed_venue_id_label_key ON venue_seat_removed USING btree (venue_id, label)',
  'unique index venue_seat_venue_id_label_key of venue_seat':
    'CREATE UNIQUE INDEX venue_seat_venue_id_label_key ON venue_seat USING btree (venue_id, label)',
  'unique index wallet_pkey of wallet': 'CREATE UNIQUE INDEX wallet_pkey ON wallet USING btree (account_id)',
};
