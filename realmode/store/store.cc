// store.cc — one table of rows, and the statements on it.

#include "realmode/store/store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "realmode/sys/fault.h"
#include "realmode/sys/fd.h"

namespace drydock::realmode {

namespace {

/// Of the layout below; a file of a later one is left alone.
constexpr int kVersion = 1;

constexpr char kSchema[] =
    "CREATE TABLE IF NOT EXISTS records ("
    "  kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,"
    "  PRIMARY KEY (kind, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS facts ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

std::string_view text_at(sqlite3_stmt* statement, int column) {
  const auto* const bytes = sqlite3_column_text(statement, column);
  const auto length = sqlite3_column_bytes(statement, column);
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(length)};
}

void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  // The text outlives the step that reads it.
  (void)sqlite3_bind_text(statement, at, text.data(),
                          static_cast<int>(text.size()), SQLITE_STATIC);
}

}  // namespace

void Store::Close::operator()(sqlite3* database) const {
  (void)sqlite3_close_v2(database);
}

void Store::Close::operator()(sqlite3_stmt* statement) const {
  (void)sqlite3_finalize(statement);
}

Store::~Store() = default;

Error Store::trouble(std::string_view what) const {
  return Error{fmt::format("{}: {}", what, sqlite3_errmsg(database_.get()))};
}

Outcome Store::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) ==
      SQLITE_OK) {
    return done();
  }
  return trouble(sql);
}

Result<Store::Statement> Store::statement(const char* sql) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &made, nullptr);
  Statement owned(made);
  if (code != SQLITE_OK) return trouble(sql);
  return owned;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path,
                                           const std::string& profile) {
  std::unique_ptr<Store> store(new Store);
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  store->database_.reset(database);
  if (code != SQLITE_OK) return store->trouble(path);
  const Outcome prepared = store->prepare(profile);
  if (!prepared) return Error{path + ": " + prepared.error().text};
  return store;
}

Outcome Store::prepare(const std::string& profile) {
  // The root has one owner, who holds its lock: another reader there is not,
  // and each transaction is spared a dozen locks.
  for (const char* const sql :
       {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL", "PRAGMA busy_timeout=5000"}) {
    const Outcome set = run(sql);
    if (!set) return set;
  }
  const Outcome made = run(kSchema);
  if (!made) return made;
  auto version = statement("PRAGMA user_version");
  if (!version) return version.error();
  if (sqlite3_step(version->get()) != SQLITE_ROW) return trouble("version");
  const int found = sqlite3_column_int(version->get(), 0);
  version->reset();
  if (found > kVersion) {
    return Error{fmt::format("written by a later drydock (layout {}, known {})",
                             found, kVersion)};
  }
  const Outcome marked =
      run(fmt::format("PRAGMA user_version={}", kVersion).c_str());
  if (!marked) return marked;
  const Outcome same = check_profile(profile);
  if (!same) return same;
  auto insert = statement(
      "INSERT INTO records (kind, key, json) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json");
  if (!insert) return insert.error();
  auto erase = statement("DELETE FROM records WHERE kind = ?1 AND key = ?2");
  if (!erase) return erase.error();
  insert_ = std::move(*insert);
  erase_ = std::move(*erase);
  return done();
}

Outcome Store::check_profile(const std::string& profile) {
  if (profile.empty()) return done();
  auto add = statement(
      "INSERT INTO facts (name, value) VALUES ('profile', ?1) "
      "ON CONFLICT (name) DO NOTHING");
  if (!add) return add.error();
  bind_text(add->get(), 1, profile);
  if (sqlite3_step(add->get()) != SQLITE_DONE) return trouble("profile");
  auto read = statement("SELECT value FROM facts WHERE name = 'profile'");
  if (!read) return read.error();
  if (sqlite3_step(read->get()) != SQLITE_ROW) return trouble("profile");
  const std::string kept(text_at(read->get(), 0));
  if (kept == profile) return done();
  return Error{fmt::format("made by profile {}, not {}: use another --root",
                           kept, profile)};
}

Result<std::vector<engine::Record>> Store::load() {
  auto all = statement("SELECT kind, key, json FROM records");
  if (!all) return all.error();
  std::vector<engine::Record> records;
  for (;;) {
    const int code = sqlite3_step(all->get());
    if (code == SQLITE_DONE) return records;
    if (code != SQLITE_ROW) return trouble("SELECT FROM records");
    records.push_back({std::string(text_at(all->get(), 0)),
                       std::string(text_at(all->get(), 1)),
                       std::string(text_at(all->get(), 2))});
  }
}

Outcome Store::put_row(const engine::Record& record) {
  sqlite3_stmt* const statement = record.json ? insert_.get() : erase_.get();
  bind_text(statement, 1, record.table);
  bind_text(statement, 2, record.key);
  if (record.json) bind_text(statement, 3, *record.json);
  const int code = sqlite3_step(statement);
  Outcome written = done();
  if (code != SQLITE_DONE) written = trouble("row of " + record.table);
  (void)sqlite3_reset(statement);
  return written;
}

Outcome Store::put(const std::vector<engine::Record>& records) {
  const sys::Door door("transaction");
  if (!door) return sys::refused("transaction({} rows)", records.size());
  const Outcome begun = run("BEGIN IMMEDIATE");
  if (!begun) return begun;
  for (const engine::Record& record : records) {
    const Outcome written = put_row(record);
    if (written) continue;
    (void)run("ROLLBACK");
    return written;
  }
  const Outcome kept = run("COMMIT");
  if (!kept) (void)run("ROLLBACK");
  return kept;
}

}  // namespace drydock::realmode
