// Catalogues with files in them, as the gateway would have made them.
#pragma once

#include <memory>
#include <string>

#include "gateway/catalogue/names/names.hpp"
#include "protocol/contract/runtime.hpp"

namespace tandem::bench {

// A new catalogue with a root directory and nothing in it.
std::unique_ptr<gateway::Catalogue> new_catalogue(const std::string& path, Runtime& runtime);

// The transaction that makes a file, and its number `n` in `directory`.
ObjectId numbered(std::uint64_t kind, std::uint64_t n);
ObjectId add_file(gateway::Transaction& transaction, const ObjectId& directory, std::uint64_t n);  // its id
void add_directory(gateway::Transaction& transaction, const ObjectId& parent, const std::string& name,
                   const ObjectId& id);

// `files` files, up to 1000 in a directory below /d0, /d1, ...; made by several threads.
void fill(gateway::Catalogue& catalogue, std::uint64_t files);

}  // namespace tandem::bench
