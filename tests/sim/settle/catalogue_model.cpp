#include "tests/sim/settle/catalogue_model.hpp"

#include <algorithm>

#include "protocol/contract/checksums.hpp"

namespace tandem::sim::settle {

namespace {

Digest digest_of_text(const std::string& text) {
  ChecksumStream stream;
  stream.update(std::as_bytes(std::span(text.data(), text.size())));
  return digest_of(std::move(stream).finish());
}

}  // namespace

std::vector<CatalogueModel::Owed> CatalogueModel::step(unsigned directory_moves_percent) {
  const std::string names[] = {"a", "b", "c"};
  const ObjectId directory = any_directory();
  const Place place{directory, names[below(random_, 3)]};
  if (happens(random_, directory_moves_percent)) return move_directory(place);
  switch (below(random_, 10)) {
    case 0:
    case 1:
      return create(place, Kind::file);
    case 2:
      return write();
    case 3:
      return create(place, Kind::directory);
    case 4:
    case 5:
      return move_file(place);
    case 6:
      return move_directory(place);
    case 7:
      return remove_file();
    case 8:
      return remove_directory();
    default:
      return link(place);
  }
}

const Record* CatalogueModel::find(const ObjectId& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

std::vector<DirectoryStep> CatalogueModel::chain_of(const ObjectId& directory) const {
  std::vector<DirectoryStep> chain;
  for (ObjectId at = directory; at != root_directory;) {
    const Record& record = records_.at(at);
    const Name& name = record.names.front();
    chain.push_back({at, record.revision, name.directory, name.name});
    at = name.directory;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::string CatalogueModel::path_of(const Name& name) const {
  std::string path;
  for (const DirectoryStep& step : chain_of(name.directory)) path += step.name + "/";
  return path + name.name;
}

SettleItem CatalogueModel::item_of(const ObjectId& id) const {
  SettleItem item;
  item.id = id;
  item.kind = kinds_.at(id);
  const Record* record = find(id);
  item.removed = record == nullptr;
  item.revision = item.removed ? revision_ : record->revision;
  if (item.removed) return item;
  item.names = record->names;
  for (const Name& name : record->names)
    for (const DirectoryStep& step : chain_of(name.directory))
      if (std::find(item.directories.begin(), item.directories.end(), step) == item.directories.end())
        item.directories.push_back(step);
  if (record->kind == Kind::directory) return item;
  item.stamp = record->stamp;
  item.size_bytes = record->content.size();
  item.digest = digest_of_text(record->content);
  return item;
}

std::optional<ObjectId> CatalogueModel::any(Kind kind) {
  std::vector<ObjectId> ids;
  for (const auto& [id, record] : records_)
    if (record.kind == kind) ids.push_back(id);
  if (ids.empty()) return std::nullopt;
  return ids[below(random_, ids.size())];
}

ObjectId CatalogueModel::any_directory() {
  std::vector<ObjectId> ids{root_directory};
  for (const auto& [id, record] : records_)
    if (record.kind == Kind::directory) ids.push_back(id);
  return ids[below(random_, ids.size())];
}

void CatalogueModel::set_content(Record& record) {
  record.stamp = {revision_, 1};
  record.content = "content of revision " + std::to_string(revision_);
}

std::vector<CatalogueModel::Owed> CatalogueModel::create(const Place& place, Kind kind) {
  if (entries_.contains(place)) return {};
  ++revision_;
  ObjectId id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random_() & 0xff);
  Record record;
  record.kind = kind;
  record.revision = revision_;
  record.names = {{place.first, place.second}};
  if (kind == Kind::file) set_content(record);
  records_[id] = record;
  kinds_[id] = kind;
  entries_[place] = id;
  if (kind == Kind::directory) return {};  // it comes to a node with what is in it
  return {{id, true}};
}

std::vector<CatalogueModel::Owed> CatalogueModel::write() {
  const auto id = any(Kind::file);
  if (!id) return {};
  Record& record = records_[*id];
  record.revision = ++revision_;
  set_content(record);
  return {{*id, true}};
}

std::vector<CatalogueModel::Owed> CatalogueModel::link(const Place& place) {
  const auto id = any(Kind::file);
  if (!id || entries_.contains(place)) return {};
  Record& record = records_[*id];
  record.revision = ++revision_;
  record.names.push_back({place.first, place.second});
  entries_[place] = *id;
  return {{*id}};
}

void CatalogueModel::drop_name(const ObjectId& id, const Place& place) {
  Record& record = records_[id];
  std::erase(record.names, Name{place.first, place.second});
  record.revision = revision_;
  if (record.names.empty()) records_.erase(id);
}

std::vector<CatalogueModel::Owed> CatalogueModel::move_file(const Place& place) {
  const auto id = any(Kind::file);
  if (!id) return {};
  Record& record = records_[*id];
  const Name from = record.names[below(random_, record.names.size())];
  const auto present = entries_.find(place);
  const std::optional<ObjectId> replaced =
      present == entries_.end() ? std::nullopt : std::optional(present->second);
  if (Place{from.directory, from.name} == place || replaced == id) return {};
  if (replaced && kinds_[*replaced] != Kind::file) return {};
  ++revision_;
  if (replaced) drop_name(*replaced, place);
  entries_.erase({from.directory, from.name});
  entries_[place] = *id;
  std::erase(record.names, from);
  record.names.push_back({place.first, place.second});
  record.revision = revision_;
  std::vector<Owed> owed{{*id}};
  if (replaced) owed.push_back({*replaced});
  return owed;
}

bool CatalogueModel::is_empty(const ObjectId& directory) const {
  return std::none_of(entries_.begin(), entries_.end(),
                      [&](const auto& entry) { return entry.first.first == directory; });
}

bool CatalogueModel::stands_above(const ObjectId& directory, const ObjectId& ancestor) const {
  const auto chain = chain_of(directory);
  return std::any_of(chain.begin(), chain.end(),
                     [&](const DirectoryStep& step) { return step.id == ancestor; });
}

bool CatalogueModel::may_move_directory(const ObjectId& id, const Place& place) const {
  const Name& from = records_.at(id).names.front();
  if (Place{from.directory, from.name} == place || stands_above(place.first, id)) return false;
  const auto present = entries_.find(place);
  if (present == entries_.end()) return true;
  const ObjectId& replaced = present->second;
  return kinds_.at(replaced) == Kind::directory && replaced != id && is_empty(replaced) &&
         !stands_above(place.first, replaced);
}

std::vector<CatalogueModel::Owed> CatalogueModel::move_directory(const Place& place) {
  const auto id = any(Kind::directory);
  if (!id || !may_move_directory(*id, place)) return {};
  ++revision_;
  std::vector<Owed> owed{{*id}};
  if (const auto present = entries_.find(place); present != entries_.end()) {
    owed.push_back({present->second});
    records_.erase(present->second);
  }
  Record& record = records_[*id];
  const Name from = record.names.front();
  entries_.erase({from.directory, from.name});
  entries_[place] = *id;
  record.names = {{place.first, place.second}};
  record.revision = revision_;
  return owed;
}

std::vector<CatalogueModel::Owed> CatalogueModel::remove_file() {
  const auto id = any(Kind::file);
  if (!id) return {};
  const auto& names = records_[*id].names;
  const Name name = names[below(random_, names.size())];
  ++revision_;
  entries_.erase({name.directory, name.name});
  drop_name(*id, {name.directory, name.name});
  return {{*id}};
}

std::vector<CatalogueModel::Owed> CatalogueModel::remove_directory() {
  const auto id = any(Kind::directory);
  if (!id || !is_empty(*id)) return {};
  ++revision_;
  const Name& name = records_[*id].names.front();
  entries_.erase({name.directory, name.name});
  records_.erase(*id);
  return {{*id}};
}

}  // namespace tandem::sim::settle
