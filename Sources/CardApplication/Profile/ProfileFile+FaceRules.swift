internal import StrictYAML

extension ProfileFile {
  /// Of one point, millimetres.
  private static let pointMillimetres = 25.4 / 72
  /// Height of a line by the size of its letters: Vietnamese has two marks above a capital letter.
  private static let lineHeight = 1.25
  /// Six digits in Code 128: 68 modules of 0.19 mm and ten on either side for quiet (ISO/IEC 15417).
  private static let barcode = (width: 16.8, height: 5.0)
  /// What every card has to show.
  private static let shown: [CardFaceLayout.Field] = [
    .state, .title, .name, .cardNumber, .validUntil, .province, .can, .canBarcode,
  ]

  func checkFace(_ profile: CardProfile) {
    let face = profile.face
    if face.width != CardFaceLayout.cardWidth || face.height != CardFaceLayout.cardHeight {
      reader.refuse("print.face", .faceSize)
    }
    for (index, box) in face.boxes.enumerated() { checkPlace("print.boxes[\(index + 1)]", box.frame, face, margin: 0) }
    checkMark(profile)
    var seen: Set<CardFaceLayout.Field> = []
    for (index, element) in face.elements.enumerated() {
      let key = "print.fields[\(index + 1)]"
      if element.field != .header, !seen.insert(element.field).inserted { reader.refuse(key, .repeated) }
      checkPlace(key, element.frame, face, margin: CardFaceLayout.margin)
      checkHeight(key, element.frame, element.style)
      let tooSmall = element.frame.width < Self.barcode.width || element.frame.height < Self.barcode.height
      if element.field == .canBarcode, tooSmall { reader.refuse(key, .barcode) }
      if element.field.opensCard, element.side == .front { reader.refuse(key, .openFront) }
      let before = face.elements[..<index]
      if let other = before.first(where: { $0.side == element.side && $0.frame.overlaps(element.frame) }) {
        reader.refuse(key, .overlap(other.field.rawValue))
      }
    }
    let missing = Self.shown.filter { face.element($0) == nil }.map(\.rawValue)
    if !missing.isEmpty { reader.refuse("print.fields", .needed(missing)) }
  }

  private func checkMark(_ profile: CardProfile) {
    guard let mark = profile.face.mark else {
      if profile.isTest { reader.refuse("print", .unmarkedTest) }
      return
    }
    if !profile.isTest { reader.refuse("print.mark", .markedLive) }
    checkPlace("print.mark", mark.frame, profile.face, margin: CardFaceLayout.margin)
    checkHeight("print.mark", mark.frame, mark.style)
  }

  private func checkPlace(_ key: String, _ frame: CardFaceLayout.Frame, _ face: CardFaceLayout, margin: Double) {
    let isInside =
      frame.x >= margin && frame.y >= margin && frame.right <= face.width - margin + CardFaceLayout.Frame.tolerance
      && frame.bottom <= face.height - margin + CardFaceLayout.Frame.tolerance
    if !isInside { reader.refuse(key, .outsideFace(margin: margin)) }
  }

  private func checkHeight(_ key: String, _ frame: CardFaceLayout.Frame, _ style: CardFaceLayout.Style) {
    let needed = style.points * Self.pointMillimetres * Self.lineHeight
    if frame.height < needed {
      reader.refuse(YAMLPlaces.join(key, "height"), .lineHeight(millimetres: (needed * 100).rounded(.up) / 100))
    }
  }
}

extension CardFaceLayout.Frame {
  /// What sums of decimal fractions may be off.
  static let tolerance = 1e-6

  var right: Double { x + width }
  var bottom: Double { y + height }

  /// Whether both have more than an edge in common.
  func overlaps(_ other: Self) -> Bool {
    x + Self.tolerance < other.right && other.x + Self.tolerance < right && y + Self.tolerance < other.bottom
      && other.y + Self.tolerance < bottom
  }
}
