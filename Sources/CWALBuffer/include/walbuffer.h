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
// `log` is the log from now on, for as long as the connection is open; NULL where it is written through.
// 0; SQLITE_MISUSE when the database is not open through this VFS, or has no log.
struct walbuffer;
int walbuffer_begin(struct sqlite3 *connection, unsigned delay, struct walbuffer **log);

// Between a call with `leaves` != 0 and one with 0, a sync that ends a commit writes what is held back and leaves the
// disk to walbuffer_sync(): SQLite shows the commit to other connections before it is there, and whoever is told of
// it, or of what was read, has to wait for that. On the connection's own thread.
//
// Syncs that keep an order are made at once all the same: that of the log's header, without which a power cut could
// bring pages of the last log back over newer ones.
void walbuffer_leave_sync(struct walbuffer *log, int leaves);

// Puts on the disk what was written before the call, on any one thread at a time, while the connection writes on.
// 0, or SQLite's code, that of an earlier sync of the log that failed, too: what became of the commits since the last
// sync is known only after opening again.
int walbuffer_sync(struct walbuffer *log);
