import Issuance

@testable import ansinh

extension CardLifeCode: Exemplified {
  var example: any Error {
    switch self {
    case .unknownCard: CardLifeError.unknownCard
    case .noLiveCard: CardLifeError.noLiveCard
    case .notRegistered: CardLifeError.notRegistered
    case .delivered: CardLifeError.delivered(1_793_847_600)
    case .ended: CardLifeError.ended
    case .replacementAsked: CardLifeError.replacementAsked
    case .fourEyes: CardLifeError.fourEyes
    case .notDue: CardLifeError.notDue
    case .earlierData: CardLifeError.earlierData
    case .successorWaits: CardLifeError.successorWaits("9900000000000028")
    case .unfinishedAct: CardLifeError.unfinishedAct
    }
  }
}
