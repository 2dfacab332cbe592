internal import GRDB
internal import Ledger

/// Payment lists: recorded in chunks, complete when sealed, or given up.
///
/// `item_claim` is what makes an item unique. It is a table of its own, so that a list that is given up can give its
/// claims back while its rows stay as they were written.
extension BatchSession {
  /// A list as it stands.
  struct List {
    let state: StoredList.State
    let imported: Int64
    let credited: Int64
    let amount: Int64
    let freed: Int64
  }

  /// What every row of a list needs, compiled once per chunk.
  struct RowStatements {
    let person, identities, newPerson, identity, line, newLine, claims, last, claim, item, standings: SQLStatement

    init(_ sql: SQL) throws {
      person = try sql.prepare("SELECT person FROM person_identity WHERE personal_id = ?")
      identities = try sql.prepare(
        """
        SELECT name, birth_date FROM person_identity WHERE person = ?1
        UNION ALL SELECT name, birth_date FROM identity_change WHERE person = ?1
        UNION ALL SELECT name, birth_date FROM identity_act WHERE person = ?1
        """)
      newPerson = try sql.prepare("INSERT INTO person (id, registered_at) VALUES (?, ?)")
      identity = try sql.prepare(
        """
        INSERT INTO person_identity (personal_id, person, name, birth_date, salt, commitment, batch, leaf)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
      line = try sql.prepare(
        "SELECT id FROM line WHERE person = ? AND programme = ? AND unit = ? AND funder = ? AND home_province = ?")
      newLine = try sql.prepare(
        """
        INSERT INTO line (id, person, programme, unit, funder, home_province, status, batch, leaf)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
      claims = try sql.prepare(ItemClaim.query)
      standings = try sql.prepare(
        """
        SELECT s.line, s.state, s.last_period, s.moved FROM line l JOIN line_state s ON s.line = l.id
        WHERE l.person = ? AND l.programme = ?
        """)
      last = try sql.prepare(
        "SELECT COALESCE(MAX(number), 0) FROM item_claim WHERE line = ? AND period = ? AND kind = ?")
      claim = try sql.prepare("INSERT INTO item_claim (line, period, kind, number, item) VALUES (?, ?, ?, ?, ?)")
      item = try sql.prepare(
        """
        INSERT INTO item (id, person, line, period, kind, amount, list, position, batch, leaf, point, number, basis,
          window_first, window_last)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    }
  }

  func list(_ reference: String) throws -> List? {
    try sql.one("SELECT state, imported, credited, amount, freed FROM item_list WHERE list = ?", [reference]).map {
      List(
        state: try $0.decode(0, StoredList.State.init(rawValue:)), imported: try $0.int(1), credited: try $0.int(2),
        amount: try $0.int(3), freed: try $0.int(4))
    }
  }

  func importItems(_ list: ItemImport) throws -> Decision {
    let known = try self.list(list.list)
    switch known?.state {
    case nil, .open: break
    case .sealed: throw LedgerRefusal(.listSealed)
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
    let count = Int64(list.rows.count)
    let taken = try sql.one(
      "SELECT 1 FROM item WHERE list = ? AND position BETWEEN ? AND ? LIMIT 1",
      [list.list, list.first, list.first + count - 1])
    guard taken == nil else { throw LedgerRefusal(.placeTaken) }
    guard !list.isWholeList || known == nil else { throw LedgerRefusal(.listIncomplete) }
    let amount = try Money.total(list.rows.map(\.amount))
    var newLines = 0
    var purses: [Purse: (items: Int64, amount: Int64)] = [:]
    let statements = try RowStatements(sql)
    try keepExclusions(of: list)
    try keepSpells(of: list)
    for (index, row) in list.rows.enumerated() {
      let (person, isNewPerson) = try person(row.person, statements)
      if !isNewPerson { try requireAgreement(row.person, of: person, index, statements) }
      let (line, isNew) = try line(LinePlace(row), person, isNewPerson: isNewPerson, statements)
      newLines += isNew ? 1 : 0
      let purse = Purse(unit: row.unit, funder: row.funder)
      let sum = purses[purse, default: (0, 0)]
      purses[purse] = (sum.items + 1, try Money.sum(sum.amount, row.amount))
      let place = ItemPlace(
        person: person, line: line, isNewLine: isNew, list: list.list, position: list.first + Int64(index))
      // Somebody new has nothing yet that a row could repeat.
      let isFirst = isNewPerson && (row.kind == .regular || row.kind == .oneOff)
      let basis = isFirst ? 0 : try basis(of: row, index, of: person, on: list.list, statements)
      let last = isNewPerson ? nil : try requireGoingOn(row, index, line: line, of: person, statements)
      if row.kind == .arrears { try requireNotOver(row.programme, row.period, lineEnds: last, index) }
      try add(row, at: place, basis: basis, statements)
    }
    try sql.run(
      """
      INSERT INTO item_list (list, imported, credited, state, amount, freed) VALUES (?1, ?2, 0, ?3, ?4, 0)
      ON CONFLICT (list) DO UPDATE SET imported = imported + ?2, amount = ?5
      """,
      [
        list.list, count, StoredList.State.open.rawValue, amount, try Money.sum(known?.amount ?? 0, amount),
      ])
    try add(purses, to: list.list)
    if let maker = list.maker {
      try decide(.sealed, list.list, items: count, amount: amount)
      try take(.made, list.list, by: maker)
      try keepRules(list.rules, of: list.list)
    }
    return .outcome(.imported(ImportResult(items: list.rows.count, newLines: newLines, amount: amount)))
  }

  /// Whose a row's item is, and where it stands.
  private struct ItemPlace {
    let person: [UInt8]
    let line: Int64
    let isNewLine: Bool
    let list: String
    let position: Int64
  }

  /// Keeps a row that may be owed.
  private func add(_ row: ItemRow, at place: ItemPlace, basis: Int64, _ statements: RowStatements) throws {
    let (period, kind) = (row.period.yyyymm, row.kind.rawValue)
    // The month alone is not written down.
    let window = row.window == ItemWindow(row.period) ? nil : row.window
    let last = place.isNewLine ? 0 : try statements.last.one([place.line, period, kind])?.int(0) ?? 0
    let id = nextID()
    try statements.claim.run([place.line, period, kind, last + 1, id.blob])
    let leaf = commit(
      .item(
        id: id, person: place.person, line: place.line, period: Int64(period), kind: Int64(kind), amount: row.amount,
        list: place.list, basis: basis, window: window.map { [Int64($0.first.yyyymm), Int64($0.last.yyyymm)] } ?? []))
    try statements.item.run([
      id.blob, place.person.blob, place.line, period, kind, row.amount, place.list, place.position, sequence, leaf,
      row.point, last + 1, basis, window?.first.yyyymm, window?.last.yyyymm,
    ])
  }

  func seal(_ seal: ListSeal) throws -> Decision {
    guard let list = try list(seal.list) else { throw LedgerRefusal(.unknownList) }
    switch list.state {
    case .open: break
    case .sealed: throw LedgerRefusal(.listSealed)
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
    let last = try sql.one("SELECT MAX(position) FROM item WHERE list = ?", [seal.list])?.int(0)
    guard list.imported == seal.items, last == seal.items, list.amount == seal.amount else {
      throw LedgerRefusal(.listIncomplete)
    }
    try decide(.sealed, seal.list, items: seal.items, amount: seal.amount)
    try take(.made, seal.list, by: seal.maker)
    try keepRules(seal.rules, of: seal.list)
    return .outcome(.sealed(items: seal.items, amount: seal.amount))
  }

  func abandon(_ abandonment: ListAbandonment) throws -> Decision {
    guard let list = try list(abandonment.list) else { throw LedgerRefusal(.unknownList) }
    guard list.state != .sealed else { throw LedgerRefusal(.listSealed) }
    if list.state == .open {
      try decide(.abandoned, abandonment.list, items: list.imported, amount: list.amount)
    }
    let items = try sql.all(
      "SELECT id, line, period, kind, number FROM item WHERE list = ? ORDER BY position LIMIT ? OFFSET ?",
      [abandonment.list, abandonment.limit, list.freed])
    for item in items {
      try sql.run(
        "DELETE FROM item_claim WHERE line = ? AND period = ? AND kind = ? AND number = ? AND item = ?",
        [try item.int(1), try item.int(2), try item.int(3), try item.int(4), try item.bytes(0).blob])
    }
    let freed = list.freed + Int64(items.count)
    try sql.run("UPDATE item_list SET freed = ? WHERE list = ?", [freed, abandonment.list])
    return .outcome(.abandoned(remaining: list.imported - freed))
  }

  /// A unit and a funder.
  private struct Purse: Hashable {
    let unit: AccountingUnit
    let funder: Funder
  }

  /// Adds what a chunk asks for to what its list asks of each unit and funder.
  private func add(_ purses: [Purse: (items: Int64, amount: Int64)], to list: String) throws {
    for (purse, sum) in purses.sorted(by: { ($0.key.unit, $0.key.funder.text) < ($1.key.unit, $1.key.funder.text) }) {
      try sql.run(
        """
        INSERT INTO list_purse (list, unit, funder, items, amount) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (list, unit, funder) DO UPDATE SET items = items + ?4, amount = amount + ?5
        """, [list, purse.unit.text, purse.funder.text, sum.items, sum.amount])
    }
  }

  /// Keeps what became of a list, for ever.
  private func decide(_ state: StoredList.State, _ list: String, items: Int64, amount: Int64) throws {
    let leaf = commit(.list(list: list, state: state.rawValue, items: items, amount: amount, at: receivedAt))
    try sql.run(
      "INSERT INTO list_decision (list, state, items, amount, decided_at, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [list, state.rawValue, items, amount, receivedAt, sequence, leaf])
    try sql.run("UPDATE item_list SET state = ? WHERE list = ?", [state.rawValue, list])
  }

  /// The person of a row, who is registered when new.
  func person(
    _ identity: PersonIdentity, _ statements: RowStatements
  ) throws -> (id: [UInt8], isNew: Bool) {
    if let known = try statements.person.one([identity.personalID]) { return (try known.bytes(0), false) }
    let id = nextID()
    try statements.newPerson.run([id.blob, receivedAt])
    try keep(identity, of: id, statements)
    return (id, true)
  }

  /// Refuses a row whose name and birth date are none of those by which its person is or was known.
  private func requireAgreement(
    _ identity: PersonIdentity, of person: [UInt8], _ place: Int, _ statements: RowStatements
  ) throws {
    for known in try statements.identities.all([person.blob]) {
      let before = PersonIdentity(
        personalID: identity.personalID, name: try known.text(0), birthDate: try known.text(1))
      if identity.agrees(with: before) { return }
    }
    throw LedgerRefusal(.personDiffers, place: place)
  }

  /// What makes a line one of several of its person.
  struct LinePlace {
    let programme: UInt16
    let unit: AccountingUnit
    let funder: Funder
    let homeProvince: String

    init(_ row: ItemRow) {
      self.init(programme: row.programme, unit: row.unit, funder: row.funder, homeProvince: row.homeProvince)
    }

    init(programme: UInt16, unit: AccountingUnit, funder: Funder, homeProvince: String) {
      self.programme = programme
      self.unit = unit
      self.funder = funder
      self.homeProvince = homeProvince
    }
  }

  /// The line of a row, which is opened when new. Line ids count up from 1 and fit in four octets on the card.
  func line(
    _ row: LinePlace, _ person: [UInt8], isNewPerson: Bool, _ statements: RowStatements
  ) throws -> (id: Int64, isNew: Bool) {
    let (unit, funder) = (row.unit.text, row.funder.text)
    if !isNewPerson,
      let known = try statements.line.one([person.blob, row.programme, unit, funder, row.homeProvince])
    {
      return (try known.int(0), false)
    }
    let id = try highestLine ?? sql.one("SELECT COALESCE(MAX(id), 0) FROM line", [])?.int(0) ?? 0
    guard id < UInt32.max else { throw LedgerRefusal(.amountOverflow) }
    highestLine = id + 1
    let leaf = commit(
      .line(id: id + 1, person: person, programme: Int64(row.programme), texts: [unit, funder, row.homeProvince]))
    try statements.newLine.run([
      id + 1, person.blob, row.programme, unit, funder, row.homeProvince, 1, sequence, leaf,
    ])
    if !isNewPerson { try endWithDeath(id + 1, of: person) }
    return (id + 1, true)
  }
}
