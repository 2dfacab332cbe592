import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import Printing
import SecureChannel

@testable import SoftCard
@testable import ansinh

extension LayoutCode: Exemplified {
  var example: any Error {
    let layout: LayoutError =
      switch self {
      case .encoding: .encoding(.truncated(offset: 1))
      case .missing: .expected(0x80)
      case .length: .length(0x5F37, 63)
      case .value: .value(0x86)
      case .trailing: .trailing
      }
    return layout
  }
}

extension ModelCode: Exemplified {
  var example: any Error {
    func content(_ error: CardTimesError) -> ModelFileError { .content(path: "the-do.yaml", error) }
    return switch self {
    case .unreadable: ModelFileError.unreadable(path: "the-do.yaml")
    case .syntax: content(.syntax(line: 3, detail: "could not find expected ':'"))
    case .unknownKey: content(.unknownKey(line: 7, key: "card.ecdh"))
    case .missingKey: content(.missingKey(line: 5, key: "card.ecdh-ms"))
    case .value: content(.value(line: 7, key: "card.ecdh-ms.value", .negative))
    }
  }
}

extension SCP03Code: Exemplified {
  var example: any Error {
    let channel: SCP03Error =
      switch self {
      case .refused: .refused(step: "INITIALIZE UPDATE", status: .authenticationBlocked)
      case .malformedAnswer: .malformedAnswer
      case .otherMode: .otherMode(wanted: .s16, offered: .s8)
      case .wrongKeys: .wrongKeys
      }
    return channel
  }
}

extension IssuanceCode: Exemplified {
  var example: any Error {
    switch self {
    case .refused: PersonalisationError.refused(step: "PUT KEY", status: .incorrectData)
    case .malformedAnswer: PersonalisationError.malformedAnswer(step: "GENERATE")
    case .notFresh: PersonalisationError.notFresh
    case .outgrown: PersonalisationError.outgrown
    case .readBackDiffers: ReadBackError.differs(.holder)
    case .readBackUsed: ReadBackError.used
    case .applicant: OfficeError.applicant("0119")
    case .superseded: OfficeError.superseded
    case .notWaiting: OfficeError.notWaiting
    case .numberBlock: OfficeError.numberBlock(1_000)
    case .identity: PersonalisationError.identity(.value(0x65))
    case .noSuchCard: UpdateOfficeError.unknownCard
    case .nothingToUpdate: UpdateOfficeError.nothing
    case .updatesOver: UpdateOfficeError.counterExhausted
    }
  }
}

extension CryptoCode: Exemplified {
  var example: any Error {
    let crypto: CryptoError =
      switch self {
      case .library: .openSSL(operation: "EVP_PKEY_derive", reason: "")
      case .keyLength: .keyLength(expected: 16, given: 8)
      case .blockLength: .blockLength(3)
      case .invalidValue: .invalidPoint
      case .malformed: .malformed("certificate")
      case .verificationFailed: .verificationFailed
      }
    return crypto
  }
}

extension TokenCode: Exemplified {
  var example: any Error {
    let token: PKCS11Error =
      switch self {
      case .notLoaded: .moduleNotLoaded(path: "libtoken.so", reason: "libtoken.so: cannot open shared object file")
      case .notModule: .notPKCS11(path: "libother.so")
      case .noSuchToken: .noSuchToken(label: "cấp thẻ", present: ["Cấp thẻ"])
      case .severalTokens: .severalTokens(label: "Cấp thẻ")
      case .wrongPIN: .wrongPIN
      case .pinLocked: .pinLocked
      case .noSuchKey: .noSuchKey(label: "chứng thư", present: [])
      case .severalKeys: .severalKeys(label: "chứng thư")
      case .keyExists: .keyExists(label: "chứng thư")
      case .unusableKey: .unusableKey(label: "chứng thư")
      case .lost: .lost(function: "C_Sign", code: .init(rawValue: 0x32))
      case .refused: .refused(function: "C_GenerateKeyPair", code: .init(rawValue: 0xE2))
      case .malformedAnswer: .malformedAnswer(function: "C_Sign")
      }
    return CryptoError.token(token)
  }
}

extension KeyFileCode: Exemplified {
  var example: any Error {
    let file: KeyFileError =
      switch self {
      case .system: .system(path: "office.keys", operation: "open", code: EACCES)
      case .malformed: .malformed(path: "office.keys")
      case .permissions: .permissions(path: "office.keys")
      case .missing: .missing(path: "office.keys", name: "master")
      case .exists: .exists(path: "office.keys")
      case .passphraseNeeded: .passphraseNeeded(path: "office.keys")
      case .wrongPassphrase: .wrongPassphrase(path: "office.keys")
      case .damaged: .damaged(path: "office.keys")
      }
    return file
  }
}

extension SoftCardCode: Exemplified {
  var example: any Error {
    switch self {
    case .inUse:
      errno = EWOULDBLOCK
      return CardStorageError("flock")
    case .storage:
      errno = ENOSPC
      return CardStorageError("fsync")
    case .damaged: return CardStateError.field(0x80)
    case .noReader: return VPCDLinkError.notListening(host: "127.0.0.1", port: 35_963)
    case .readerClosed: return VPCDLinkError.closed
    case .readerSystem: return VPCDLinkError.system(operation: "recv", code: EIO)
    }
  }
}

extension PointCode: Exemplified {
  var example: any Error {
    switch self {
    case .nothingOpen: PayoutError.nothingPayable
    case .overOpen: PayoutError.overOpen(open: 4_183_567)
    case .journalFailed: PayoutError.journal(JournalError.system(operation: "fsync", code: EIO))
    case .journalLocked: JournalError.locked
    case .journalUncertain: JournalError.uncertain
    case .journalDamaged: JournalError.damaged(line: 7)
    case .journalSystem: JournalError.system(operation: "open", code: EACCES)
    }
  }
}

extension ReprintCode: Exemplified {
  var example: any Error {
    let reprint: ReprintError =
      switch self {
      case .notFound: .notFound
      case .void: .void
      case .unfinished: .unfinished
      case .factsMissing: .factsMissing
      }
    return reprint
  }
}

extension PrintCode: Exemplified {
  var example: any Error {
    switch self {
    case .exists: PrintFileError.exists(path: "phieu.pdf")
    case .unusableName: PrintFileError.unusable(path: "phieu/")
    case .system: PrintFileError.system(operation: "open", path: "phieu.pdf", code: ENOSPC)
    case .missingFont: PrintingError.missingFont(family: "Liberation Serif", package: "fonts-liberation2")
    case .tooLong: PrintingError.higherThanPage(height: 300, room: 200)
    case .drawing: PrintingError.drawing(operation: "cairo_show_page", status: 11)
    case .outOfMemory: PrintingError.outOfMemory(operation: "pango_layout_new")
    case .notWritten: VoucherFilesError()
    case .badPicture: PrintingError.notAPicture(.damaged)
    case .unprintable: PrintingError.unknownCharacters(count: 1)
    case .streamExists: PrintStreamError.exists(fileName: "mailer-000001.pdf")
    case .streamRefused: PrintStreamError.holdsOneDocument
    case .streamFailed: PrintStreamError.system(operation: "write", code: ENOSPC)
    }
  }
}
