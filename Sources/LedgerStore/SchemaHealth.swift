/// What the centre keeps of people's health insurance.
extension Schema {
  /// Covers, and co-payments by the facilities' vouchers. Append-only. Their acts commit to them with the salts.
  static let healthInsurance = """
    CREATE TABLE health_cover (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), person BLOB NOT NULL REFERENCES person (id),
      subject TEXT NOT NULL, level INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER,
      five_years_on INTEGER, salt BLOB NOT NULL
    ) STRICT;
    CREATE INDEX health_cover_person ON health_cover (person, valid_from);
    CREATE TABLE co_payment (
      person BLOB NOT NULL REFERENCES person (id), voucher TEXT NOT NULL, paid_on INTEGER NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), salt BLOB NOT NULL,
      act INTEGER NOT NULL UNIQUE REFERENCES act (sequence), PRIMARY KEY (person, voucher)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX co_payment_day ON co_payment (person, paid_on);
    """
}
