/// The numbered SQL migrations of `schema/`, compiled into the binary.
package enum Schema {
  /// Every migration in the order in which it must run: its name and its SQL.
  package static let migrations: [(name: String, sql: String)] = [
    ("001-store", String(decoding: PackageResources._01_store_sql, as: UTF8.self)),
    ("002-packing", String(decoding: PackageResources._02_packing_sql, as: UTF8.self)),
    ("003-indexes", String(decoding: PackageResources._03_indexes_sql, as: UTF8.self)),
    ("004-erasure", String(decoding: PackageResources._04_erasure_sql, as: UTF8.self)),
    ("005-keys", String(decoding: PackageResources._05_keys_sql, as: UTF8.self)),
    ("006-counting", String(decoding: PackageResources._06_counting_sql, as: UTF8.self)),
    ("007-requests", String(decoding: PackageResources._07_requests_sql, as: UTF8.self)),
    ("008-examples", String(decoding: PackageResources._08_examples_sql, as: UTF8.self)),
    ("009-notices", String(decoding: PackageResources._09_notices_sql, as: UTF8.self)),
    ("010-lines", String(decoding: PackageResources._10_lines_sql, as: UTF8.self)),
    ("011-classes", String(decoding: PackageResources._11_classes_sql, as: UTF8.self)),
    ("012-nodes", String(decoding: PackageResources._12_nodes_sql, as: UTF8.self)),
    ("013-lineage", String(decoding: PackageResources._13_lineage_sql, as: UTF8.self)),
    ("014-erasures", String(decoding: PackageResources._14_erasures_sql, as: UTF8.self)),
  ]
}
