import VietnamReference

/// Size of a sheet of paper, in millimetres.
public struct PageSize: Hashable, Sendable {
  /// Width.
  public var width: Double
  /// Height.
  public var height: Double

  /// From its sides.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// 210 × 297 mm (ISO 216).
  public static let a4 = PageSize(width: 210, height: 297)
  /// 148 × 210 mm (ISO 216).
  public static let a5 = PageSize(width: 148, height: 210)
}

/// A page with what stands on it.
public struct Sheet {
  /// Size of the paper.
  public var size: PageSize
  /// What is drawn.
  public var drawing: Drawing

  /// From its parts.
  public init(size: PageSize, drawing: Drawing) {
    self.size = size
    self.drawing = drawing
  }
}

/// What a PDF says about itself. Nothing here comes from a clock, so the same sheets give the same octets.
public struct DocumentInformation: Hashable, Sendable {
  /// Title.
  public var title: String
  /// Who made it.
  public var author: String
  /// What it is about.
  public var subject: String
  /// When its subject happened, Unix seconds, written as Vietnam's time; 1970 for a time outside the calendar.
  public var time: Int64

  /// From its fields.
  public init(title: String, author: String, subject: String, time: Int64) {
    self.title = title
    self.author = author
    self.subject = subject
    self.time = time
  }

  /// ISO 8601, as cairo asks for.
  var timeText: String {
    guard let date = CalendarDate(unixSeconds: time, zone: .vietnam) else { return "1970-01-01T00:00:00Z" }
    let seconds = ((time + 7 * 3_600) % 86_400 + 86_400) % 86_400
    let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(date.iso)T\(parts.joined(separator: ":"))+07:00"
  }
}
