import Foundation

/// Memory of this process.
enum ProcessMemory {
  /// Resident octets (`proc(5)`, statm); 0 where the kernel tells none.
  static var residentBytes: Int64 {
    let fields = ((try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "").split(separator: " ")
    return fields.count > 1 ? (Int64(fields[1]) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}
