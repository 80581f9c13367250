#include "gateway/store/listing.hpp"

#include <algorithm>

#include "gateway/catalogue/records/keys.hpp"
#include "gateway/store/content_writer.hpp"

namespace tandem::gateway {
namespace {

constexpr std::size_t names_max = 10'000;

}  // namespace

Result<ItemPage> list_directory(Core& core, std::string_view path, std::string_view after,
                                std::size_t limit) {
  const auto directory = core.names.resolve(path);
  if (!directory) return directory.error();
  if (directory->record.kind != Kind::directory) return Error{Code::not_directory, "it is not a directory"};
  const std::string prefix = keys::names_of(directory->id);
  const std::string behind = after.empty() ? std::string{} : keys::name(directory->id, after);
  const auto names = core.catalogue.scan(prefix, behind, std::clamp<std::size_t>(limit, 1, names_max));
  if (!names) return names.error();

  std::vector<std::string> wanted;
  for (const auto& entry : names->entries) {
    const auto value = decode<NameValue>(entry.value);
    if (!value) return value.error();
    wanted.push_back(keys::record(value->id));
  }
  const auto records = core.catalogue.get_many(wanted);
  if (!records) return records.error();
  ItemPage page{.more = names->more};
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    const auto& entry = records->entries[index];
    if (!entry) continue;  // removed since the names were read
    const auto record = decode<ObjectRecord>(entry->value);
    if (!record) return record.error();
    const auto name = keys::parse_name(names->entries[index].key);
    const auto id = keys::parse_record(wanted[index]);
    if (!name || !id) return Error{Code::corrupt, "a name of the catalogue cannot be read"};
    page.items.push_back(to_item(std::string(name->name), *id, entry->revision, *record));
  }
  return page;
}

}  // namespace tandem::gateway
