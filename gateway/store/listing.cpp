#include "gateway/store/listing.hpp"

#include <algorithm>
#include <utility>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/content_writer.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t names_max = 10'000;
constexpr int reads_max = 64;        // until names and records fit together
constexpr int strict_reads_max = 4;  // until they are of one revision

struct Names {
  CachedCatalogue::Listing found{};
  std::vector<std::string> records{};  // the keys the names lead to
};

Result<Names> read_names(Core& core, const ObjectId& directory, std::string_view after, std::size_t limit) {
  Names names;
  const std::string behind = after.empty() ? std::string{} : keys::name(directory, after);
  auto found = core.catalogue.list(keys::names_of(directory), behind, limit);
  if (!found) return std::move(found).error();
  names.records.reserve(found->entries.size());
  for (const auto& entry : found->entries) {
    const auto value = decode<NameValue>(entry->value);
    if (!value) return value.error();
    names.records.push_back(keys::record(value->id));
  }
  names.found = std::move(*found);
  return names;
}

// Nothing: a name does not belong to its record any longer; what was read is of no single moment.
Result<std::optional<ItemPage>> join(const ObjectId& directory, const Names& names,
                                     const CachedCatalogue::Reading& records) {
  ItemPage page{.more = names.found.more};
  page.items.reserve(names.records.size());
  for (std::size_t index = 0; index < names.records.size(); ++index) {
    const auto& entry = records.entries[index];
    if (!entry) return std::optional<ItemPage>();
    const auto record = decode<ObjectRecord>(entry->value);
    if (!record) return record.error();
    const auto key = keys::parse_name(names.found.entries[index]->key);
    const auto id = keys::parse_record(names.records[index]);
    if (!key || !id) return Error{Code::corrupt, "a name of the catalogue cannot be read"};
    Name name{directory, std::string(key->name)};
    if (std::find(record->names.begin(), record->names.end(), name) == record->names.end()) {
      return std::optional<ItemPage>();
    }
    page.items.push_back(to_item(std::move(name.name), *id, entry->revision, *record));
  }
  return std::optional(std::move(page));
}

}  // namespace

Result<ItemPage> list_directory(Core& core, std::string_view path, std::string_view after,
                                std::size_t limit) {
  for (int attempt = 0; attempt < reads_max; ++attempt) {
    const auto directory = core.names.resolve(path, LastLink::followed);
    if (!directory) return directory.error();
    if (directory->record.kind != Kind::directory) return Error{Code::not_directory, "it is not a directory"};
    const auto names = read_names(core, directory->id, after, std::clamp<std::size_t>(limit, 1, names_max));
    if (!names) return names.error();
    const auto records = core.catalogue.get_many(names->records);
    if (!records) return records.error();
    if (records->revision != names->found.revision && attempt < strict_reads_max) continue;
    auto page = join(directory->id, *names, *records);
    if (!page) return std::move(page).error();
    if (*page) return std::move(**page);
  }
  return Error{Code::unavailable, "the directory keeps changing while it is read"}.hint("try again");
}

}  // namespace tandem::gateway
