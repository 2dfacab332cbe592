internal import GRDB
internal import Ledger

/// Funeral grants against their claims, and claims against the acts that the chain commits to.
extension AuditWalk {
  mutating func checkFunerals() throws {
    try each(
      .items, "funeral claim that is not what was decided",
      """
      SELECT COALESCE(f.act, a.sequence) || '' FROM funeral_claim f
      FULL JOIN (SELECT * FROM act WHERE kind = 22) a ON a.sequence = f.act
      WHERE f.person IS NULL OR a.sequence IS NULL OR a.subject <> 'person ' || hex(f.person)
        OR a.content <> 'claimant ' || hex(f.claimant)
          || IIF(f.programme IS NULL, '', ' programme ' || f.programme || ' list ' || f.list)
      """)
    try each(
      .items, "funeral claim that was withdrawn otherwise than was decided",
      """
      SELECT COALESCE(w.act, a.sequence) || '' FROM funeral_withdrawal w
      FULL JOIN (SELECT * FROM act WHERE kind = 29) a ON a.sequence = w.act
      LEFT JOIN funeral_claim f ON f.act = w.claim
      WHERE w.act IS NULL OR a.sequence IS NULL OR f.act IS NULL OR a.subject <> 'person ' || hex(f.person)
        OR a.content <> 'claim ' || w.claim
      """)
    try each(
      .items, "death with two funeral claims that stand",
      """
      SELECT hex(f.person) FROM funeral_claim f LEFT JOIN funeral_withdrawal w ON w.claim = f.act
      WHERE w.claim IS NULL GROUP BY f.person HAVING COUNT(*) > 1
      """)
    // Items of versions that knew no claims have no basis.
    try each(
      .items, "funeral grant without its claim",
      """
      SELECT hex(i.id) FROM item i JOIN line l ON l.id = i.line LEFT JOIN funeral_claim f ON f.act = i.basis
      WHERE i.kind = 4 AND i.basis > 0 AND (f.act IS NULL OR f.claimant <> i.person OR f.list <> i.list
        OR f.programme <> l.programme)
      """)
    try each(
      .items, "funeral grant that is on two lists, or was credited though its claim was withdrawn",
      """
      SELECT i.basis || '' FROM item_claim c JOIN item i ON i.id = c.item
      LEFT JOIN funeral_withdrawal w ON w.claim = i.basis
      LEFT JOIN item_open o ON o.item = i.id
      WHERE c.kind = 4 AND i.basis > 0 AND NOT \(ItemClaim.returned)
      GROUP BY i.basis HAVING COUNT(DISTINCT i.list) > 1 OR COUNT(*) > COUNT(DISTINCT i.line)
        OR (MAX(w.claim) IS NOT NULL AND COUNT(o.item) > 0)
      """)
  }
}
