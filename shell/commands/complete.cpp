#include "shell/commands/complete.hpp"

#include <algorithm>

#include "shell/commands/command.hpp"
#include "shell/commands/listing.hpp"
#include "shell/output/text.hpp"
#include "shell/script/word_splitter.hpp"
#include "shell/transfer/local_tree.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t candidates_max = 1000;

using Candidates = std::vector<Candidate>;

void add(Candidates& out, std::string word, const std::string& begun, bool finished = true) {
  if (word.starts_with(begun) && out.size() < candidates_max) out.push_back({std::move(word), finished});
}

// "dir/" of "dir/na".
std::string typed_directory(const std::string& begun) {
  const std::size_t slash = begun.rfind('/');
  return slash == std::string::npos ? "" : begun.substr(0, slash + 1);
}

void add_remote_paths(Session& session, Candidates& out, const std::string& begun) {
  auto store = session.cluster.store();
  if (!store) return;
  const std::string directory = typed_directory(begun);
  const std::string name = begun.substr(directory.size());
  // Names with the beginning follow each other; those before are not even asked for.
  std::string after = name.empty() ? "" : name.substr(0, name.size() - 1);
  if (!name.empty() && name.back() > 0) after += static_cast<char>(name.back() - 1);
  const std::string path = session.absolute(directory.empty() ? "." : directory);
  for (bool more = true; more && out.size() < candidates_max;) {
    auto page = (*store)->list(path, after, candidates_max);
    if (!page || page->items.empty()) return;
    for (const auto& item : page->items) {
      if (!item.name.starts_with(name)) {
        if (item.name > name) return;
        continue;
      }
      const bool is_directory = item.kind == Kind::directory;
      add(out, directory + item.name + (is_directory ? "/" : ""), begun, !is_directory);
    }
    more = page->more;
    after = page->items.back().name;
  }
}

void add_local_paths(Candidates& out, const std::string& begun) {
  LocalTree tree;
  const std::string directory = typed_directory(begun);
  const bool hidden_wanted = begun.size() > directory.size() && begun[directory.size()] == '.';
  auto listed = tree.list(directory.empty() ? "." : directory, [&](const std::string& name) {
    if (name.starts_with('.') != hidden_wanted || !(directory + name).starts_with(begun)) return true;
    auto entry = tree.look(directory + name, true);
    const bool is_directory = entry.ok() && entry->type == Entry::Type::directory;
    add(out, directory + name + (is_directory ? "/" : ""), begun, !is_directory);
    return out.size() < candidates_max;
  });
  if (!listed) out.clear();
}

void add_nodes(Session& session, Candidates& out, const std::string& begun, bool pairs_too) {
  auto config = session.cluster.config();
  if (!config) return;
  for (const auto& pair : (*config)->pairs) {
    if (pairs_too) add(out, pair.name, begun);
    for (const auto& member : pair.members) add(out, member, begun);
  }
}

void add_commands(const Session& session, Candidates& out, const std::string& begun) {
  for (const Command* command : all_commands()) {
    if (session.interactive || !command->keeps_state) add(out, std::string(command->name), begun);
  }
}

void add_values(Session& session, Candidates& out, ValueKind kind, const std::string& begun) {
  switch (kind) {
    case ValueKind::remote_path:
      return add_remote_paths(session, out, begun);
    case ValueKind::local_path:
      return add_local_paths(out, begun);
    case ValueKind::node:
      return add_nodes(session, out, begun, false);
    case ValueKind::node_or_pair:
      return add_nodes(session, out, begun, true);
    case ValueKind::command:
      return add_commands(session, out, begun);
    case ValueKind::text:
    case ValueKind::number:
    case ValueKind::size:
      return;
  }
}

void add_options(const Arguments& arguments, Candidates& out, const std::string& begun) {
  for (const auto& option : arguments.declared_options()) {
    if (option.hidden) continue;
    for (auto& name : option_names(option)) {
      if (name.starts_with("--") || begun == "-") add(out, std::move(name), begun);
    }
  }
  for (const char* name : {"--help", "--json", "--page", "--verbose"}) add(out, name, begun);
}

// The option that the word given last asks a value for.
const OptionDeclaration* wants_value(const Arguments& arguments, const std::string& word) {
  for (const auto& option : arguments.declared_options()) {
    if (option.placeholder.empty()) continue;
    for (const auto& name : option_names(option)) {
      if (name == word) return &option;
    }
  }
  return nullptr;
}

const OperandDeclaration* operand_at(const Arguments& arguments, std::size_t index) {
  const auto& operands = arguments.declared_operands();
  for (const auto& operand : operands) {
    // The last of several operands of different kinds (put LOCAL... REMOTE) may be the next one already;
    // the kind of those before is the better guess until one of them is there.
    if (index == 0) return &operand;
    if (operand.many && &operand == &operands.back()) return &operand;
    --index;
  }
  return operands.empty() || !operands.front().many ? nullptr : &operands.back();
}

}  // namespace

std::vector<Candidate> candidates(Session& session, const std::vector<std::string>& words,
                                  const std::string& begun) {
  Candidates out;
  if (words.empty()) {
    add_commands(session, out, begun);
    return out;
  }
  const Command* command = find_command(words.front());
  if (command == nullptr) return out;
  const auto verb = command->make();
  Arguments arguments;
  verb->define(arguments);
  std::size_t operands = 0;
  const OptionDeclaration* pending = nullptr;
  bool options_over = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (pending != nullptr) {
      pending = nullptr;
    } else if (words[i] == "--") {
      options_over = true;
    } else if (!options_over && words[i].starts_with('-') && words[i].size() > 1) {
      pending = wants_value(arguments, words[i]);
    } else {
      ++operands;
    }
  }
  if (pending != nullptr) {
    add_values(session, out, pending->kind, begun);
  } else if (!options_over && begun.starts_with('-')) {
    add_options(arguments, out, begun);
  } else if (const auto* operand = operand_at(arguments, operands)) {
    for (const auto& choice : operand->choices) add(out, choice, begun);
    add_values(session, out, operand->kind, begun);
  }
  std::sort(out.begin(), out.end(),
            [](const auto& left, const auto& right) { return left.word < right.word; });
  return out;
}

Completions complete_line(Session& session, std::string_view before_cursor) {
  WordSplitter splitter;
  splitter.feed_open(before_cursor);
  if (splitter.in_comment() || splitter.here_document()) return {};
  const std::string begun = splitter.in_word() ? splitter.open_word() : "";
  Completions found;
  found.replaced_bytes = splitter.in_word() ? before_cursor.size() - splitter.open_word_start() : 0;
  const std::string directory = typed_directory(begun);
  for (const auto& candidate : candidates(session, splitter.words(), begun)) {
    found.inserts.push_back(quote_word(candidate.word));
    const bool path = candidate.word.size() > directory.size() && candidate.word.starts_with(directory);
    found.shown.push_back(printable(path ? candidate.word.substr(directory.size()) : candidate.word));
    found.finished.push_back(candidate.finished);
  }
  return found;
}

}  // namespace tandem::shell
