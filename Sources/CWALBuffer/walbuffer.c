// An SQLite VFS over another that writes the write-ahead log in large pieces; see the header.
#include "walbuffer.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// SQLite's own VFS for Unix writes less than 128 KiB at once: of a longer length it takes the lowest 17 bits.
enum { ROOM = 31 * 4096 };

// An open log: SQLite's part first, the real file's memory behind it.
typedef struct walbuffer {
  sqlite3_file base;
  unsigned char *octets;  // not written yet; NULL before the first write
  int count;
  int holds_back;       // since walbuffer_begin()
  int leaves_sync;      // to walbuffer_sync()
  int has_new_header;   // that no sync has put on the disk
  unsigned delay;       // microseconds more for each sync
  sqlite3_int64 start;  // where in the file they belong
  pthread_mutex_t one;  // sync at a time
  int failed;           // SQLite's code of the first sync that did
} Log;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((Log *)file + 1); }

// Writes what waits. What could not be written waits on: no sync may pass it by.
static int flush(Log *log) {
  if (log->count == 0) return SQLITE_OK;
  sqlite3_file *below = real(&log->base);
  int code = below->pMethods->xWrite(below, log->octets, log->count, log->start);
  if (code == SQLITE_OK) log->count = 0;
  return code;
}

static int log_write(sqlite3_file *file, const void *octets, int length, sqlite3_int64 offset) {
  Log *log = (Log *)file;
  if (!log->holds_back) return real(file)->pMethods->xWrite(real(file), octets, length, offset);
  if (offset == 0) log->has_new_header = 1;
  if (!log->octets && !(log->octets = sqlite3_malloc(ROOM))) return SQLITE_IOERR_NOMEM;
  if (offset != log->start + log->count || log->count + length > ROOM) {
    int code = flush(log);
    if (code != SQLITE_OK) return code;
    log->start = offset;
  }
  if (length > ROOM) return real(file)->pMethods->xWrite(real(file), octets, length, offset);
  memcpy(log->octets + log->count, octets, (size_t)length);
  log->count += length;
  return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *octets, int length, sqlite3_int64 offset) {
  int code = flush((Log *)file);
  return code != SQLITE_OK ? code : real(file)->pMethods->xRead(real(file), octets, length, offset);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int code = flush((Log *)file);
  return code != SQLITE_OK ? code : real(file)->pMethods->xTruncate(real(file), size);
}

// A kernel tells of a failed write-back once for each open file: whoever syncs after the one that was told, for a commit
// that was written before, must hear of it, too.
static int sync_disk(Log *log, int flags) {
  if (log->delay) usleep(log->delay);
  sqlite3_file *below = real(&log->base);
  pthread_mutex_lock(&log->one);
  if (log->failed == SQLITE_OK) log->failed = below->pMethods->xSync(below, flags);
  int code = log->failed;
  pthread_mutex_unlock(&log->one);
  return code;
}

static int log_sync(sqlite3_file *file, int flags) {
  Log *log = (Log *)file;
  int code = flush(log);
  if (code != SQLITE_OK || (log->leaves_sync && !log->has_new_header)) return code;
  code = sync_disk(log, flags);
  if (code == SQLITE_OK) log->has_new_header = 0;
  return code;
}

void walbuffer_leave_sync(Log *log, int leaves) { log->leaves_sync = leaves; }

int walbuffer_sync(Log *log) { return sync_disk(log, SQLITE_SYNC_NORMAL); }

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
  int code = flush((Log *)file);
  return code != SQLITE_OK ? code : real(file)->pMethods->xFileSize(real(file), size);
}

static int log_close(sqlite3_file *file) {
  Log *log = (Log *)file;
  // What waits here is of a commit that was given up: nobody was told of it, and it must not come back.
  sqlite3_free(log->octets);
  log->octets = NULL;
  log->count = 0;
  pthread_mutex_destroy(&log->one);
  return real(file)->pMethods->xClose(real(file));
}

static int log_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }

static int log_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int log_check(sqlite3_file *file, int *is_reserved) {
  return real(file)->pMethods->xCheckReservedLock(real(file), is_reserved);
}

static int log_control(sqlite3_file *file, int operation, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int log_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int log_characteristics(sqlite3_file *file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

// A log is neither shared as memory nor mapped: version 1.
static const sqlite3_io_methods log_methods = {
  .iVersion = 1,
  .xClose = log_close,
  .xRead = log_read,
  .xWrite = log_write,
  .xTruncate = log_truncate,
  .xSync = log_sync,
  .xFileSize = log_size,
  .xLock = log_lock,
  .xUnlock = log_unlock,
  .xCheckReservedLock = log_check,
  .xFileControl = log_control,
  .xSectorSize = log_sector,
  .xDeviceCharacteristics = log_characteristics,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  sqlite3_vfs *below = vfs->pAppData;
  if (!(flags & SQLITE_OPEN_WAL)) return below->xOpen(below, name, file, flags, out_flags);
  Log *log = (Log *)file;
  memset(log, 0, sizeof *log);
  pthread_mutex_init(&log->one, NULL);
  int code = below->xOpen(below, name, real(file), flags, out_flags);
  // SQLite closes a file whose methods are set, opened or not.
  if (real(file)->pMethods) log->base.pMethods = &log_methods;
  return code;
}

// Everything else is the real VFS's, called as itself.
static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xDelete(below, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xAccess(below, name, flags, result);
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int room, char *path) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xFullPathname(below, name, room, path);
}

static int vfs_random(sqlite3_vfs *vfs, int room, char *octets) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xRandomness(below, room, octets);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xSleep(below, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *days) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xCurrentTime(below, days);
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xCurrentTimeInt64(below, milliseconds);
}

static int vfs_error(sqlite3_vfs *vfs, int room, char *text) {
  sqlite3_vfs *below = vfs->pAppData;
  return below->xGetLastError ? below->xGetLastError(below, room, text) : 0;
}

static const char *add(sqlite3_vfs *below) {
  size_t room = sizeof "walbuffer-" + strlen(below->zName);
  char *name = sqlite3_malloc((int)room);
  sqlite3_vfs *vfs = sqlite3_malloc(sizeof *vfs);
  if (name && vfs) {
    snprintf(name, room, "walbuffer-%s", below->zName);
    *vfs = (sqlite3_vfs){
      .iVersion = below->iVersion < 2 ? 1 : 2,
      .szOsFile = (int)sizeof(Log) + below->szOsFile,
      .mxPathname = below->mxPathname,
      .zName = name,
      .pAppData = below,
      .xOpen = vfs_open,
      .xDelete = vfs_delete,
      .xAccess = vfs_access,
      .xFullPathname = vfs_path,
      .xRandomness = vfs_random,
      .xSleep = vfs_sleep,
      .xCurrentTime = vfs_time,
      .xGetLastError = vfs_error,
      .xCurrentTimeInt64 = vfs_time64,
    };
    if (sqlite3_vfs_register(vfs, 0) == SQLITE_OK) return name;
  }
  sqlite3_free(name);
  sqlite3_free(vfs);
  return NULL;
}

int walbuffer_begin(struct sqlite3 *connection, unsigned delay, Log **log) {
  *log = NULL;
  sqlite3_file *file = NULL;
  int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  if (code != SQLITE_OK) return code;
  if (!file || file->pMethods != &log_methods) return SQLITE_MISUSE;
  // On a device that a power cut can spoil a whole sector of, SQLite pads a commit and syncs amid the padding.
  int traits = file->pMethods->xDeviceCharacteristics(file);
  if (!(traits & SQLITE_IOCAP_POWERSAFE_OVERWRITE)) return SQLITE_OK;
  *log = (Log *)file;
  (*log)->holds_back = 1;
  (*log)->delay = delay;
  return SQLITE_OK;
}

const char *walbuffer_register(const char *base) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  sqlite3_vfs *below = sqlite3_vfs_find(base);
  if (!below) return NULL;
  pthread_mutex_lock(&lock);
  const char *name = NULL;
  char wanted[128];
  snprintf(wanted, sizeof wanted, "walbuffer-%s", below->zName);
  sqlite3_vfs *there = sqlite3_vfs_find(wanted);
  name = there ? there->zName : add(below);
  pthread_mutex_unlock(&lock);
  return name;
}
