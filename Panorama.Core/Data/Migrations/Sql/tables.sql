-- Tables that the model of the application does not make: the audit trail, the outbox, the key of the signed context.

-- One row. Only panorama_definer has a policy on it; a dump holds none.
create table context_keys (
  id         smallint primary key,
  secret     bytea not null check (octet_length(secret) = 32),
  created_at timestamptz(3) not null
);

-- No foreign keys: an event outlives what it speaks of. Unique by (time, id): a key of a partitioned table holds the partition key.
create table audit_events (
  id            uuid not null,
  occurred_at   timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  tenant_id     uuid,
  actor_user_id uuid,
  action        text not null,
  resource_type text not null,
  resource_id   text,
  metadata      jsonb not null default '{}',
  personal_hash bytea,
  primary key (occurred_at, id)
) partition by range (occurred_at);
create index audit_events_tenant_id_occurred_at_id_idx on audit_events (tenant_id, occurred_at desc, id desc);
create index audit_events_tenant_id_resource_idx on audit_events (tenant_id, resource_type, resource_id, occurred_at desc);

create table audit_personal (
  event_id    uuid primary key,
  tenant_id   uuid,
  occurred_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  salt        bytea not null check (octet_length(salt) = 16),
  ip_address  text,
  user_agent  text,
  email       text
);
create index audit_personal_tenant_id_email_idx on audit_personal (tenant_id, email);
create index audit_personal_occurred_at_idx on audit_personal (occurred_at);

-- One row for each event without a seal.
create table audit_queue (
  chain_id uuid not null,
  event_at timestamptz(3) not null,
  event_id uuid not null,
  primary key (chain_id, event_at, event_id)
);

-- The chain of a tenant has the tenant's id, the cluster chain the nil uuid. The first prev_hash is 32 zero bytes.
create table audit_chains (
  chain_id  uuid primary key,
  last_seq  bigint not null default 0,
  last_hash bytea not null default decode(repeat('00', 32), 'hex')
);

-- Not partitioned, so both keys exist: one seal per event, no fork.
create table audit_seals (
  chain_id  uuid not null,
  seq       bigint not null,
  event_id  uuid not null unique,
  event_at  timestamptz(3) not null,
  prev_hash bytea not null,
  hash      bytea not null,
  sealed_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (chain_id, seq)
);

create table audit_checkpoints (
  chain_id   uuid not null,
  seq        bigint not null,
  hash       bytea not null,
  signed_at  timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  key_id     text not null,
  signature  bytea not null,
  object_key text, -- null while there is no object storage
  primary key (chain_id, seq)
);

-- Refused sign-ins, one row per address while it keeps trying: what makes the audit row at most one per address and minute.
create table auth_refusals (
  address text primary key,
  last_at timestamptz(3) not null,
  pending int not null default 0,
  kind    text not null
);

create table notification_events (
  id                uuid not null,
  created_at        timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  updated_at        timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  tenant_id         uuid constraint notification_events_tenant_id_fkey references tenants (id) on delete restrict,
  event_type        text not null,
  schema_version    int not null default 1,
  occurred_at       timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  actor_user_id     uuid,
  correlation_id    text,
  resource_type     text,
  resource_id       uuid,
  payload           jsonb not null default '{}',
  payload_hash      bytea,
  status            text not null default 'PENDING',
  dispatch_attempts int not null default 0,
  available_at      timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  last_attempt_at   timestamptz(3),
  dispatched_at     timestamptz(3),
  last_error        text,
  error_history     jsonb not null default '[]',
  channel_results   jsonb not null default '{}',
  dedup_key         text,
  primary key (created_at, id),
  constraint notification_events_payload_size_cap check (pg_column_size(payload) <= 16384),
  constraint notification_events_status_check check (status in ('PENDING', 'IN_PROGRESS', 'DISPATCHED', 'FAILED', 'DEAD'))
) partition by range (created_at);
create index notification_events_due_idx on notification_events (available_at) where status in ('PENDING', 'FAILED');
create index notification_events_tenant_id_event_type_idx on notification_events (tenant_id, event_type, created_at desc);

-- Not partitioned, so a key is unique for as long as it is kept. Two events of the cluster with one key collide as well.
create table notification_dedup (
  tenant_id  uuid constraint notification_dedup_tenant_id_fkey references tenants (id) on delete restrict,
  event_type text not null,
  dedup_key  text not null,
  event_id   uuid not null,
  created_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  constraint notification_events_dedup_unique unique nulls not distinct (tenant_id, event_type, dedup_key)
);

-- event_at is the created_at of the event, so the unique key is exact although the table is partitioned.
create table notification_deliveries (
  event_at            timestamptz(3) not null,
  id                  uuid not null,
  event_id            uuid not null,
  tenant_id           uuid constraint notification_deliveries_tenant_id_fkey references tenants (id) on delete restrict,
  channel             text not null,
  recipient_key       text not null,
  status              text not null default 'PENDING',
  attempts            int not null default 0,
  next_attempt_at     timestamptz(3),
  lease_owner         text,
  lease_until         timestamptz(3),
  fence               bigint not null default 0,
  provider_message_id text,
  last_error          text,
  created_at          timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  updated_at          timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (event_at, id),
  constraint notification_deliveries_once unique (event_at, event_id, channel, recipient_key),
  constraint notification_deliveries_status_check check (status in ('PENDING', 'IN_PROGRESS', 'DISPATCHED', 'FAILED', 'DEAD'))
) partition by range (event_at);
create index notification_deliveries_due_idx on notification_deliveries (next_attempt_at) where status in ('PENDING', 'FAILED');

-- Subscribers inside the database: a row in the transaction of the effect makes it happen once.
create table notification_inbox (
  consumer text not null,
  event_id uuid not null,
  at       timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  primary key (consumer, event_id)
);

-- The definer makes the monthly partitions, so it owns their parents.
alter table audit_events            owner to panorama_definer;
alter table notification_events     owner to panorama_definer;
alter table notification_deliveries owner to panorama_definer;
