/**
 * The embedded server's settings: durable first, then fit for imports on a small machine. Given on the command line
 * at every start, so that a newer version's apply to clusters that exist. docs/operating/database.md explains them.
 */
import { totalmem } from 'node:os'

const MB = 1024 * 1024

function megabytes(share: number, min: number, max: number): string {
  return `${Math.round(Math.min(Math.max((totalmem() / MB) * share, min), max))}MB`
}

/** Loopback only, no sockets: a socket's folder would have to be open to the server's user and to ours. */
const REACH = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  password_encryption: 'scram-sha-256',
}

/** Nothing that a statement carries may reach the log: no failed statements, values, details; our clients get them. */
const SILENCE = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_autovacuum_min_duration: '-1',
  log_checkpoints: 'off',
  log_lock_waits: 'off',
  log_connections: '',
  log_timezone: 'UTC',
}

const COMMON = {
  ...REACH,
  ...SILENCE,
  timezone: 'UTC',
  jit: 'off',
  // Parallel plans take shared memory that containers give little of (/dev/shm), and the second core is the importer's.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  update_process_title: 'off',
  max_logical_replication_workers: '0',
}

/** For an archive. */
export function archiveSettings(): Record<string, string> {
  return {
    ...COMMON,
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_buffers: '16MB',
    min_wal_size: '256MB',
    // Rarer checkpoints write fewer full pages; recovery after a crash still takes seconds.
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    // A search that counts visits nearly every page of the index's table: it should be here, not one call away.
    shared_buffers: megabytes(1 / 6, 64, 2048),
    // Measured on 300,000 entries: 44,000 hits in 52 ms, against 97 ms with worker processes reading for us.
    io_method: 'sync',
    effective_cache_size: megabytes(1 / 2, 256, 16_384),
    work_mem: '16MB',
    maintenance_work_mem: megabytes(1 / 32, 64, 256),
    random_page_cost: '1.1',
    // The queue's tables are small and change all the time.
    autovacuum_naptime: '15s',
    autovacuum_vacuum_cost_delay: '1ms',
  }
}

/** For tests: what is lost in a power failure does not matter. */
export function testSettings(): Record<string, string> {
  return {
    ...COMMON,
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '1GB',
    shared_buffers: '64MB',
    max_connections: '300',
    autovacuum_naptime: '15s',
  }
}
