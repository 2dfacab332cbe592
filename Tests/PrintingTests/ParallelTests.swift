import Dispatch
import Synchronization
import Testing

@testable import Printing

@Suite("Documents made at once")
struct ParallelTests {
  @Test("Many threads make documents of many sizes of letters, and none waits for ever", .timeLimit(.minutes(2)))
  func parallel() throws {
    let faults = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 96) { number in
      do {
        let typesetter = try Typesetter()
        var drawing = Drawing()
        for line in 0..<30 {
          // Each size is a scaled font of its own, which the page's end frees.
          let style = TextStyle(line % 2 == 0 ? .serif : .sans, points: 6 + Double((number * 31 + line) % 60) / 7)
          drawing.add(try typesetter.text("Dòng \(line) của giấy \(number)", style), x: 10, y: 5 + Double(line) * 6)
        }
        let sheet = Sheet(size: PageSize(width: 210, height: 297), drawing: drawing)
        let octets = try typesetter.pdf(
          [sheet, sheet], DocumentInformation(title: "a", author: "c", subject: "b", time: 0))
        guard octets.starts(with: Array("%PDF-".utf8)) else { throw PrintingError.outOfMemory(operation: "test") }
      } catch {
        faults.withLock { $0 += 1 }
      }
    }
    #expect(faults.withLock { $0 } == 0)
  }
}
