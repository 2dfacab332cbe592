import CardApplication
import Foundation
import VietnamReference

/// Files of card times, as `bench tap --model-file` takes them.
enum ModelFile {
  /// Most bytes of such a file.
  static let maximumBytes = 65_536

  /// The times in a file, or those shipped with the product.
  static func read(_ path: String?) throws -> CardTimes {
    guard let path else { return try CardTimes.j3r180() }
    let file = FileHandle(forReadingAtPath: path)
    guard let data = try? file?.read(upToCount: maximumBytes + 1), data.count <= maximumBytes,
      let yaml = String(validating: data, as: UTF8.self)
    else { throw ModelFileError.unreadable(path: path) }
    do {
      return try CardTimes(yaml: yaml)
    } catch {
      throw ModelFileError.content(path: path, error)
    }
  }
}

/// A file of card times that can't be used.
enum ModelFileError: Error {
  /// Not there, not to be read, longer than ``ModelFile/maximumBytes``, or not UTF-8.
  case unreadable(path: String)
  /// What is wrong in it.
  case content(path: String, CardTimesError)
}

extension ModelFileError: UserFacing {
  private static let correct = BilingualText(
    vi: "Sửa dòng đó rồi chạy lại, hoặc bỏ --model-file để dùng số liệu có sẵn.",
    en: "Correct that line and run again, or leave --model-file out for the figures supplied.")

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreadable(let path):
      let path = Mask.printable(path, limit: 200)
      return UserMessage(
        ModelCode.unreadable, .usage,
        vi: "Không đọc được tệp số liệu thẻ “\(path)”: tệp không có, không được phép đọc, quá 64 KiB hoặc không phải "
          + "UTF-8.",
        en: "The file of card times “\(path)” can't be read: it is not there, may not be read, is over 64 KiB or is "
          + "not UTF-8.",
        remedy: BilingualText(
          vi: "Kiểm tra tên tệp sau --model-file và quyền đọc.",
          en: "Check the file's name after --model-file and that it may be read."))
    case .content(let path, let error): return Self.content(Mask.printable(path, limit: 200), error)
    }
  }

  private static func content(_ path: String, _ error: CardTimesError) -> UserMessage {
    switch error {
    case .syntax(let line, let detail):
      let place = BilingualText(vi: line.map { ", dòng \($0)" } ?? "", en: line.map { ", line \($0)" } ?? "")
      let detail = Mask.printable(TextLayout.oneLine(detail), limit: 200)
      return UserMessage(
        ModelCode.syntax, .usage, vi: "Tệp “\(path)”\(place.vi): sai cú pháp YAML (\(detail)).",
        en: "File “\(path)”\(place.en): not well-formed YAML (\(detail)).", remedy: correct)
    case .unknownKey(let line, let key):
      let key = Mask.printable(key)
      return UserMessage(
        ModelCode.unknownKey, .usage, vi: "Tệp “\(path)”, dòng \(line): không có mục nào tên “\(key)”.",
        en: "File “\(path)”, line \(line): there is no key “\(key)”.",
        remedy: BilingualText(
          vi: "Sửa tên mục đó hoặc bỏ nó đi, rồi chạy lại.",
          en: "Correct the key's name or take it out, then run again."))
    case .missingKey(let line, let key):
      return UserMessage(
        ModelCode.missingKey, .usage, vi: "Tệp “\(path)”: phần bắt đầu ở dòng \(line) thiếu mục “\(key)”.",
        en: "File “\(path)”: the section that begins in line \(line) lacks the key “\(key)”.",
        remedy: BilingualText(
          vi: "Thêm mục đó với value và source, rồi chạy lại.", en: "Add the key with value and source, then run again."
        ))
    case .value(let line, let key, let reason):
      let reason = text(reason)
      return UserMessage(
        ModelCode.value, .usage, vi: "Tệp “\(path)”, dòng \(line), mục “\(key)”: \(reason.vi).",
        en: "File “\(path)”, line \(line), key “\(key)”: \(reason.en).", remedy: correct)
    }
  }

  private static func text(_ reason: CardTimesError.Reason) -> BilingualText {
    switch reason {
    case .notANumber:
      BilingualText(
        vi: "không phải số; dùng dấu chấm thập phân, ví dụ 9.44", en: "not a number; use a decimal point, as in 9.44")
    case .negative: BilingualText(vi: "số không được âm", en: "the number must not be negative")
    case .tooGreat: BilingualText(vi: "số quá lớn", en: "the number is too great")
    case .notACount: BilingualText(vi: "phải là số nguyên đếm được", en: "it must be a whole number of things")
    case .wrongShape:
      BilingualText(
        vi: "phải có dạng như tệp có sẵn, không để trống", en: "it must look as in the file supplied, and not be empty")
    }
  }
}
