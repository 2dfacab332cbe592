import ISO7816
import Synchronization
import Testing

@Suite struct ExchangeGateTests {
  /// What the callers leave behind.
  private final class Log: Sendable {
    let inside = Atomic(0)
    let most = Mutex(0)
    let order = Mutex<[Int]>([])
  }

  @Test func oneAtATime() async {
    let gate = ExchangeGate()
    let log = Log()
    await withTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          await gate.enter()
          let now = log.inside.add(1, ordering: .sequentiallyConsistent).newValue
          log.most.withLock { $0 = max($0, now) }
          for _ in 0..<3 { await Task.yield() }
          log.inside.subtract(1, ordering: .sequentiallyConsistent)
          gate.leave()
        }
      }
    }
    #expect(log.most.withLock { $0 } == 1)
    #expect(log.inside.load(ordering: .sequentiallyConsistent) == 0)
  }

  @Test func inTheOrderOfArrival() async {
    let gate = ExchangeGate()
    let log = Log()
    await gate.enter()
    var tasks: [Task<Void, Never>] = []
    for index in 0..<20 {
      // Started in place, so that the calls reach the actor one after the other.
      tasks.append(
        Task.immediate {
          await gate.enter()
          log.order.withLock { $0.append(index) }
          gate.leave()
        })
    }
    gate.leave()
    for task in tasks { await task.value }
    #expect(log.order.withLock { $0 } == Array(0..<20))
  }

  @Test func opensAgainWhenNobodyWaits() async {
    let gate = ExchangeGate()
    for _ in 0..<3 {
      await gate.enter()
      gate.leave()
    }
    await gate.enter()
    gate.leave()
  }
}
