// An SQLite VFS over the default one that counts syncs, can lose power and can fill its disk. Tests only; see measurements, "Storage".
#pragma once
#include <stdint.h>

// File kinds that syncs are counted for.
enum { FAULTVFS_DB = 0, FAULTVFS_WAL = 1, FAULTVFS_JOURNAL = 2, FAULTVFS_OTHER = 3, FAULTVFS_KINDS = 4 };

// Registers the VFS under `name` (once a process; not as the default). 0, or an SQLite code.
int faultvfs_register(const char *name);

// Everything below is per file-name prefix, so that tests that run side by side don't meet.
// Starts watching files whose full path begins with `prefix`; -1 when there is no room.
int faultvfs_watch(const char *prefix);
// Ends the watch and forgets its files.
void faultvfs_unwatch(int watch);

// xSync calls of files of `kind` since the watch began.
uint64_t faultvfs_syncs(int watch, int kind);

// xWrite calls of files of `kind` since the watch began.
uint64_t faultvfs_writes(int watch, int kind);

// The power fails at the `operations`-th operation from now, which does nothing; 0 = at once. An operation is an
// xTruncate, an xSync, or a block of 4,096 octets of an xWrite.
void faultvfs_cut_after(int watch, uint64_t operations);
// Whether the power has failed.
int faultvfs_is_dead(int watch);
// The `syncs`-th xSync of `kind` from now (1 = the next) answers SQLITE_IOERR_FSYNC and syncs nothing.
void faultvfs_fail_sync(int watch, int kind, uint64_t syncs);
// The disk has room for `octets` more, by which files may grow: a write that needs more is made as far as it fits and
// answers SQLITE_FULL. Negative: room for everything again.
void faultvfs_room(int watch, int64_t octets);

// What a disk has of the writes that were not synced when the power failed.
enum {
  FAULTVFS_DROP = 0,     // none of them
  FAULTVFS_REORDER = 1,  // some, whatever their order
  FAULTVFS_TEAR = 2,     // some, of which only the beginning
  FAULTVFS_KEEP = 3,     // all: the process ended, not the machine
};

// After every connection is closed: puts each file into a state that its last sync allows, and power is on again.
// 0, or -1 when a file could not be restored.
int faultvfs_restore_as(int watch, int mode, uint64_t seed);

// After every connection is closed: puts each file back to what its last sync promised, and power is on again.
// With seed 0 every later write is dropped; otherwise each one is kept or dropped by a generator with that seed,
// as a disk that reorders its cache would. 0, or -1 when a file could not be restored.
int faultvfs_restore(int watch, uint64_t seed);
