// An SQLite VFS over another that writes the write-ahead log in large pieces.
#pragma once

// SQLite gives the log away in two writes a page, 24 and 4,096 octets: on a page cache that is two system calls and two
// passes through the file system for each page of a commit. Here they lie one behind the other in memory and go to the
// real file when the log is synced, read, measured or cut, or the memory is full. Other files are the real VFS's own:
// their calls don't come by here.

struct sqlite3;

// Registers the VFS "walbuffer-" and the name of `base` (NULL: the default one), once a process, not as the default.
// Its name, which lives as long as the process; NULL when there is no such VFS or no memory.
const char *walbuffer_register(const char *base);

// From now on the log of this connection's main database is held back as above; until then it is written through.
//
// Right only for a connection whose every commit syncs the log (`synchronous=FULL` or EXTRA), for as long as it does:
// SQLite shows a commit to other connections after that sync, so nobody is shown what still lies in memory. With
// NORMAL or OFF others would look for pages that are in no file yet.
// Each sync takes `delay` microseconds longer, for those who measure what a slow disk does; 0: no longer than it takes.
// A device without SQLITE_IOCAP_POWERSAFE_OVERWRITE is written through as before.
// 0; SQLITE_MISUSE when the database is not open through this VFS, or has no log.
int walbuffer_begin(struct sqlite3 *connection, unsigned delay);
