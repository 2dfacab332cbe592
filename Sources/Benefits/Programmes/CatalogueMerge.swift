internal import StrictYAML
internal import VietnamReference

/// The files of a catalogue put together: within one layer a name is given once, a later layer replaces what has the
/// same name.
struct CatalogueMerge {
  typealias Item = CatalogueContents.Item

  private(set) var files: [CatalogueFile] = []
  private(set) var inputs: [String: Item<InputDeclaration>] = [:]
  private(set) var parameters: [String: Item<Parameter>] = [:]
  private(set) var agencies: [String: Item<Agency>] = [:]
  private(set) var calendars: [String: Item<PayCalendar>] = [:]
  private(set) var groups: [String: Item<ProgrammeGroup>] = [:]
  private(set) var programmes: [String: Item<CatalogueContents.ProgrammeItem>] = [:]

  mutating func add(_ layer: [ProgrammeCatalogue.File]) {
    var read: [CatalogueContents] = []
    for one in layer {
      let file = CatalogueFile(name: one.name)
      files.append(file)
      read.append(CatalogueContents(file, yaml: one.yaml))
    }
    Self.merge(read.flatMap(\.inputs), into: &inputs) { $0.name }
    Self.merge(read.flatMap(\.parameters), into: &parameters) { $0.name }
    Self.merge(read.flatMap(\.agencies), into: &agencies) { $0.name }
    Self.merge(read.flatMap(\.calendars), into: &calendars) { $0.name }
    Self.merge(read.flatMap(\.groups), into: &groups) { $0.name }
    Self.merge(read.flatMap(\.programmes), into: &programmes) { $0.programme.code }
  }

  private static func merge<Value>(
    _ items: [Item<Value>], into found: inout [String: Item<Value>], _ name: (Value) -> String
  ) {
    var layer: [String: Item<Value>] = [:]
    for item in items {
      if let first = layer[name(item.value)] {
        item.file.refuse(
          item.path, .nameTaken(file: first.file.name, line: first.file.place(of: first.path).line))
      } else {
        layer[name(item.value)] = item
      }
    }
    found.merge(layer) { $1 }
  }

  /// What was found so far, as an error.
  func finish() throws(CatalogueError) {
    let faults = files.flatMap(\.faults)
    if !faults.isEmpty { throw CatalogueError(faults) }
  }
}
