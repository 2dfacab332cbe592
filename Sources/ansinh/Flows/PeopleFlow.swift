import Foundation
import Issuance

/// Lists of people, as commands read them.
enum PeopleFlow {
  /// Everybody in a list, each once.
  static func people(_ path: String, sampleData: Bool) async throws -> [Applicant] {
    let file = try ListFile(path, sampleData: sampleData)
    try file.requireAllGood()
    return try await IssueFlow.applicants(file)
  }
}
