// An SQLite VFS over the default one: counts syncs, fails them on demand, loses power, and runs out of room.
//
// Writes go to the real file at once; what each one overwrote is kept until the file's next sync. When the power has
// failed every call that changes a file fails, and faultvfs_restore() writes the kept octets back.
#include "faultvfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WATCHES = 64, PATH_ROOM = 1024, BLOCK = 4096 };

// A change since the last sync of its file. A truncation has no new octets.
typedef struct Change {
  struct Change *earlier;
  sqlite3_int64 offset, size_before;
  int length, old_length, is_truncation;
  unsigned char *old_octets, *new_octets;
} Change;

// A file, known by its path, whoever has it open.
typedef struct Log {
  struct Log *next;
  char path[PATH_ROOM];
  Change *newest;
} Log;

typedef struct Watch {
  int used, dead;
  char prefix[PATH_ROOM];
  uint64_t writes[FAULTVFS_KINDS], syncs[FAULTVFS_KINDS], cut_in, fail_in[FAULTVFS_KINDS];
  int is_bounded;
  sqlite3_int64 room;
  Log *logs;
} Watch;

// An open file: SQLite's part first, the real file's memory behind it.
typedef struct File {
  sqlite3_file base;
  Watch *watch;
  Log *log;
  int kind;
} File;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Watch watches[WATCHES];
static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;
static char fault_name[64];

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((File *)file + 1); }

static Watch *watch_of(const char *path) {
  for (int i = 0; path && i < WATCHES; i++)
    if (watches[i].used && strncmp(path, watches[i].prefix, strlen(watches[i].prefix)) == 0) return &watches[i];
  return NULL;
}

static Log *log_of(Watch *watch, const char *path) {
  for (Log *log = watch->logs; log; log = log->next)
    if (strcmp(log->path, path) == 0) return log;
  if (strlen(path) >= PATH_ROOM) return NULL;
  Log *log = calloc(1, sizeof *log);
  if (!log) return NULL;
  strcpy(log->path, path);
  log->next = watch->logs;
  watch->logs = log;
  return log;
}

static void forget_newest(Log *log) {
  Change *change = log->newest;
  log->newest = change->earlier;
  free(change->old_octets);
  free(change->new_octets);
  free(change);
}

static void forget_all(Log *log) {
  while (log->newest) forget_newest(log);
}

// Whether another operation may still happen.
static int powered(Watch *watch) {
  if (watch->cut_in && --watch->cut_in == 0) watch->dead = 1;
  return !watch->dead;
}

// Keeps what a change is about to overwrite. 0 when memory is out or the file can't be read.
static int keep(File *file, const void *octets, int length, sqlite3_int64 offset, int is_truncation) {
  Change *change = calloc(1, sizeof *change);
  if (!change) return 0;
  change->offset = offset;
  change->is_truncation = is_truncation;
  sqlite3_file *below = real(&file->base);
  int good = below->pMethods->xFileSize(below, &change->size_before) == SQLITE_OK;
  if (is_truncation) length = change->size_before > offset ? (int)(change->size_before - offset) : 0;
  change->length = length;
  sqlite3_int64 there = change->size_before - offset;
  change->old_length = there < 0 ? 0 : there < length ? (int)there : length;
  if (good && change->old_length) {
    change->old_octets = malloc((size_t)change->old_length);
    good = change->old_octets &&
           below->pMethods->xRead(below, change->old_octets, change->old_length, offset) == SQLITE_OK;
  }
  if (good && octets) {
    change->new_octets = malloc((size_t)length);
    good = change->new_octets != NULL;
    if (good) memcpy(change->new_octets, octets, (size_t)length);
  }
  change->earlier = file->log->newest;
  file->log->newest = change;
  if (!good) forget_newest(file->log);
  return good;
}

// How much of a write fits on the disk, which has that much room less afterwards.
static int fitting(File *file, int length, sqlite3_int64 offset) {
  Watch *watch = file->watch;
  sqlite3_int64 size = 0;
  if (!watch->is_bounded || real(&file->base)->pMethods->xFileSize(real(&file->base), &size) != SQLITE_OK)
    return length;
  sqlite3_int64 growth = offset + length - size;
  if (growth <= 0) return length;
  sqlite3_int64 missing = growth > watch->room ? growth - watch->room : 0;
  watch->room -= growth - missing;
  return missing >= length ? 0 : length - (int)missing;
}

static int file_close(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }

static int file_read(sqlite3_file *file, void *buffer, int length, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), buffer, length, offset);
}

static int write_piece(File *own, const void *octets, int length, sqlite3_int64 offset) {
  if (!powered(own->watch)) return SQLITE_IOERR_WRITE;
  int fit = fitting(own, length, offset);
  if (fit == 0) return SQLITE_FULL;
  if (!keep(own, octets, fit, offset, 0)) return SQLITE_IOERR_WRITE;
  int result = real(&own->base)->pMethods->xWrite(real(&own->base), octets, fit, offset);
  return result == SQLITE_OK && fit < length ? SQLITE_FULL : result;
}

// A disk keeps, drops and reorders blocks, however many came in one call: each is an operation of its own.
static int file_write(sqlite3_file *file, const void *octets, int length, sqlite3_int64 offset) {
  File *own = (File *)file;
  if (!own->log) return real(file)->pMethods->xWrite(real(file), octets, length, offset);
  pthread_mutex_lock(&lock);
  own->watch->writes[own->kind]++;
  int result = SQLITE_OK;
  for (int done = 0; done < length && result == SQLITE_OK;) {
    int piece = BLOCK - (int)((offset + done) % BLOCK);
    if (piece > length - done) piece = length - done;
    result = write_piece(own, (const unsigned char *)octets + done, piece, offset + done);
    done += piece;
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  File *own = (File *)file;
  if (!own->log) return real(file)->pMethods->xTruncate(real(file), size);
  pthread_mutex_lock(&lock);
  int result = SQLITE_IOERR_TRUNCATE;
  if (powered(own->watch) && keep(own, NULL, 0, size, 1))
    result = real(file)->pMethods->xTruncate(real(file), size);
  pthread_mutex_unlock(&lock);
  return result;
}

static int file_sync(sqlite3_file *file, int flags) {
  File *own = (File *)file;
  if (!own->log) return real(file)->pMethods->xSync(real(file), flags);
  pthread_mutex_lock(&lock);
  int result = SQLITE_IOERR_FSYNC;
  Watch *watch = own->watch;
  if (powered(watch)) {
    watch->syncs[own->kind]++;
    int fails = watch->fail_in[own->kind] && --watch->fail_in[own->kind] == 0;
    if (!fails) result = real(file)->pMethods->xSync(real(file), flags);
    if (result == SQLITE_OK) forget_all(own->log);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
static int file_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int file_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int file_reserved(sqlite3_file *file, int *out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
static int file_control(sqlite3_file *file, int operation, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
static int file_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int file_traits(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void file_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int file_shm_unmap(sqlite3_file *file, int deletes) {
  return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

// Version 2: no xFetch, so that no write goes past xWrite through a mapping.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int kind_of(int flags) {
  if (flags & SQLITE_OPEN_MAIN_DB) return FAULTVFS_DB;
  if (flags & SQLITE_OPEN_WAL) return FAULTVFS_WAL;
  if (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) return FAULTVFS_JOURNAL;
  return FAULTVFS_OTHER;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  File *own = (File *)file;
  memset(own, 0, sizeof *own);
  int result = real_vfs->xOpen(real_vfs, path, real(file), flags, out_flags);
  if (!real(file)->pMethods) return result;
  file->pMethods = &methods;
  own->kind = kind_of(flags);
  pthread_mutex_lock(&lock);
  own->watch = watch_of(path);
  own->log = own->watch ? log_of(own->watch, path) : NULL;
  pthread_mutex_unlock(&lock);
  return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder) {
  pthread_mutex_lock(&lock);
  Watch *watch = watch_of(path);
  int dead = watch && watch->dead;
  if (watch && !dead) {
    Log *log = log_of(watch, path);
    if (log) forget_all(log);
  }
  pthread_mutex_unlock(&lock);
  return dead ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, path, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
  return real_vfs->xAccess(real_vfs, path, flags, out);
}
static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int room, char *out) {
  return real_vfs->xFullPathname(real_vfs, path, room, out);
}
static int vfs_randomness(sqlite3_vfs *vfs, int room, char *out) {
  return real_vfs->xRandomness(real_vfs, room, out);
}
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
  return real_vfs->xSleep(real_vfs, microseconds);
}
static int vfs_time(sqlite3_vfs *vfs, double *out) {
  return real_vfs->xCurrentTime(real_vfs, out);
}
static int vfs_error(sqlite3_vfs *vfs, int room, char *out) {
  return real_vfs->xGetLastError(real_vfs, room, out);
}

int faultvfs_register(const char *name) {
  pthread_mutex_lock(&lock);
  int result = SQLITE_OK;
  if (!real_vfs) {
    strncpy(fault_name, name, sizeof fault_name - 1);
    real_vfs = sqlite3_vfs_find(NULL);
    fault_vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(File) + real_vfs->szOsFile,
        .mxPathname = real_vfs->mxPathname,
        .zName = fault_name,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_error,
    };
    result = sqlite3_vfs_register(&fault_vfs, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

int faultvfs_watch(const char *prefix) {
  if (strlen(prefix) >= PATH_ROOM) return -1;
  pthread_mutex_lock(&lock);
  int found = -1;
  for (int i = 0; i < WATCHES && found < 0; i++)
    if (!watches[i].used) found = i;
  if (found >= 0) {
    memset(&watches[found], 0, sizeof watches[found]);
    watches[found].used = 1;
    strcpy(watches[found].prefix, prefix);
  }
  pthread_mutex_unlock(&lock);
  return found;
}

void faultvfs_unwatch(int watch) {
  pthread_mutex_lock(&lock);
  while (watches[watch].logs) {
    Log *log = watches[watch].logs;
    watches[watch].logs = log->next;
    forget_all(log);
    free(log);
  }
  watches[watch].used = 0;
  pthread_mutex_unlock(&lock);
}

uint64_t faultvfs_syncs(int watch, int kind) {
  pthread_mutex_lock(&lock);
  uint64_t count = watches[watch].syncs[kind];
  pthread_mutex_unlock(&lock);
  return count;
}

uint64_t faultvfs_writes(int watch, int kind) {
  pthread_mutex_lock(&lock);
  uint64_t count = watches[watch].writes[kind];
  pthread_mutex_unlock(&lock);
  return count;
}

void faultvfs_cut_after(int watch, uint64_t operations) {
  pthread_mutex_lock(&lock);
  watches[watch].cut_in = operations;
  if (operations == 0) watches[watch].dead = 1;
  pthread_mutex_unlock(&lock);
}

int faultvfs_is_dead(int watch) {
  pthread_mutex_lock(&lock);
  int dead = watches[watch].dead;
  pthread_mutex_unlock(&lock);
  return dead;
}

void faultvfs_fail_sync(int watch, int kind, uint64_t syncs) {
  pthread_mutex_lock(&lock);
  watches[watch].fail_in[kind] = syncs;
  pthread_mutex_unlock(&lock);
}

static int write_at(int descriptor, const unsigned char *octets, int length, sqlite3_int64 offset) {
  return length == 0 || pwrite(descriptor, octets, (size_t)length, (off_t)offset) == length;
}

static uint64_t next(uint64_t *generator) {
  *generator = *generator * 6364136223846793005u + 1442695040888963407u;
  return *generator >> 33;
}

// Takes the changes back newest first, then makes those again that the disk happened to keep, oldest first.
static int restore(Log *log, int descriptor, int mode, uint64_t *generator) {
  int good = 1;
  Change *kept = NULL;
  while (log->newest && good) {
    Change *change = log->newest;
    good = write_at(descriptor, change->old_octets, change->old_length, change->offset) &&
           ftruncate(descriptor, (off_t)change->size_before) == 0;
    if (good && mode != FAULTVFS_DROP && next(generator) & 1) {
      log->newest = change->earlier;
      change->earlier = kept;
      kept = change;
    } else {
      forget_newest(log);
    }
  }
  while (kept) {
    Change *change = kept;
    kept = change->earlier;
    if (mode == FAULTVFS_TEAR && next(generator) & 1)
      change->length = (int)(next(generator) % ((uint64_t)change->length + 1));
    if (good && change->is_truncation) good = ftruncate(descriptor, (off_t)change->offset) == 0;
    if (good && !change->is_truncation)
      good = write_at(descriptor, change->new_octets, change->length, change->offset);
    free(change->old_octets);
    free(change->new_octets);
    free(change);
  }
  return good;
}

void faultvfs_room(int watch, int64_t octets) {
  pthread_mutex_lock(&lock);
  watches[watch].is_bounded = octets >= 0;
  watches[watch].room = octets;
  pthread_mutex_unlock(&lock);
}

int faultvfs_restore(int watch, uint64_t seed) {
  return faultvfs_restore_as(watch, seed ? FAULTVFS_REORDER : FAULTVFS_DROP, seed);
}

int faultvfs_restore_as(int watch, int mode, uint64_t seed) {
  pthread_mutex_lock(&lock);
  Watch *own = &watches[watch];
  int good = 1;
  uint64_t generator = seed;
  for (Log *log = own->logs; log; log = log->next) {
    if (!log->newest) continue;
    if (mode == FAULTVFS_KEEP) {
      forget_all(log);
      continue;
    }
    int descriptor = open(log->path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
      good = 0;
      continue;
    }
    good = restore(log, descriptor, mode, &generator) && good;
    close(descriptor);
  }
  own->dead = 0;
  own->cut_in = 0;
  own->is_bounded = 0;
  memset(own->fail_in, 0, sizeof own->fail_in);
  pthread_mutex_unlock(&lock);
  return good ? 0 : -1;
}
