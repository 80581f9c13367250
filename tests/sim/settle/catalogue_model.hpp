// The catalogue as far as nodes have to match it: records with revisions, and entries of directories. One
// step is one transaction, chosen by chance: create, write, mkdir, mv, rm, rmdir, link.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "protocol/contract/node_service.hpp"

namespace tandem::sim::settle {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t limit) {
  return random() % limit;
}
inline bool happens(Random& random, unsigned percent) {
  return random() % 100 < percent;
}

struct Record {
  Kind kind = Kind::file;
  Revision revision = 0;
  Stamp stamp{};
  std::string content{};
  std::vector<Name> names{};
};

class CatalogueModel {
 public:
  // What one transaction leaves to be settled.
  struct Owed {
    ObjectId id{};
    bool new_content = false;
  };

  explicit CatalogueModel(Random& random) : random_(random) {}

  std::vector<Owed> step(unsigned directory_moves_percent);
  const Record* find(const ObjectId& id) const;
  const std::map<ObjectId, Record>& records() const { return records_; }
  SettleItem item_of(const ObjectId& id) const;  // of a removed id too
  std::vector<DirectoryStep> chain_of(const ObjectId& directory) const;
  std::string path_of(const Name& name) const;  // "a/b/c"

 private:
  using Place = std::pair<ObjectId, std::string>;

  std::vector<Owed> create(const Place& place, Kind kind);
  std::vector<Owed> write();
  std::vector<Owed> link(const Place& place);
  std::vector<Owed> move_file(const Place& place);
  std::vector<Owed> move_directory(const Place& place);
  std::vector<Owed> remove_file();
  std::vector<Owed> remove_directory();
  bool may_move_directory(const ObjectId& id, const Place& place) const;
  bool is_empty(const ObjectId& directory) const;
  bool stands_above(const ObjectId& directory, const ObjectId& ancestor) const;
  void drop_name(const ObjectId& id, const Place& place);
  std::optional<ObjectId> any(Kind kind);
  ObjectId any_directory();
  void set_content(Record& record);

  Random& random_;
  Revision revision_ = 0;
  std::map<ObjectId, Record> records_;
  std::map<ObjectId, Kind> kinds_;  // of all ids there ever were
  std::map<Place, ObjectId> entries_;
};

}  // namespace tandem::sim::settle
