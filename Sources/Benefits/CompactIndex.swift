/// Numbers 64-bit keys in the order they come, 0, 1, 2…, in twelve to twenty bytes a key.
///
/// Open addressing over the keys' places, which are kept apart: growing moves four bytes a key. Keys are mixed with a
/// seed, so that no file can be made to fill one corner.
struct CompactIndex: Sendable {
  /// A programme's place takes seven bits in a key of ``dueKey(_:_:_:)``.
  static let maximumProgrammes = 128

  private(set) var keys: [UInt64] = []
  /// Place + 1 of a key; 0 for none.
  private var slots = [UInt32](repeating: 0, count: 1024)
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// How many keys there are.
  var count: Int { keys.count }

  /// The key's place; `nil` when it has none.
  func find(_ key: UInt64) -> Int? {
    let slot = slots[slot(of: key)]
    return slot == 0 ? nil : Int(slot) - 1
  }

  /// The key's place, given now when it is new.
  mutating func place(of key: UInt64) -> (place: Int, isNew: Bool) {
    let slot = slot(of: key)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    keys.append(key)
    slots[slot] = UInt32(keys.count)
    if keys.count * 10 > slots.count * 7 { grow() }
    return (keys.count - 1, true)
  }

  /// One person's claim to one month of one programme: 40 bits ID, 7 bits programme, 17 bits month.
  static func dueKey(_ personalID: UInt64, _ programme: Int, _ yyyymm: Int32) -> UInt64 {
    let month = UInt64((yyyymm / 100 - 1900) * 12 + yyyymm % 100 - 1)
    return personalID << 24 | UInt64(programme) << 17 | month
  }

  /// Spreads a number over all 64 bits (the finaliser of MurmurHash3).
  static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ value >> 33
  }

  /// Where the key is, or where it would go.
  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.mixed(key ^ seed)) & mask
    while slots[slot] != 0, keys[Int(slots[slot]) - 1] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = []
    slots = [UInt32](repeating: 0, count: mask + 1)
    for (place, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: Self.mixed(key ^ seed)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(place + 1)
    }
  }
}

/// A growing list that is never copied to grow.
struct PagedList<Element: Sendable>: Sendable {
  private static var pageSize: Int { 32_768 }
  private var pages: [[Element]] = []

  subscript(place: Int) -> Element {
    get { pages[place / Self.pageSize][place % Self.pageSize] }
    _modify { yield &pages[place / Self.pageSize][place % Self.pageSize] }
  }

  mutating func append(_ element: Element) {
    if pages.last?.count ?? Self.pageSize == Self.pageSize {
      var page: [Element] = []
      page.reserveCapacity(Self.pageSize)
      pages.append(page)
    }
    pages[pages.count - 1].append(element)
  }
}
